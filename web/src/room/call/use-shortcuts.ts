import { useEffect, useEffectEvent } from 'react';
import { openSettings } from '../../settings/settings-open.ts';
import { toast } from '../../ui/toasts.tsx';
import { useRoom } from '../room-context.tsx';
import { useCallSession, useDescribe } from './call-context.tsx';
import { useShortcutsOn } from './preferences.ts';
import { type Action, actionOf, leavesField } from './shortcuts.ts';

/** What only whoever is in the call can mean. */
const OF_THE_CALL: ReadonlySet<Action> = new Set(['microphone', 'camera', 'screen', 'talk']);

/** Keys that act for the buttons; held down, the space bar lets you be heard. */
export function useShortcuts(onChat: () => void): void {
  const room = useRoom();
  const session = useCallSession();
  const say = useDescribe();
  const [on] = useShortcutsOn();
  const tell = useEffectEvent((work: Promise<unknown>) => {
    void work.catch((error: unknown) => toast(say(error)));
  });
  const act = useEffectEvent((action: Exclude<Action, 'talk'>) => {
    const { self, hands } = room.state;
    const work: Readonly<Record<typeof action, () => Promise<unknown>>> = {
      microphone: () => session.toggle('microphone'),
      camera: () => session.toggle('camera'),
      screen: () => session.toggle('screen'),
      hand: () => (hands.some(({ member }) => member === self.id) ? room.lowerHand() : room.raiseHand()),
      chat: async () => onChat(),
      help: async () => openSettings(),
    };
    tell(work[action]());
  });
  useEffect(() => {
    if (!on) return;
    let isHeld = false;
    const hold = (isDown: boolean) => {
      if (isHeld === isDown) return;
      isHeld = isDown;
      tell(session.talk(isDown));
    };
    const down = (event: KeyboardEvent) => {
      const field = leavesField(event);
      if (field !== null) return field.blur();
      const action = actionOf(event);
      // Nobody is brought into the call, and heard there, by a key: that takes a button.
      if (action === null || (OF_THE_CALL.has(action) && session.phase.at !== 'on')) return;
      // The space bar would scroll what is below, as long as it is held.
      event.preventDefault();
      if (action === 'talk') hold(true);
      else if (!event.repeat) act(action);
    };
    const up = (event: KeyboardEvent) => {
      if (event.key === ' ') hold(false);
    };
    // A key that is let go elsewhere is let go all the same.
    const away = () => hold(false);
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    window.addEventListener('blur', away);
    return () => {
      away();
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
      window.removeEventListener('blur', away);
    };
  }, [on, session]);
}

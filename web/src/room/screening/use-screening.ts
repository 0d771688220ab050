import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { Screening, ServerClock } from '../../../../src/client/index.ts';
import { useRoom } from '../room-context.tsx';
import { Source } from './source.ts';
import type { Following } from './use-place.ts';

const never = () => () => undefined;

/** Has a player follow the room for as long as it is there. `join`: to be called where somebody presses a button. */
export function useScreening(player: HTMLVideoElement | null): Following & { readonly join: () => void } {
  const room = useRoom();
  const [screening, setScreening] = useState<Screening | null>(null);
  useEffect(() => {
    if (player === null) return;
    const clock = new ServerClock(room);
    const source = new Source(room, player, (reason) => following.fail(reason));
    const following = new Screening({
      watch: room.watch,
      clock,
      player,
      load: (item) => source.load(item),
    });
    setScreening(following);
    return () => {
      setScreening(null);
      following.close();
      clock.close();
      source.close();
    };
  }, [room, player]);
  const status = useSyncExternalStore(screening?.subscribe ?? never, () => screening?.status ?? 'idle');
  const position = useCallback(() => screening?.position ?? null, [screening]);
  return { status, position, join: () => screening?.join() };
}

import { useTranslation } from 'react-i18next';
import { LIMITS, type Person } from '../../../../src/protocol/index.ts';
import { useAction } from '../../ui/use-action.ts';
import { useInbox } from '../inbox-context.ts';
import { enterRoom } from '../rooms/enter-room.ts';

/** Two long names may be more than a room's name has place for. */
const cutRoomName = (name: string): string => [...name].slice(0, LIMITS.roomNameLength).join('');

/** Calls somebody: makes a room for the two, lets their devices ring, and goes there. */
export function useCall(person: Person): readonly [isCalling: boolean, call: () => void] {
  const { t } = useTranslation();
  const inbox = useInbox();
  const [busy, run] = useAction();
  const call = () =>
    void run(async () => {
      const { self } = inbox.state;
      const { code } = await inbox.call(person.id, {
        name: cutRoomName(t('direct.callRoom', { caller: self.name, name: person.name })),
      });
      enterRoom(code, self.name);
    });
  return [busy, call];
}

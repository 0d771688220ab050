import type { Member } from '../../../../src/protocol/index.ts';
import { useView } from '../room-context.tsx';

/** Whether you have authority over a member, by the rule that the server enforces. */
export const useMayActOn = (member: Member): boolean =>
  useView(({ self, authority }) => {
    if (member.id === self.id || member.role === 'host' || authority?.owner === member.id) return false;
    if (self.role === 'host') return true;
    return self.role === 'cohost' && (member.role !== 'cohost' || authority?.cohostsAreEqual === true);
  });

import type { Member } from '../../../../src/protocol/index.ts';
import { useView } from '../room-context.tsx';
import { isSamePerson } from '../roster/devices.ts';

/** Whether you have authority over a member, by the rule that the server enforces. */
export const useMayActOn = (member: Member): boolean =>
  useView(({ self, authority, members }) => {
    if (isSamePerson(member, self) || member.role === 'host') return false;
    const owner = authority?.owner ?? '';
    if (isSamePerson(member, members.get(owner) ?? { id: owner, account: null })) return false;
    if (self.role === 'host') return true;
    return self.role === 'cohost' && (member.role !== 'cohost' || authority?.cohostsAreEqual === true);
  });

import { createContext, useContext } from 'react';
import { useView } from '../../room/room-context.tsx';

type Group = NonNullable<ReturnType<typeof useGroupOrNot>>;

const useGroupOrNot = () => useView((view) => view.group);

/** The code of the group that is open. */
export const GroupCode = createContext('');
export const useGroupCode = (): string => useContext(GroupCode);

/** The group whose room is open, with your own role in it; null for the moment in which it is no longer known. */
export const useGroup = (): Group | null => useGroupOrNot();

/** Whether you may invite people, by the rule that the server enforces. */
export function useMayInvite(): boolean {
  const group = useGroup();
  const mayDecide = useMayDecide();
  if (group === null || group.everybody) return false;
  return mayDecide || group.membersInvite || group.joining === 'open';
}

/** Whether you may decide who belongs to it: the owner and administrators. */
export function useMayDecide(): boolean {
  const role = useGroup()?.role;
  return role === 'owner' || role === 'admin';
}

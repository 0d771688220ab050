import type { Member, Role } from '../../../../src/protocol/index.ts';

const RANK: Readonly<Record<Role, number>> = { host: 0, cohost: 1, member: 2, viewer: 3 };

/** You first, then by role, then by when they came. */
export function sortMembers(members: Iterable<Member>, self: string): Member[] {
  return [...members].sort(
    (a, b) =>
      Number(b.id === self) - Number(a.id === self) || RANK[a.role] - RANK[b.role] || a.joinedAt - b.joinedAt,
  );
}

/** Those whose name holds what is looked for, whatever the capitals. */
export function findMembers(members: readonly Member[], wanted: string): readonly Member[] {
  const text = wanted.trim().toLocaleLowerCase();
  return text === '' ? members : members.filter(({ name }) => name.toLocaleLowerCase().includes(text));
}

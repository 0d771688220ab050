import type { Member } from '../../../../src/protocol/index.ts';

/** Somebody as the roster shows them: a guest, or an account with all the devices that it is here with. */
export interface Person {
  readonly id: string;
  /** In the order of coming, by which they are numbered. */
  readonly devices: readonly [Member, ...Member[]];
}

/** Puts the devices of one account together, at the place of its first. Guests stand alone. */
export function groupDevices(members: readonly Member[]): Person[] {
  const people = new Map<string, [Member, ...Member[]]>();
  for (const member of members) {
    const id = member.account ?? member.id;
    const devices = people.get(id);
    if (devices === undefined) people.set(id, [member]);
    else devices.push(member);
  }
  return Array.from(people, ([id, devices]) => ({
    id,
    devices: devices.sort((a, b) => a.joinedAt - b.joinedAt),
  }));
}

/** Everybody but oneself, each account once. */
export function otherPeople(members: Iterable<Member>, self: Member): Member[] {
  const seen = new Set([self.account ?? self.id]);
  return [...members].filter(({ id, account }) => {
    const person = account ?? id;
    const isNew = !seen.has(person);
    seen.add(person);
    return isNew;
  });
}

/** Whether it is worth saying who is a guest: in a room without accounts all are. */
export function hasAccounts(members: Iterable<Member>): boolean {
  for (const { account } of members) if (account !== null) return true;
  return false;
}

/** Whether two members are one person on two devices, or the same. */
export const isSamePerson = (a: Pick<Member, 'id' | 'account'>, b: Pick<Member, 'id' | 'account'>): boolean =>
  a.id === b.id || (a.account !== null && a.account === b.account);

import { defineTable, type State, type StateView } from '../engine/state.ts';
import { isPresent, type MemberRow, memberTable } from './tables.ts';

type Row = Readonly<MemberRow>;

/**
 * The devices of an account that are or were in this room, or are on the way in: member ids by account id, in the order of
 * coming. Written when a device comes for the first time; guests have no row.
 */
export interface AccountRow {
  readonly members: readonly string[];
}
export const accountTable = defineTable<AccountRow>('accounts');

/** Devices known of one account; beyond it the one that came first of those who have left is known as a member only. */
export const DEVICES = 50;

export const accountOf = (state: StateView, member: string | null): string | null =>
  member === null ? null : (state.table(memberTable).get(member)?.account ?? null);

/** Who is behind a member: their account, or a guest themselves. What counts once for a person is kept under this. */
export const personOf = (state: StateView, member: string): string => accountOf(state, member) ?? member;

/** Whether two members are devices of one person. */
export function isSamePerson(state: StateView, one: string | null, other: string): boolean {
  if (one === other) return true;
  const account = accountOf(state, one);
  return account !== null && account === accountOf(state, other);
}

/**
 * The devices of somebody on the way in: of an account, those that are known, and the one that comes back. Empty: this
 * person was never here.
 */
export function devicesOf(state: StateView, account: string | null, before: Row | undefined): readonly Row[] {
  const ids = account === null ? [] : (state.table(accountTable).get(account)?.members ?? []);
  const known = ids.flatMap((id) => state.table(memberTable).get(id) ?? []);
  return before === undefined || ids.includes(before.id) ? known : [...known, before];
}

/** All devices of a member's person, the member first; empty: there is no such member. */
export function everyDevice(state: StateView, member: string): readonly Row[] {
  const row = state.table(memberTable).get(member);
  if (row === undefined) return [];
  return [row, ...devicesOf(state, row.account, row).filter(({ id }) => id !== member)];
}

/** Of the devices of a person the named one, and those that are there: about each of these all are told. */
export const toldDevices = (state: StateView, member: string): readonly Row[] =>
  everyDevice(state, member).filter((row) => row.id === member || isPresent(row));

/** The named device, and those that are not there: for them holds what was told about the named one. */
export const quietDevices = (state: StateView, member: string): readonly Row[] =>
  everyDevice(state, member).filter((row) => row.id === member || !isPresent(row));

/** Changes those of these rows that are not so already. For appliers. */
export function changeRows(state: State, rows: readonly Row[], to: Partial<MemberRow>): void {
  for (const row of rows) {
    const was: Readonly<Record<string, unknown>> = { ...row };
    const isSo = Object.entries(to).every(([key, value]) => was[key] === value);
    if (!isSo) state.table(memberTable).set(row.id, { ...row, ...to });
  }
}

/** What all devices of a person have in common. */
const shared = ({ role, rights, mustWait, invite }: Row): Partial<MemberRow> => ({
  role,
  rights,
  ...(mustWait === true ? { mustWait } : {}),
  ...(invite === undefined ? {} : { invite }),
});

function makePlace(state: State, ids: readonly string[]): readonly string[] {
  if (ids.length < DEVICES) return ids;
  const gone = ids.find((id) => (state.table(memberTable).get(id)?.presence ?? 'left') === 'left');
  return ids.filter((id) => id !== gone);
}

/** Writes a member down. A device of an account that is new here gets what the others have. For appliers. */
export function putDevice(state: State, row: Row): void {
  const members = state.table(memberTable);
  const { id, account } = row;
  const ids = account === null ? [] : (state.table(accountTable).get(account)?.members ?? []);
  if (account === null || ids.includes(id)) {
    members.set(id, row);
    return;
  }
  const [other] = devicesOf(state, account, undefined);
  members.set(id, other === undefined ? row : { ...row, ...shared(other) });
  state.table(accountTable).set(account, { members: [...makePlace(state, ids), id] });
}

/** Deletes a member who was never in. For appliers. */
export function dropDevice(state: State, { id, account }: Row): void {
  state.table(memberTable).delete(id);
  const ids = account === null ? undefined : state.table(accountTable).get(account)?.members;
  if (account === null || ids === undefined) return;
  const members = ids.filter((known) => known !== id);
  if (members.length === 0) state.table(accountTable).delete(account);
  else state.table(accountTable).set(account, { members });
}

import {
  apply,
  applyInternal,
  type Decision,
  type Feature,
  internalEvent,
  note,
  on,
  onInternal,
  type ReactionContext,
} from '../../engine/feature.ts';
import { defineTable, type StateView } from '../../engine/state.ts';
import { accountOf, devicesOf } from '../account-rows.ts';
import { roomCreated } from '../internal-events.ts';
import {
  hostsOf,
  isIn,
  isListed,
  TOLD_HOSTS_KEY,
  tellHosted,
  tellStay,
  toldHostsTable,
} from '../stay-rows.ts';
import { isPresent, memberTable, present } from '../tables.ts';

/** Who was in when the room ended, for what follows from the same event: one row, never written. */
const lastTable = defineTable<{ readonly accounts: readonly string[] }>('stays_last');
const LAST_KEY = 'last';

const hostsNoted = internalEvent<{ readonly accounts: readonly string[] }>('stays.hosts-noted');

const toldHosts = (state: StateView): readonly string[] =>
  state.table(toldHostsTable).get(TOLD_HOSTS_KEY)?.accounts ?? [];

/** Whether those who host the room, and no others, were told so. */
function areTold(state: StateView): boolean {
  const told = toldHosts(state);
  const hosts = hostsOf(state);
  return hosts.length === told.length && hosts.every((account) => told.includes(account));
}

/** Everybody who hosts the room, or did until now, is told how it is. */
function tellHosts({ state, now }: ReactionContext): Decision {
  if (!isListed(state)) return {};
  const hosts = hostsOf(state);
  return {
    events: areTold(state) ? [] : [note(hostsNoted, { accounts: hosts })],
    effects: Array.from(new Set([...hosts, ...toldHosts(state)]), (account) => tellHosted(account, now)),
  };
}

const whenHostsChanged = (context: ReactionContext): Decision =>
  areTold(context.state) ? {} : tellHosts(context);

/** The first device of an account comes in. */
function cameIn({ state, now }: ReactionContext, member: string): Decision {
  const row = state.table(memberTable).get(member);
  if (row === undefined || row.account === null || !isListed(state)) return {};
  const isFirst = devicesOf(state, row.account, row).filter(isPresent).length === 1;
  return isFirst ? { effects: [tellStay(row.account, now)] } : {};
}

/** The last one has left. */
function left({ state, now }: ReactionContext, member: string): Decision {
  const account = accountOf(state, member);
  if (account === null || !isListed(state) || isIn(state, account)) return {};
  return { effects: [tellStay(account, now)] };
}

/**
 * Tells people's own objects, of those who have an account, that they are in the meeting, and which rooms they host.
 * Of guests nothing is told, and nothing written. Its appliers must run before those of the roster: at the end of a
 * room they look at who is there still.
 */
export const stays: Feature = {
  name: 'stays',
  tables: [toldHostsTable],
  commands: {},
  internalEvents: [hostsNoted],
  apply: [
    applyInternal(hostsNoted, (state, { accounts }) => {
      if (accounts.length === 0) state.table(toldHostsTable).delete(TOLD_HOSTS_KEY);
      else state.table(toldHostsTable).set(TOLD_HOSTS_KEY, { accounts });
    }),
    apply('room.ended', (state) => {
      const accounts = new Set(present(state).flatMap(({ account }) => account ?? []));
      // Not `set`: it is of use for this moment only.
      state.table(lastTable).restore(LAST_KEY, { accounts: [...accounts] });
    }),
  ],
  on: [
    onInternal(roomCreated, tellHosts),
    on('room.updated', tellHosts),
    on('schedule.changed', tellHosts),
    on('room.reopened', tellHosts),
    on('host.changed', whenHostsChanged),
    on('member.joined', (context, { member }) => {
      const { effects = [] } = cameIn(context, member.id);
      const host = member.role === 'host' ? whenHostsChanged(context) : {};
      return { ...host, effects: [...effects, ...(host.effects ?? [])] };
    }),
    on('member.left', (context, { member }) => left(context, member)),
    on('room.ended', (context) => {
      const { state, now } = context;
      if (!isListed(state)) return {};
      const { accounts } = state.table(lastTable).get(LAST_KEY) ?? { accounts: [] };
      const told = tellHosts(context);
      return {
        ...told,
        effects: [...accounts.map((account) => tellStay(account, now)), ...(told.effects ?? [])],
      };
    }),
  ],
};

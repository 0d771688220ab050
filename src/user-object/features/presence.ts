import { deadlineTable, effectTable } from '../../engine/deadlines.ts';
import {
  apply,
  applyInternal,
  callOff,
  type Decision,
  deadline,
  decide,
  type EventDraft,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  internalEvent,
  note,
  on,
  onInternal,
} from '../../engine/feature.ts';
import type { State, StateView } from '../../engine/state.ts';
import type { KnownPresence } from '../../platform/directory.ts';
import type { PresenceNews } from '../../platform/user-rpc.ts';
import { fail, type Presence } from '../../protocol/index.ts';
import { deviceClosed, deviceForgotten, deviceOpened } from '../internal-events.ts';
import {
  freshTable,
  idleTable,
  isFresh,
  LEASE,
  looksGone,
  looksTable,
  meetEffect,
  PRESENCE_KEY,
  type PresenceRow,
  presenceOf,
  presenceTable,
  readEffect,
  seenTable,
  statusOf,
  tellEffect,
  writeEffect,
} from '../presence-rows.ts';
import { stayBegan, stayEnded } from '../stay-rows.ts';
import { deviceTable, isBlocked, isContact, settingsOf } from '../tables.ts';

/** Nobody sits at a device any more, or somebody does again. */
const idleChanged = internalEvent<{ readonly device: string; readonly idle: boolean }>(
  'presence.idle-changed',
);
/** What others are told of this person from here on. */
const saidAnew = internalEvent<{
  readonly status: Presence;
  readonly since: number | null;
  readonly until: number;
}>('presence.said-anew');
/** What somebody else has said of themself. */
const heardOf = internalEvent<{ readonly account: string; readonly news: PresenceNews }>('presence.heard-of');
/** The directory was asked how all contacts are. */
const caughtUp = internalEvent<object>('presence.caught-up');

const LEAVING = 'presence leaving';
const RENEWING = 'presence renewing';

/** The edge of a stay: said once, and renewed while it lasts. */
function say(state: StateView, status: Presence, since: number, now: number): Decision {
  const { visible } = presenceOf(state);
  const isHere = status !== 'offline';
  return {
    events: [note(saidAnew, { status, since, until: isHere ? now + LEASE : now })],
    // Whom nobody sees has nobody to tell, and is written down all the same: news of others come to whoever is there.
    effects: [visible ? tellEffect : writeEffect],
    deadlines: [
      callOff(LEAVING),
      isHere ? deadline(RENEWING, now + LEASE / 2, renew, {}) : callOff(RENEWING),
    ],
  };
}

/** What follows from a change of devices and meetings. The last one to go has a while to come back: a reload is no edge. */
function settle(state: StateView, now: number): Decision {
  const status = statusOf(state);
  const isLeaving = state.table(deadlineTable).has(LEAVING);
  if (status === presenceOf(state).status) return isLeaving ? { deadlines: [callOff(LEAVING)] } : {};
  if (status !== 'offline') return say(state, status, now, now);
  if (isLeaving) return {};
  const at = now + settingsOf(state).presenceGrace;
  return { deadlines: [deadline(LEAVING, at, leave, { since: now })] };
}

/** Nobody has come back in time. */
const leave: InternalCommand<{ readonly since: number }> = internalCommand(
  'presence.leave',
  ({ state, fields: { since }, now }) =>
    decide(
      statusOf(state) === 'offline' && presenceOf(state).status !== 'offline'
        ? say(state, 'offline', since, now)
        : {},
    ),
);

/** Half of the lease has passed, and they are still here. */
const renew: InternalCommand<object> = internalCommand('presence.renew', ({ state, now }) => {
  const { status, since } = presenceOf(state);
  if (status === 'offline') return decide({});
  return decide({
    events: [note(saidAnew, { status, since, until: now + LEASE })],
    effects: [writeEffect],
    deadlines: [deadline(RENEWING, now + LEASE / 2, renew, {})],
  });
});

/** Says the same once more, because those who may see it are others now. */
function sayAgain(state: StateView): EventDraft {
  const { status, since, until } = presenceOf(state);
  return note(saidAnew, { status, since, until });
}

/** What is told of somebody: what is older than what is known, or the same, is not. */
function hear(state: StateView, account: string, news: PresenceNews): readonly EventDraft[] {
  const known = state.table(seenTable).get(account);
  if (known !== undefined && news.at < known.at) return [];
  const { status, since } = news;
  const noted = note(heardOf, { account, news });
  if (known?.status === status && known.since === since) return news.at > known.at ? [noted] : [];
  return [noted, happen('presence.changed', { account, status, since }, { about: account, by: null })];
}

/** Nothing is known of somebody any more. */
function lose(state: StateView, account: string): readonly EventDraft[] {
  if (state.latest('presence.changed', account) === undefined) return [];
  const at = state.table(seenTable).get(account)?.at ?? 0;
  const gone = { account, status: 'offline' as const, since: null };
  return [
    note(heardOf, { account, news: { status: 'offline', since: null, at } }),
    happen('presence.changed', gone, { about: account, by: null, forget: true }),
  ];
}

const mayHear = (state: StateView, account: string): boolean =>
  isContact(state, account) && !isBlocked(state, account);

/** Another person's object says how they are. */
const seen: InternalCommand<{ readonly from: string; readonly news: PresenceNews }> = internalCommand(
  'presence.seen',
  ({ state, fields: { from, news } }) =>
    decide(mayHear(state, from) ? { events: hear(state, from, news) } : {}),
);

export interface FoundFields {
  /** All who were asked for; who is not among `found` shows nothing. */
  readonly asked: readonly string[];
  readonly found: readonly KnownPresence[];
  /** These were all contacts. */
  readonly all: boolean;
}

/** The directory has said how contacts are. */
export const presenceFound: InternalCommand<FoundFields> = internalCommand(
  'presence.found',
  ({ state, fields: { asked, found, all } }) => {
    const news = new Map(found.map((one) => [one.account, one.news]));
    const events = asked
      .filter((account) => mayHear(state, account))
      .flatMap((account) => {
        const one = news.get(account);
        if (one !== undefined) return hear(state, account, one);
        // Who shows nothing is offline; who is known to be that stays as they were known.
        return state.table(seenTable).get(account)?.status === 'offline' ? [] : lose(state, account);
      });
    // Who is gone meanwhile is told nothing from then on, so what was read gets old.
    const isCaughtUp = all && presenceOf(state).status !== 'offline';
    return decide({ events: isCaughtUp ? [...events, note(caughtUp, {})] : events });
  },
);

/** What is known is caught up on once, when a device comes to see it, unless telling others does so in any case. */
function catchUp(state: StateView, now: number): Decision {
  const settled = settle(state, now);
  const isAsked = [tellEffect, writeEffect, readEffect].some(({ id }) => state.table(effectTable).has(id));
  if (isFresh(state) || isAsked || (settled.effects?.length ?? 0) > 0) return settled;
  return { ...settled, effects: [readEffect] };
}

function change(state: State, to: (row: Readonly<PresenceRow>) => Partial<PresenceRow>, at: number): void {
  const row = presenceOf(state);
  state.table(presenceTable).set(PRESENCE_KEY, { ...row, ...to(row), at: Math.max(at, row.at + 1) });
}

const forgetIdle = (state: State, device: string): void => state.table(idleTable).delete(device);

/**
 * How this person is, for those who may know; and how their contacts are. Others are told at the edges of a stay, and
 * never in between; what they say of themselves is kept in memory alone.
 */
export const presence: Feature = {
  name: 'presence',
  tables: [presenceTable, idleTable, looksTable],
  commands: {
    'presence.set': ({ state, fields, actor }) => {
      if (actor.kind !== 'member') return fail('not_allowed');
      const idle = fields.state === 'away';
      const device = state.table(deviceTable).get(actor.id);
      // A device that is not connected keeps nobody online, so it can keep nobody away.
      const isNews = device?.online === true && state.table(idleTable).has(actor.id) !== idle;
      return decide(isNews ? { events: [note(idleChanged, { device: actor.id, idle })] } : {});
    },
    'presence.show': ({ state, fields: { visible } }) =>
      decide(
        presenceOf(state).visible === visible
          ? {}
          : { events: [happen('presence.shown', { visible })], effects: [tellEffect] },
      ),
  },
  internalCommands: [leave, renew, seen, presenceFound],
  internalEvents: [idleChanged, saidAnew, heardOf, caughtUp],
  apply: [
    applyInternal(idleChanged, (state, { device, idle }) => {
      if (idle) state.table(idleTable).set(device, {});
      else forgetIdle(state, device);
    }),
    applyInternal(deviceOpened, (state, { device }) => forgetIdle(state, device)),
    applyInternal(deviceClosed, (state, { device }) => forgetIdle(state, device)),
    applyInternal(deviceForgotten, (state, { device }) => forgetIdle(state, device)),
    applyInternal(saidAnew, (state, { status, since, until, at }) => {
      change(state, () => ({ status, since, until }), at);
      // Who is not there is told nothing from now on. Not `set`: it is written nowhere.
      if (status === 'offline') state.table(freshTable).restore(PRESENCE_KEY, { isFresh: false });
    }),
    apply('presence.shown', (state, { visible, at }) => change(state, () => ({ visible }), at)),
    apply('person.blocked', (state, { person: { id }, at }) =>
      state.table(looksTable).set(id, looksGone(state, id, at)),
    ),
    apply('person.unblocked', (state, { person: { id } }) => state.table(looksTable).delete(id)),
    applyInternal(heardOf, (state, { account, news }) => state.table(seenTable).restore(account, news)),
    applyInternal(caughtUp, (state) => state.table(freshTable).restore(PRESENCE_KEY, { isFresh: true })),
  ],
  on: [
    onInternal(deviceOpened, ({ state, now }) => catchUp(state, now)),
    onInternal(deviceClosed, ({ state, now }) => settle(state, now)),
    onInternal(idleChanged, ({ state, now }) => settle(state, now)),
    onInternal(stayBegan, ({ state, now }) => settle(state, now)),
    onInternal(stayEnded, ({ state, now }) => settle(state, now)),
    on('contact.changed', ({ state }, { person: { id }, state: stood }) =>
      stood === 'contact' ? { effects: [meetEffect(id)] } : { events: lose(state, id) },
    ),
    on('contact.removed', ({ state }, { account }) => ({ events: lose(state, account) })),
    on('person.blocked', ({ state }, { person: { id } }) => ({
      events: [...lose(state, id), sayAgain(state)],
      effects: [writeEffect, ...(isContact(state, id) ? [meetEffect(id)] : [])],
    })),
    on('person.unblocked', ({ state }, { person: { id } }) => ({
      events: [sayAgain(state)],
      effects: [writeEffect, ...(isContact(state, id) ? [meetEffect(id)] : [])],
    })),
  ],
  snapshot: (state) => ({ visible: presenceOf(state).visible }),
};

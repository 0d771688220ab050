import type { EffectDraft } from '../engine/feature.ts';
import { defineTable, type StateView } from '../engine/state.ts';
import type { LooksGone } from '../platform/directory.ts';
import type { PresenceNews } from '../platform/user-rpc.ts';
import type { Presence } from '../protocol/index.ts';
import { stayTable } from './stay-rows.ts';
import { deviceTable } from './tables.ts';

/**
 * ms for which the directory takes what it was told for true. It is said again when half of that has passed, by the alarm:
 * two writes a day for a stay without end. That is a lease and no heartbeat: it finds nobody gone, the object's own alarm
 * does. It is there for the object that never wakes again.
 */
export const LEASE = 86_400_000;

/** How this person is, as others were told last: one row, under the key `self`. */
export interface PresenceRow {
  readonly status: Presence;
  /** ms; since when. With `offline`: when they were last here; null: never. */
  readonly since: number | null;
  /** ms; when it was said. Later with each thing that is said, whatever the clock does. */
  readonly at: number;
  /** ms; until when the directory takes it for true. */
  readonly until: number;
  /** Whether others may see it. */
  readonly visible: boolean;
}
export const presenceTable = defineTable<PresenceRow>('presence');
export const PRESENCE_KEY = 'self';
const NEVER_HERE: PresenceRow = { status: 'offline', since: null, at: 0, until: 0, visible: true };
export const presenceOf = (state: StateView): Readonly<PresenceRow> =>
  state.table(presenceTable).get(PRESENCE_KEY) ?? NEVER_HERE;

/**
 * What people whom this person has blocked take them for, by account id: as they were seen when they were blocked, or gone
 * from then on.
 */
export const looksTable = defineTable<LooksGone>('presence_looks');

/** Connected devices at which nobody sits, by device id. Key present: nobody does. */
export const idleTable = defineTable<object>('devices_idle');

/** How others are, as they said last, by account id. In memory only: whoever wakes asks the directory. */
export const seenTable = defineTable<PresenceNews>('presence_seen');

/** Whether what is known of others may be told to a device that comes. In memory only. */
export const freshTable = defineTable<{ readonly isFresh: boolean }>('presence_fresh');
export const isFresh = (state: StateView): boolean =>
  state.table(freshTable).get(PRESENCE_KEY)?.isFresh === true;

/** How this person is, by what is there. */
export function statusOf(state: StateView): Presence {
  if (state.table(stayTable).size > 0) return 'meeting';
  let status: Presence = 'offline';
  for (const { id } of state.table(deviceTable).among('online')) {
    if (!state.table(idleTable).has(id)) return 'online';
    status = 'away';
  }
  return status;
}

/** What somebody takes this person for from now on, whom they block at `at`. */
export function looksGone(state: StateView, account: string, at: number): LooksGone {
  const row = presenceOf(state);
  // As `sayAgain` counts.
  const said = Math.max(at, row.at + 1);
  const since = row.status === 'offline' ? row.since : said;
  return { account, since: row.visible ? since : null, at: said };
}

/** How this person is for somebody who may see it, and for all others. */
export const newsOf = ({ status, since, at }: Readonly<PresenceRow>): PresenceNews => ({ status, since, at });
export const nothingToSee = ({ at }: Readonly<PresenceRow>): PresenceNews => ({
  status: 'offline',
  since: null,
  at,
});

/** The effects carry out whatever is so at their time: doing one twice, or late, does no harm. */
export const PRESENCE_EFFECTS = {
  /** Writes it into the directory, and tells the contacts who are there. */
  tell: 'presence.tell',
  /** Writes it into the directory. */
  write: 'presence.write',
  /** Asks the directory how the contacts are. */
  read: 'presence.read',
  /** Tells one person, and asks how they are. */
  meet: 'presence.meet',
} as const;

export const tellEffect: EffectDraft = { id: 'presence tell', kind: PRESENCE_EFFECTS.tell, data: {} };
export const writeEffect: EffectDraft = { id: 'presence write', kind: PRESENCE_EFFECTS.write, data: {} };
export const readEffect: EffectDraft = { id: 'presence read', kind: PRESENCE_EFFECTS.read, data: {} };
export const meetEffect = (account: string): EffectDraft => ({
  id: `presence meet ${account}`,
  kind: PRESENCE_EFFECTS.meet,
  data: { account },
});

import {
  apply,
  applyInternal,
  callOff,
  type DeadlineChange,
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
  type ReactionContext,
} from '../../engine/feature.ts';
import type { State, StateView } from '../../engine/state.ts';
import { fail, type Schedule } from '../../protocol/index.ts';
import { endWanted } from '../internal-events.ts';
import {
  changedSchedule,
  endOf,
  findSchedule,
  NO_SCHEDULE,
  SCHEDULE_KEY,
  type ScheduleRow,
  scheduleTable,
  toSchedule,
} from '../schedule-rows.ts';
import { memberTable, theRoom } from '../tables.ts';

const WARN = 'schedule warn';
const END = 'schedule end';
/** ms before the end at which everybody is warned. */
const WARNING = 300_000;

const scheduleStarted = internalEvent<object>('schedule.started');

/** The time has come to say that the meeting is about to end. */
export const warn: InternalCommand<object> = internalCommand('schedule.warn', ({ state, now }) => {
  const row = findSchedule(state);
  const end = row === undefined ? null : endOf(row);
  if (row === undefined || end === null || end <= now || row.ending === end) return decide({});
  if (theRoom(state).endedAt !== null) return decide({});
  return decide({ events: [happen('room.ending', { time: end })] });
});

/** The meeting's time is over. */
export const endOnTime: InternalCommand<object> = internalCommand('schedule.end', ({ state, now }) => {
  const row = findSchedule(state);
  const end = row === undefined ? null : endOf(row);
  if (end === null || end > now || theRoom(state).endedAt !== null) return decide({});
  return decide({ events: [note(endWanted, { reason: 'time' })] });
});

/** Warning and end as the schedule now has them. */
function plan({ state, now }: ReactionContext): Decision {
  const row = findSchedule(state);
  const end = row === undefined ? null : endOf(row);
  if (row === undefined || end === null) return { deadlines: [callOff(WARN), callOff(END)] };
  const events: EventDraft[] = [];
  const deadlines: DeadlineChange[] = [deadline(END, end, endOnTime, {})];
  if (end - WARNING > now) deadlines.push(deadline(WARN, end - WARNING, warn, {}));
  else {
    deadlines.push(callOff(WARN));
    if (end > now && row.ending !== end) events.push(happen('room.ending', { time: end }, { by: null }));
  }
  return { events, deadlines };
}

function change(state: State, to: Partial<ScheduleRow>): void {
  const before = findSchedule(state) ?? { ...NO_SCHEDULE, startedAt: null, ending: null };
  state.table(scheduleTable).set(SCHEDULE_KEY, { ...before, ...to });
}

/** When the first person came in; without a schedule, the first of those whom the room knows. Null: nobody has. */
function startOf(state: StateView): number | null {
  const known = findSchedule(state);
  if (known !== undefined) return known.startedAt;
  let first: number | null = null;
  for (const { joinedAt } of state.table(memberTable).values()) {
    if (joinedAt > 0 && (first === null || joinedAt < first)) first = joinedAt;
  }
  return first;
}

const areSame = (a: Schedule, b: Schedule): boolean =>
  a.opensAt === b.opensAt &&
  a.expiresAt === b.expiresAt &&
  a.maxMinutes === b.maxMinutes &&
  a.title === b.title;

/** When the room opens, when it ends, and how long a meeting in it may last. */
export const schedule: Feature = {
  name: 'schedule',
  tables: [scheduleTable],
  commands: {
    'schedule.set': ({ state, fields, now }) => {
      const before = toSchedule(findSchedule(state) ?? NO_SCHEDULE);
      const after = changedSchedule(before, fields, now);
      if (!after.ok) return after;
      if (areSame(before, after.value)) return decide({});
      const end = endOf({ ...after.value, startedAt: startOf(state), ending: null });
      if (end !== null && end <= now)
        return fail('invalid', { detail: 'maxMinutes: the meeting has lasted longer already' });
      return decide({ events: [happen('schedule.changed', after.value)] });
    },
  },
  internalCommands: [warn, endOnTime],
  internalEvents: [scheduleStarted],
  apply: [
    apply('schedule.changed', (state, event) => {
      change(state, { ...toSchedule(event), startedAt: startOf(state), ending: null });
    }),
    applyInternal(scheduleStarted, (state, { at }) => change(state, { startedAt: at })),
    apply('room.ending', (state, { time }) => change(state, { ending: time })),
    apply('room.reopened', (state) => {
      if (findSchedule(state) !== undefined) change(state, { startedAt: null, ending: null });
    }),
  ],
  on: [
    on('schedule.changed', plan),
    onInternal(scheduleStarted, plan),
    on('member.joined', ({ state }) => {
      const known = findSchedule(state);
      return known === undefined || known.startedAt !== null ? {} : { events: [note(scheduleStarted, {})] };
    }),
    on('room.reopened', (context) => {
      const known = findSchedule(context.state);
      if (known === undefined || known.expiresAt === null || known.expiresAt > context.now)
        return plan(context);
      // What has ended the room must not end it again at once.
      return { events: [happen('schedule.changed', { ...toSchedule(known), expiresAt: null })] };
    }),
    on('room.ended', () => ({ deadlines: [callOff(WARN), callOff(END)] })),
  ],
  snapshot: (state) => {
    const row = findSchedule(state);
    if (row === undefined) return {};
    return { schedule: toSchedule(row), ...(row.ending === null ? {} : { ending: row.ending }) };
  },
};

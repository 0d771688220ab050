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
} from '../../engine/feature.ts';
import type { State, StateView } from '../../engine/state.ts';
import { fail, LIMITS, type Outcome, succeed } from '../../protocol/index.ts';
import { everyDevice, personOf } from '../account-rows.ts';
import { hasAuthority } from '../gate.ts';
import {
  ballotKey,
  ballotPage,
  ballotTable,
  findPoll,
  isHidden,
  isOpen,
  type PollRow,
  pollKey,
  pollsInOrder,
  pollTable,
  toPoll,
} from '../poll-rows.ts';
import { findPresent, memberTable, present } from '../tables.ts';

/** ms between two counts of one poll: a thousand votes at once must not be a thousand events for everybody. */
const COUNT_EVERY = 1_000;

const countDeadline = (poll: number): string => `poll count ${poll}`;

/** The count was told, or nobody is left to tell it to: the next vote sets a new time for it. */
const pollTallied = internalEvent<{ readonly poll: number }>('poll.tallied');

const counted = (poll: Readonly<PollRow>, to?: readonly string[]): EventDraft =>
  happen(
    'poll.counted',
    { poll: poll.id, counts: [...poll.counts], voters: poll.voters },
    { by: null, ...(to === undefined ? {} : { to }) },
  );

/** Tells how an open poll stands to those who may know. */
export const countPoll: InternalCommand<{ readonly poll: number }> = internalCommand(
  'poll.count',
  ({ state, fields }) => {
    const poll = findPoll(state, fields.poll);
    if (poll === undefined || !poll.isCounting) return decide({});
    const tallied = note(pollTallied, { poll: poll.id });
    // Also after the end: whoever comes back when the room is opened again goes on from what they were told.
    if (!isOpen(poll)) return decide({ events: [tallied] });
    if (!isHidden(poll)) return decide({ events: [tallied, counted(poll)] });
    const hosts = present(state).filter(({ role }) => hasAuthority(role));
    if (hosts.length === 0) return decide({ events: [tallied] });
    return decide({
      events: [
        tallied,
        counted(
          poll,
          hosts.map(({ id }) => id),
        ),
      ],
    });
  },
);

function findOpen(state: StateView, id: number): Outcome<Readonly<PollRow>> {
  const poll = findPoll(state, id);
  if (poll === undefined) return fail('poll_unknown', { detail: String(id) });
  return isOpen(poll) ? succeed(poll) : fail('poll_closed');
}

/** Lets somebody who became host, or came back as one, know what only hosts see. */
function tellHidden(state: StateView, member: string): Decision {
  const row = findPresent(state, member);
  if (row === undefined || !hasAuthority(row.role)) return {};
  // Also where nobody has a vote now: the last one may have been taken back while no host was there to be told.
  const hidden = pollsInOrder(state).filter(isHidden);
  return { events: hidden.map((poll) => counted(poll, [member])) };
}

const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((option, index) => option === b[index]);

/** Takes an earlier vote out of the counts and puts the new one in. */
function recount(poll: Readonly<PollRow>, before: readonly number[], after: readonly number[]): PollRow {
  const counts = [...poll.counts];
  for (const option of before) counts[option] = (counts[option] ?? 0) - 1;
  for (const option of after) counts[option] = (counts[option] ?? 0) + 1;
  const voters = poll.voters - Number(before.length > 0) + Number(after.length > 0);
  return { ...poll, counts, voters, isCounting: true };
}

function change(state: State, id: number, to: (poll: Readonly<PollRow>) => PollRow): void {
  const poll = findPoll(state, id);
  if (poll !== undefined) state.table(pollTable).set(pollKey(id), to(poll));
}

/** Questions to everybody, and their answers: one vote per person and poll, whatever connections and devices do. */
export const polls: Feature = {
  name: 'polls',
  tables: [pollTable, ballotTable],
  commands: {
    'poll.open': ({ state, fields }) => {
      const all = Array.from(state.table(pollTable).values());
      if (all.length >= LIMITS.polls) return fail('quota_exceeded', { detail: `${LIMITS.polls} polls` });
      if (all.filter(isOpen).length >= LIMITS.pollsOpen)
        return fail('quota_exceeded', { detail: `${LIMITS.pollsOpen} open polls` });
      return decide({ events: [happen('poll.opened', fields)] });
    },
    'poll.vote': ({ state, fields, actor, now }) => {
      if (actor.kind !== 'member') return fail('not_allowed');
      if (findPresent(state, actor.id)?.role === 'viewer')
        return fail('not_allowed', { detail: 'a viewer has no vote' });
      const found = findOpen(state, fields.poll);
      if (!found.ok) return found;
      const poll = found.value;
      const options = [...fields.options].sort((a, b) => a - b);
      if (options.some((option) => option >= poll.options.length))
        return fail('invalid', { detail: 'options: must be in the list' });
      if (!poll.multiple && options.length > 1) return fail('invalid', { detail: 'options: must be one' });
      const ballots = state.table(ballotTable);
      const before = ballots.get(ballotKey(poll.id, personOf(state, actor.id)));
      if (isSame(before?.options ?? [], options)) return decide({});
      if (before === undefined && ballots.size >= LIMITS.pollVotes)
        return fail('quota_exceeded', { detail: `${LIMITS.pollVotes} votes` });
      return decide({
        // Also to those of their devices that are gone: they may come back to where they were.
        events: [
          happen(
            'poll.voted',
            { poll: poll.id, options },
            { to: everyDevice(state, actor.id).map(({ id }) => id) },
          ),
        ],
        deadlines: poll.isCounting
          ? []
          : [deadline(countDeadline(poll.id), now + COUNT_EVERY, countPoll, { poll: poll.id })],
      });
    },
    'poll.close': ({ state, fields }) => {
      const found = findPoll(state, fields.poll);
      if (found === undefined) return fail('poll_unknown', { detail: String(fields.poll) });
      if (!isOpen(found)) return decide({});
      const { id, counts, voters } = found;
      return decide({
        events: [happen('poll.closed', { poll: id, counts: [...counts], voters })],
        deadlines: [callOff(countDeadline(id))],
      });
    },
    'poll.remove': ({ state, fields }) => {
      const found = findPoll(state, fields.poll);
      if (found === undefined) return fail('poll_unknown', { detail: String(fields.poll) });
      return decide({
        events: [happen('poll.removed', { poll: found.id })],
        deadlines: [callOff(countDeadline(found.id))],
      });
    },
    'poll.votes': ({ state, fields, actor }) => {
      const poll = findPoll(state, fields.poll);
      if (poll === undefined) return fail('poll_unknown', { detail: String(fields.poll) });
      if (!poll.named) return fail('not_allowed', { detail: 'a poll without names' });
      const role = actor.kind === 'member' ? findPresent(state, actor.id)?.role : 'host';
      if (isHidden(poll) && (role === undefined || !hasAuthority(role)))
        return fail('role_required', { detail: 'host or co-host' });
      const { ballots, next } = ballotPage(
        state,
        poll.id,
        fields.after ?? null,
        fields.limit ?? LIMITS.rosterPage,
      );
      const votes = ballots.map(({ member, options }) => ({
        member,
        name: state.table(memberTable).get(member)?.name ?? '',
        options,
      }));
      return decide({ result: { votes, next } });
    },
  },
  internalCommands: [countPoll],
  internalEvents: [pollTallied],
  apply: [
    apply('poll.opened', (state, event) => {
      const row: PollRow = {
        id: event.seq,
        at: event.at,
        by: event.by ?? null,
        question: event.question,
        options: event.options,
        multiple: event.multiple,
        named: event.named,
        results: event.results,
        closedAt: null,
        counts: event.options.map(() => 0),
        voters: 0,
        isCounting: false,
      };
      state.table(pollTable).set(pollKey(event.seq), row);
    }),
    apply('poll.voted', (state, event) => {
      const by = event.by ?? '';
      const ballots = state.table(ballotTable);
      const key = ballotKey(event.poll, personOf(state, by));
      const before = ballots.get(key);
      ballots.set(key, { poll: event.poll, member: before?.member ?? by, options: event.options });
      change(state, event.poll, (poll) => recount(poll, before?.options ?? [], event.options));
    }),
    applyInternal(pollTallied, (state, event) =>
      change(state, event.poll, (poll) => ({ ...poll, isCounting: false })),
    ),
    apply('poll.closed', (state, event) =>
      change(state, event.poll, (poll) => ({ ...poll, closedAt: event.at, isCounting: false })),
    ),
    apply('poll.removed', (state, event) => {
      state.table(pollTable).delete(pollKey(event.poll));
      const ballots = state.table(ballotTable);
      for (const [key, { poll }] of Array.from(ballots.entries()))
        if (poll === event.poll) ballots.delete(key);
    }),
  ],
  on: [
    on('role.changed', ({ state }, event) => tellHidden(state, event.member)),
    on('member.joined', ({ state }, event) => tellHidden(state, event.member.id)),
  ],
  snapshot: (state) => ({ polls: pollsInOrder(state).map(toPoll) }),
  own: (state, member) => {
    const all = pollsInOrder(state);
    const votes = all.flatMap(({ id }) => {
      const ballot = state.table(ballotTable).get(ballotKey(id, personOf(state, member)));
      return ballot === undefined || ballot.options.length === 0
        ? []
        : [{ poll: id, options: ballot.options }];
    });
    const row = findPresent(state, member);
    if (row === undefined || !hasAuthority(row.role)) return { votes };
    const hiddenCounts = all
      .filter((poll) => isHidden(poll) && poll.voters > 0)
      .map(({ id, counts, voters }) => ({ poll: id, counts, voters }));
    return { votes, hiddenCounts };
  },
};

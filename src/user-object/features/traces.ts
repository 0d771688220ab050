import {
  type Applied,
  apply,
  applyInternal,
  deadline,
  decide,
  type Feature,
  type InternalCommand,
  internalCommand,
  internalEvent,
  type LoggedEvent,
  note,
  on,
  onInternal,
  type RewriteDraft,
} from '../../engine/feature.ts';
import { defineTable, type State, type StateView } from '../../engine/state.ts';
import type { Person } from '../../protocol/index.ts';
import { personErased, personGone } from '../internal-events.ts';
import { settingsOf, theSelf } from '../tables.ts';

/** Positions that share a row. */
const BLOCK = 8_192;
/** The log is cut some way behind its limit; what lies further back than this part of it is surely gone. */
const CUT = 1.2;
/** Events that one step of an erasure looks at. */
const STEP = 200;

/** Events that say what somebody is called, or what they said with a question: their positions, by `<account> <block>`. */
interface TraceRow {
  readonly account: string;
  /** The first position that the row may name. */
  readonly from: number;
  readonly seqs: readonly number[];
}
const traceTable = defineTable<TraceRow>('traces');

/** These of somebody's positions name them no longer. */
const tracesErased = internalEvent<{ readonly key: string; readonly seqs: readonly number[] }>(
  'trace.erased',
);

/** What events of these kinds say of others. */
interface Naming {
  readonly person?: Readonly<Person>;
  readonly from?: Readonly<Person> | null;
  readonly meeting?: { readonly invitedBy: Readonly<Person> | null };
  readonly standing?: { readonly invitedBy: Readonly<Person> | null };
  readonly note?: string;
}

const named = ({ person, from, meeting, standing }: Naming): Set<string> =>
  new Set([person, from, meeting?.invitedBy, standing?.invitedBy].flatMap((card) => (card ? [card.id] : [])));

function keepTrace(state: State, event: Naming & Pick<Applied, 'seq'>): void {
  const { seq } = event;
  const traces = state.table(traceTable);
  const block = Math.floor(seq / BLOCK);
  for (const account of named(event)) {
    if (account === theSelf(state).id) continue;
    const key = `${account} ${block}`;
    const row = traces.get(key);
    if (row === undefined) dropCut(state, seq);
    traces.set(key, { account, from: block * BLOCK, seqs: [...(row?.seqs ?? []), seq] });
  }
}

/** Drops rows of what the log has long lost. */
function dropCut(state: State, head: number): void {
  const begins = head - CUT * settingsOf(state).log.events;
  const traces = state.table(traceTable);
  for (const [key, { from }] of Array.from(traces.entries())) if (from + BLOCK < begins) traces.delete(key);
}

const nobody = (card: Readonly<Person>): Person => ({ id: card.id, userName: null, name: '', avatar: null });

/** The event without anybody's name or words but the id; the envelope to the letter. */
function emptied(event: LoggedEvent & Naming, account: string): LoggedEvent {
  const { person, from, meeting, standing } = event;
  const is = (card: Readonly<Person> | null | undefined): card is Readonly<Person> => card?.id === account;
  return {
    ...event,
    ...(is(person) ? { person: nobody(person) } : {}),
    ...(is(person) && event.note !== undefined ? { note: '' } : {}),
    ...(is(from) ? { from: nobody(from) } : {}),
    ...(is(meeting?.invitedBy) ? { meeting: { ...meeting, invitedBy: nobody(meeting.invitedBy) } } : {}),
    ...(is(standing?.invitedBy) ? { standing: { ...standing, invitedBy: nobody(standing.invitedBy) } } : {}),
  };
}

const tracesOf = (state: StateView, account: string): [string, Readonly<TraceRow>][] =>
  Array.from(state.table(traceTable).entries()).filter(([, row]) => row.account === account);

/** One step of an erasure. */
const eraseTraces: InternalCommand<{ readonly account: string }> = internalCommand(
  'trace.erase',
  ({ state, fields: { account }, log, now }) => {
    const rows = tracesOf(state, account);
    const [first] = rows;
    if (first === undefined) return decide({});
    const [key, row] = first;
    const seqs = row.seqs.slice(0, STEP);
    const rewrite = seqs.flatMap((seq): RewriteDraft[] => {
      const event = log.read(seq)?.event;
      return event === undefined ? [] : [{ seq, event: emptied(event, account) }];
    });
    const isMore = rows.length > 1 || seqs.length < row.seqs.length;
    return decide({
      events: [note(tracesErased, { key, seqs })],
      rewrite,
      deadlines: isMore ? [erasure(account, now)] : [],
    });
  },
);

const erasure = (account: string, now: number) =>
  deadline(`trace-erasure ${account}`, now, eraseTraces, { account });

/** The same, where there is anything to erase. */
const erasing = (state: StateView, account: string, now: number) => ({
  deadlines: tracesOf(state, account).length === 0 ? [] : [erasure(account, now)],
});

/** What others are called, and what they said with a question, goes from this log with their account. */
export const traces: Feature = {
  name: 'traces',
  tables: [traceTable],
  commands: {},
  internalCommands: [eraseTraces],
  internalEvents: [tracesErased],
  apply: [
    apply('contact.changed', keepTrace),
    apply('person.blocked', keepTrace),
    apply('person.unblocked', keepTrace),
    apply('person.changed', keepTrace),
    apply('meeting.noted', keepTrace),
    apply('meeting.invited', keepTrace),
    apply('call.ringing', keepTrace),
    apply('call.over', keepTrace),
    apply('group.standing', keepTrace),
    applyInternal(tracesErased, (state, { key, seqs }) => {
      const table = state.table(traceTable);
      const row = table.get(key);
      if (row === undefined) return;
      const left = row.seqs.filter((seq) => !seqs.includes(seq));
      if (left.length === 0) table.delete(key);
      else table.set(key, { ...row, seqs: left });
    }),
  ],
  on: [
    on('contact.removed', ({ state, now }, { account, reason }) =>
      reason === 'deleted' ? erasing(state, account, now) : {},
    ),
    onInternal(personErased, ({ state, now }, { account }) => erasing(state, account, now)),
    onInternal(personGone, ({ state, now }, { account }) => erasing(state, account, now)),
  ],
};

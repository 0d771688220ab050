import type { Latency } from '../load/jobs.ts';
import { measureOpen, type Open } from '../measure.ts';
import { type Measured, measureAll } from '../repeat.ts';
import { fine, latency, percent, table, thousands } from '../report/markdown.ts';
import { summarize, VOID_ABOVE } from '../results.ts';
import type { Variant, VariantName } from '../servers/variants.ts';
import type { Context, Goal, Section } from './section.ts';

/** A room in which people speak at a rate of their own. */
type Room = {
  name: string;
  members: number;
  rate: number;
  seconds: number;
  /** Those that the goal speaks of. */
  judged: readonly VariantName[];
};

const TEXT_BYTES = 100;
/** Members whose deliveries are timed, spread over the room. */
const SAMPLES = 50;

const moderateRoom: Room = {
  name: '100 members, 10 messages a second',
  members: 100,
  rate: 10,
  seconds: 12,
  judged: ['parley', 'partyserver'],
};
const fullRoom: Room = {
  name: '1,000 members, 2,000 messages a second',
  members: 1000,
  rate: 2000,
  seconds: 2,
  judged: ['parley'],
};

/** A lively meeting: everybody's latency at a rate that no server has trouble with. */
export const moderate: Section = {
  name: 'moderate',
  async measure(context) {
    const room = await measureRoom(context, moderateRoom);
    return { title: 'A moderate rate', lines: tableOf(room, context), goals: moderateGoal(room, context) };
  },
};

/** Open loop: two million deliveries a second are asked for, and whoever is behind is told so. */
export const openLoop: Section = {
  name: 'open-loop',
  async measure(context) {
    const room = await measureRoom(context, fullRoom);
    return { title: 'Open loop', lines: tableOf(room, context), goals: openLoopGoal(room, context) };
  },
};

async function measureRoom(context: Context, room: Room): Promise<Measured<Room, Open>> {
  const { members, rate, seconds, judged } = room;
  const { plan, variants } = context;
  const job = { members, rate, seconds, bytes: TEXT_BYTES, samples: SAMPLES };
  const [measured] = await measureAll(
    context,
    [room],
    (variant) => measureOpen(variant, job),
    ({ messages, times, cpu }) =>
      times === null
        ? `${fine(messages)} of ${rate} a second reached everybody`
        : `delivery p50 ${fine(times.delivery.p50)} ms, p99 ${fine(times.delivery.p99)} ms, generator at ${percent(cpu)}`,
    plan.quick ? variants.filter(({ name }) => judged.includes(name)) : variants,
  );
  if (measured === undefined) throw new Error('unable to measure; there is no room');
  return measured;
}

/** The medians, and those of the times of the repetitions in which the rate was held; null where most did not. */
function judge(measured: Measured<Room, Open>, variant: Variant | undefined) {
  const all = variant === undefined ? [] : measured.all(variant);
  const held = all.filter(({ times }) => times !== null);
  if (all.length === 0) return undefined;
  const isHeld = held.length * 2 > all.length;
  const { messages, cpu, times } = summarize(isHeld ? held : all);
  return { messages, cpu, times: isHeld ? times : null };
}

function tableOf(measured: Measured<Room, Open>, { variants }: Context): string[] {
  const { name, rate, members } = measured.row;
  const rows = variants.flatMap((variant) => {
    const figures = judge(measured, variant);
    if (figures === undefined) return [];
    const { messages, times, cpu } = figures;
    const shown = (of: Latency | undefined) =>
      of === undefined ? "can't hold it" : `${latency(of)}${cpu > VOID_ABOVE ? ' (void)' : ''}`;
    return [
      [
        variant.label,
        fine(messages),
        thousands(messages * members),
        shown(times?.delivery),
        shown(times?.echo),
        shown(times?.everybody),
      ],
    ];
  });
  const head = [
    'server',
    `of ${thousands(rate)} messages a second, at everybody`,
    'deliveries a second',
    'to a member, ms: p50 (p99)',
    "one's own echo, ms",
    'until everybody has it, ms',
  ];
  return [`${name}. Times count from when a message was to be sent.`, '', ...table(head, rows)];
}

function moderateGoal(measured: Measured<Room, Open>, { variant }: Context): Goal[] {
  const p99 = (name: VariantName) => judge(measured, variant(name))?.times?.delivery.p99;
  const [ours, theirs] = [p99('parley'), p99('partyserver')];
  if (ours === undefined || theirs === undefined) return [];
  return [
    {
      goal: "latency at 10 messages a second, 100 members, p99: ≤ partyserver's",
      measured: `${fine(ours)} ms, partyserver ${fine(theirs)} ms`,
      met: ours <= theirs,
    },
  ];
}

function openLoopGoal(measured: Measured<Room, Open>, { variant }: Context): Goal[] {
  const figures = judge(measured, variant('parley'));
  if (figures === undefined) return [];
  const goal = 'open loop, 1,000 members, 2,000 messages a second: p50 ≤ 100 ms, p99 ≤ 250 ms';
  const { times, messages } = figures;
  if (times === null) return [{ goal, measured: `${fine(messages)} a second reached everybody`, met: false }];
  const { p50, p99 } = times.delivery;
  return [{ goal, measured: `p50 ${fine(p50)} ms, p99 ${fine(p99)} ms`, met: p50 <= 100 && p99 <= 250 }];
}

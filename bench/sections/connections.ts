import { type JoinStorm, measureJoinStorm } from '../measure.ts';
import { measureAll } from '../repeat.ts';
import { compare } from '../report/compare.ts';
import { latency, part, percent, thousands } from '../report/markdown.ts';
import { VOID_ABOVE } from '../results.ts';
import type { Section } from './section.ts';

const SOCKETS = 1000;
const CONCURRENCY = 50;

/** How fast sockets are opened, with as little as each server can do for one. */
export const connections: Section = {
  name: 'connections',
  quick: false,
  async measure(context) {
    const job = {
      members: SOCKETS,
      form: 'one-step' as const,
      announce: false,
      concurrency: CONCURRENCY,
    };
    const rows = await measureAll(
      context,
      [{ name: `${thousands(SOCKETS)} sockets, ${CONCURRENCY} at a time` }],
      (variant) => measureJoinStorm(variant, job),
      (result: JoinStorm) =>
        `${thousands(result.joinsPerSecond)} sockets/s, generator at ${percent(result.cpu)}`,
    );
    const mark = ({ cpu }: JoinStorm) => (cpu > VOID_ABOVE ? ' (void)' : '');
    return {
      title: 'Connection rate',
      lines: [
        ...part(
          'Sockets opened a second',
          compare(
            rows,
            context.variants,
            ({ joinsPerSecond }) => joinsPerSecond,
            (value, result) => `${thousands(value)}${mark(result)}`,
          ),
        ),
        ...part(
          'Milliseconds until one is open, p50 (p99)',
          compare(
            rows,
            context.variants,
            (result) => result.latency.p50,
            (_, result) => `${latency(result.latency)}${mark(result)}`,
          ),
        ),
        "Parley's figure holds a whole admission of a new member: rights, seat, snapshot, and everybody is told. The others only take the socket.",
      ],
      goals: [],
    };
  },
};

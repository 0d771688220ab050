import { type Echo, measureEcho } from '../measure.ts';
import { measureAll } from '../repeat.ts';
import { compare } from '../report/compare.ts';
import { fine, latency, part, percent, thousands } from '../report/markdown.ts';
import { VOID_ABOVE } from '../results.ts';
import type { Section } from './section.ts';

const CONNECTIONS = [1, 2, 5];
const TEXT_BYTES = 100;

/** A few members, each of whom speaks again as soon as it hears itself. */
export const echo: Section = {
  name: 'echo',
  quick: false,
  async measure(context) {
    const { plan, variants } = context;
    const rows = await measureAll(
      context,
      CONNECTIONS.map((members) => ({ name: `${members} connection${members === 1 ? '' : 's'}`, members })),
      (variant, { members }) => measureEcho(variant, { members, bytes: TEXT_BYTES, seconds: plan.seconds }),
      (result: Echo) =>
        `${thousands(result.messages)} echoes/s, p50 ${fine(result.echo.p50)} ms, generator at ${percent(result.cpu)}`,
    );
    const mark = ({ cpu }: Echo) => (cpu > VOID_ABOVE ? ' (void)' : '');
    return {
      title: 'Closed-loop echo',
      lines: [
        ...part(
          'Messages a second, of all connections',
          compare(
            rows,
            variants,
            ({ messages }) => messages,
            (value, result) => `${thousands(value)}${mark(result)}`,
          ),
        ),
        ...part(
          "Milliseconds to one's own echo, p50 (p99)",
          compare(
            rows,
            variants,
            (result) => result.echo.p50,
            (_, result) => `${latency(result.echo)}${mark(result)}`,
          ),
        ),
      ],
      goals: [],
    };
  },
};

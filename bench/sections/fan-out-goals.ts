import type { FanOut } from '../measure.ts';
import { fine, ratio } from '../report/markdown.ts';
import type { Cell } from '../results.ts';
import type { VariantName } from '../servers/variants.ts';
import type { Goal } from './section.ts';

type Figure = (figures: FanOut) => number | null;

/** Parley's figure as a multiple of some peers', and on which side of a bound each must be. */
type Comparison = {
  goal: string;
  members: number;
  window: number;
  figure: Figure;
  side: 'least' | 'most';
  bounds: readonly (readonly [peer: VariantName, bound: number])[];
  /** Parley's own figure, and one that is not judged. */
  show?: { own: (value: number) => string; beside: { what: string; figure: Figure } };
};

const deliveries: Figure = (figures) => figures.deliveries;
const echo: Figure = (figures) => figures.echo.p50;
const everybody: Figure = (figures) => figures.everybody.p50;
const memory: Figure = (figures) => figures.peakMemory;

const latency = (members: number, bound: number) =>
  ({
    members,
    window: 1,
    figure: echo,
    side: 'most',
    bounds: [
      ['insert-then-send', bound],
      ['partyserver', bound],
    ],
    show: {
      own: (value) => `${fine(value)} ms to one's own echo, `,
      beside: { what: 'until everybody has it', figure: everybody },
    },
  }) satisfies Omit<Comparison, 'goal'>;

const comparisons: readonly Comparison[] = [
  {
    goal: 'durable fan-out, 1,000 members, window 512: ≥ 60 × partyserver, ≥ 40 × socket.io (both not durable)',
    members: 1000,
    window: 512,
    figure: deliveries,
    side: 'least',
    bounds: [
      ['partyserver', 60],
      ['socket.io', 40],
    ],
  },
  {
    goal: 'durable fan-out, 100 members, window 64: ≥ 10 × partyserver',
    members: 100,
    window: 64,
    figure: deliveries,
    side: 'least',
    bounds: [['partyserver', 10]],
  },
  {
    goal: 'latency, window 1, p50, 100 members: ≤ 1.0 × insert-then-send and partyserver',
    ...latency(100, 1),
  },
  {
    goal: 'latency, window 1, p50, 1,000 members: ≤ 0.8 × insert-then-send and partyserver',
    ...latency(1000, 0.8),
  },
  {
    goal: "server memory at 1,000 members, window 512: ≤ 1.5 × insert-then-send's, ≤ 0.25 × partyserver's",
    members: 1000,
    window: 512,
    figure: memory,
    side: 'most',
    bounds: [
      ['insert-then-send', 1.5],
      ['partyserver', 0.25],
    ],
  },
];

/** The numbers to reach that these rows show; those whose rows or peers were not all measured are left out. */
export function fanOutGoals(cells: readonly Cell[]): Goal[] {
  return comparisons.flatMap((comparison) => goalOf(comparison, cells));
}

function goalOf(
  { goal, members, window, figure, side, bounds, show }: Comparison,
  cells: readonly Cell[],
): Goal[] {
  const find = (name: VariantName) =>
    cells.find(
      ({ row, variant }) =>
        variant.name === name &&
        row.members === members &&
        row.window === window &&
        row.bytes === 100 &&
        !row.deflate,
    );
  const ours = find('parley');
  const multiple = (of: Figure, name: VariantName) => {
    const theirs = find(name);
    const [a, b] = [ours && of(ours.figures), theirs && of(theirs.figures)];
    return typeof a === 'number' && typeof b === 'number' ? a / b : null;
  };
  const own = ours && figure(ours.figures);
  const multiples = bounds.flatMap(([name, bound]) => {
    const value = multiple(figure, name);
    return value === null ? [] : [{ name, bound, value }];
  });
  if (typeof own !== 'number' || multiples.length < bounds.length) return [];
  const shown = multiples.map(({ name, value }) => `${ratio(value)} × ${name}`);
  const beside = bounds.map(([name]) => (show === undefined ? null : multiple(show.beside.figure, name)));
  const also = beside.flatMap((value) => (value === null ? [] : [`${ratio(value)} ×`]));
  return [
    {
      goal,
      measured: `${show?.own(own) ?? ''}${shown.join(', ')}${also.length === 0 ? '' : ` (${show?.beside.what}: ${also.join(', ')})`}`,
      met: multiples.every(({ value, bound }) => (side === 'least' ? value >= bound : value <= bound)),
    },
  ];
}

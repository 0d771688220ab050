import { describe, expect, test } from 'vitest';
import type { FanOut } from '../../../bench/measure.ts';
import type { Cell } from '../../../bench/results.ts';
import { fanOutGoals } from '../../../bench/sections/fan-out-goals.ts';
import type { Variant, VariantName } from '../../../bench/servers/variants.ts';

type Figures = { deliveries?: number; echo?: number; everybody?: number; memory?: number };

const cell = (
  name: VariantName,
  members: number,
  window: number,
  { deliveries = 1, echo = 1, everybody = 1, memory = 1 }: Figures,
): Cell => ({
  row: { members, window, bytes: 100, deflate: false },
  variant: { name, label: name } as Variant,
  figures: {
    deliveries,
    echo: { p50: echo, p99: echo },
    everybody: { p50: everybody, p99: everybody },
    peakMemory: memory,
  } as FanOut,
});
const judged = (cells: Cell[]) => fanOutGoals(cells).map(({ measured, met }) => [measured, met]);

describe('a goal', () => {
  test('of the least is met at its bound and not below it, for all peers together', () => {
    const room = (ours: number) => [
      cell('parley', 100, 64, { deliveries: ours }),
      cell('partyserver', 100, 64, { deliveries: 10 }),
    ];
    expect(judged(room(100))).toEqual([['10 × partyserver', true]]);
    expect(judged(room(99))).toEqual([['9.90 × partyserver', false]]);
  });

  test('of the most is missed where one of the peers does better', () => {
    const cells = [
      cell('parley', 100, 1, { echo: 0.5, everybody: 3 }),
      cell('insert-then-send', 100, 1, { echo: 1, everybody: 2 }),
      cell('partyserver', 100, 1, { echo: 0.4, everybody: 2 }),
    ];
    expect(judged(cells)).toEqual([
      [
        "0.50 ms to one's own echo, 0.50 × insert-then-send, 1.25 × partyserver (until everybody has it: 1.50 ×, 1.50 ×)",
        false,
      ],
    ]);
  });

  test('is left out where a peer of it was not measured', () => {
    expect(judged([cell('parley', 1000, 512, {}), cell('partyserver', 1000, 512, {})])).toEqual([]);
  });
});

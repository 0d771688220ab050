import { expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { Inbound } from '../../../src/engine/inbound.ts';
import { Meter } from '../../../src/engine/meter.ts';
import { readObjectSettings } from '../../../src/engine/settings.ts';

test('counts the members that are one person’s devices as one, at the rates that say so, and lets each come back', () => {
  const { rates } = readObjectSettings({ RATE_CHAT: '1/4', RATE_CONTROL: '1/4', RATE_QUERY: '1/4' });
  const inbound = new Inbound({
    // Nothing is carried out here.
    engine: {} as Engine,
    clock: { now: () => 1_000 },
    log: () => {},
    meter: new Meter(0),
    settings: { rates },
    together: new Set(['chat', 'control']),
    closed: () => {},
  });
  const granted = (rate: 'chat' | 'control' | 'query') =>
    Array.from({ length: 50 }, (_, number) => inbound.limitCommand(`device ${number % 25}`, rate)).filter(
      (refusal) => refusal === null,
    ).length;
  expect([granted('chat'), granted('control'), granted('query')]).toEqual([4, 4, 50]);
  expect(inbound.mayReturn('device 1')).toBeNull();
});

import { describe, expect, test } from 'vitest';
import { Counter } from '../../../bench/load/counter.ts';
import { chatCommand, chatEvent, type Dialect, rangeOf } from '../../../bench/load/dialect.ts';
import { Scanner } from '../../../bench/load/scanner.ts';

/** Hands a frame to a member as a connection does: its head, then its text. */
function hear(counter: Counter, member: number, text: string) {
  const frame = Buffer.from(text);
  const { onFrame, onPayload } = counter.listenerOf(member);
  onFrame?.(frame, 0, Math.min(80, frame.length), false);
  onPayload?.(frame, true);
}
const event = (number: number) => chatEvent(number, number + 1, 1, 100);
const merged = (prev: number, ...numbers: number[]) =>
  `{"t":"events","prev":${prev},"last":${prev + numbers.length},"events":[${numbers.map(event)}]}`;

describe('what a frame holds', () => {
  const count = (dialect: Dialect, text: string) =>
    rangeOf(dialect, Buffer.from(text), 0, Math.min(80, text.length));

  test("is one message where it is a peer's, socket.io's packet too", () => {
    expect(count('peer', event(7))).toEqual({ prev: -1, count: 1 });
    expect(count('socket.io', `42["m",${event(7)},"offset"]`)).toEqual({ prev: -1, count: 1 });
  });

  test("is the range that Parley's frame names", () => {
    expect(count('parley', merged(41, 0, 1, 2))).toEqual({ prev: 41, count: 3 });
  });

  test('has no place in a run where it is an error', () => {
    expect(() => count('parley', '{"t":"error","code":"busy"}')).toThrow('busy');
  });
});

test('a command is wrapped for socket.io and bare for the others', () => {
  expect(chatCommand('socket.io', 3, 1, 100)).toBe(`42["m",${chatCommand('peer', 3, 1, 100)}]`);
  expect(JSON.parse(chatCommand('parley', 3, 1, 4000)).body.text).toHaveLength(4000);
});

describe('a counter', () => {
  test('holds a message complete when the last member has it', () => {
    const counter = new Counter('peer', 2);
    counter.nextNumber();
    hear(counter, 0, event(0));
    expect([counter.deliveries, counter.complete]).toEqual([1, 0]);
    hear(counter, 1, event(0));
    expect([counter.deliveries, counter.complete]).toEqual([2, 1]);
  });

  test('fails where a member is told what does not follow on what it has', () => {
    const counter = new Counter('parley', 1);
    hear(counter, 0, merged(10, 0));
    hear(counter, 0, merged(12, 1));
    expect(() => counter.throwIfFailed()).toThrow('stood at 11 and was told what follows 12');
  });

  test('fails where a frame claims more than it holds', async () => {
    const counter = new Counter('parley', 1);
    hear(counter, 0, merged(0, 0, 1).replace('"last":2', '"last":3'));
    await expect(counter.latencies()).rejects.toThrow('they claim 3 messages, 2 were there');
  });

  test('counts the time of a delivery from when the message was to be sent, for each sampled member', async () => {
    const counter = new Counter('peer', 3);
    const now = performance.now();
    for (const late of [5_000, 3_000, 1_000]) counter.nextNumber(now - late);
    counter.startLog();
    // The first arrival only says where a member stands.
    for (const number of [0, 1, 2]) for (const member of [0, 1, 2]) hear(counter, member, event(number));
    counter.endLog();
    await counter.latencies();
    const { p50, p99 } = counter.deliveryTo([0, 2]);
    expect(p99).toBeGreaterThanOrEqual(3_000);
    expect(p99).toBeLessThan(4_000);
    expect(p50).toBeGreaterThanOrEqual(1_000);
  });
});

test('a scanner finds the numbers of messages in frames that come in pieces', () => {
  const scanner = new Scanner(1_000);
  const frame = Buffer.from(merged(0, 12, 305, 7));
  scanner.begin(false);
  for (let at = 0; at < frame.length; at += 5) {
    scanner.take(frame.subarray(at, at + 5), at + 5 >= frame.length);
  }
  expect([...scanner.order.subarray(0, scanner.count)]).toEqual([12, 305, 7]);
});

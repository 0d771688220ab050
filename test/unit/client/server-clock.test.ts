import { beforeEach, describe, expect, test } from 'vitest';
import { ParleyError } from '../../../src/client/http.ts';
import { IDEAL, World } from './fake-player.ts';
import { item, Seat, Theatre } from './theatre.ts';

let world: World;
let theatre: Theatre;
let seat: Seat;
beforeEach(async () => {
  world = new World();
  theatre = new Theatre(world);
  theatre.tell({ items: [item(1, 60), item(2, 30)] });
  seat = new Seat(theatre);
  await world.pass(2_000);
});

const play = (id: number | null = 1) =>
  theatre.decide({ item: id, position: 0, status: id === null ? 'paused' : 'playing' }, true);

describe('the clock of the server', () => {
  test('is read in ten round trips, and while something plays in six every five minutes', async () => {
    expect(seat.questions).toBe(10);
    expect(Math.abs((seat.clock.now() ?? 0) - theatre.time)).toBeLessThanOrEqual(1);
    // Nobody wakes a room in which nothing plays.
    await world.pass(3_600_000);
    expect(seat.questions).toBe(10);
    theatre.tell({ items: [item(1, 60_000)] });
    play();
    // What was read an hour ago is not good enough.
    await world.pass(2_000);
    expect(seat.questions).toBe(16);
    await world.pass(300_000);
    expect(seat.questions).toBe(22);
    theatre.decide({ status: 'paused' });
    await world.pass(3_600_000);
    expect(seat.questions).toBe(22);
  });

  test('is read by all in the same seconds', async () => {
    const asked: number[] = [];
    const seats = [seat];
    for (let one = 0; one < 4; one += 1) {
      await world.pass(37_000);
      seats.push(new Seat(theatre, { ...IDEAL, skew: one * 9_999 }));
    }
    theatre.tell({ items: [item(1, 60_000)] });
    play();
    await world.pass(2_000);
    let before = seats.reduce((sum, { questions }) => sum + questions, 0);
    for (let second = 0; second < 900; second += 1) {
      await world.pass(1_000);
      const now = seats.reduce((sum, { questions }) => sum + questions, 0);
      if (now > before) asked.push(Math.floor(theatre.time / 1_000) % 300);
      before = now;
    }
    expect(asked.length).toBeGreaterThan(2);
    for (const second of asked) expect(second).toBeLessThanOrEqual(3);
  });

  test('is not asked for where there is nothing to come, until there is another connection', async () => {
    seat.refusal = new ParleyError('room_ended', { message: 'over' });
    seat.reconnect();
    const { questions } = seat;
    await world.pass(600_000);
    expect(seat.questions).toBe(questions);
    // What waiting helps against is asked again.
    seat.refusal = new ParleyError('overloaded');
    seat.reconnect();
    await world.pass(10_000);
    expect(seat.questions).toBeGreaterThan(questions + 2);
    seat.refusal = null;
    await world.pass(5_000);
    expect(Math.abs((seat.clock.now() ?? 0) - theatre.time)).toBeLessThanOrEqual(1);
  });

  test('is read anew when the connection is back, and when this machine has slept', async () => {
    await world.pass(2_000);
    seat.reconnect();
    await world.pass(2_000);
    expect(seat.questions).toBe(16);
    // The clock that only goes forward stands still while a machine sleeps.
    seat.wallIsAhead += 3_600_000;
    expect(seat.clock.now()).toBeNull();
    await world.pass(2_000);
    expect(seat.questions).toBe(22);
    expect(Math.abs((seat.clock.now() ?? 0) - theatre.time)).toBeLessThanOrEqual(1);
  });

  test('is right however wrong that of this machine is', async () => {
    const odd = new Seat(theatre, { ...IDEAL, skew: -1e12, ppm: 80, latency: 150, jitter: 80 });
    await world.pass(240_000);
    expect(Math.abs((odd.clock.now() ?? 0) - theatre.time)).toBeLessThan(50);
  });
});

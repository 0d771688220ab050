import { beforeEach, describe, expect, test } from 'vitest';
import { World } from './fake-player.ts';
import { item, Seat, Theatre, type Told } from './theatre.ts';

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
const off = () => Math.abs(seat.player.truth - theatre.position);
const ofKind = (t: Told['t']) => seat.told.filter((one) => one.t === t);

describe('the end', () => {
  test('is told once, with the version that it ended', async () => {
    play(2);
    await world.pass(31_500);
    expect(ofKind('end')).toEqual([{ t: 'end', of: 2, version: 1 }]);
    expect(seat.screening.status).toBe('ended');
    play(1);
    await world.pass(1_000);
    expect(seat.screening.status).toBe('playing');
    expect(ofKind('end')).toHaveLength(1);
  });

  test('of a file that is shorter than was said is told again when the room is there', async () => {
    seat.shorter = 5;
    play(2);
    await world.pass(26_500);
    expect(ofKind('end')).toHaveLength(1);
    await world.pass(2_000);
    expect(ofKind('end')).toHaveLength(1);
    await world.pass(4_000);
    expect(ofKind('end')).toHaveLength(2);
    await world.pass(10_000);
    expect(ofKind('end')).toHaveLength(2);
  });

  test.each([0.2, 0.5, 3])(
    'of a file that is longer than was said comes by itself (by %d s)',
    async (seconds) => {
      seat.shorter = -seconds;
      play(2);
      await world.pass(29_000);
      const { length } = seat.player.seeks;
      await world.pass(seconds * 1_000 + 1_500);
      expect(seat.player.seeks).toHaveLength(length);
      expect(seat.screening.status).toBe('ended');
      expect(ofKind('end')).toEqual([{ t: 'end', of: 2, version: 1 }]);
      // It is no end for whoever goes back.
      theatre.decide({ position: 10_000, status: 'playing' }, true);
      await world.pass(2_000);
      expect(off()).toBeLessThan(60);
      expect(ofKind('end')).toHaveLength(1);
    },
  );

  test.each([1_500, 800])('is not told of when somebody goes back by a moment (%d ms)', async (back) => {
    play(2);
    await world.pass(31_000);
    expect(ofKind('end')).toHaveLength(1);
    theatre.decide({ position: 30_000 - back, status: 'playing' }, true);
    await world.pass(back / 2);
    expect(ofKind('end')).toHaveLength(1);
    expect(seat.screening.status).toBe('playing');
    await world.pass(back + 500);
    expect([...new Set(ofKind('end').map(({ version }) => version))]).toEqual([1, 2]);
  });

  test('of those who come after it is told, too', async () => {
    play(2);
    seat.screening.close();
    await world.pass(100_000);
    const late = new Seat(theatre);
    await world.pass(2_000);
    expect(late.told.filter(({ t }) => t === 'end')).toEqual([{ t: 'end', of: 2, version: 1 }]);
  });

  test('is left when the room goes back', async () => {
    play(2);
    await world.pass(31_500);
    theatre.decide({ position: 5_000, status: 'playing' }, true);
    await world.pass(3_000);
    expect(seat.screening.status).toBe('playing');
    expect(off()).toBeLessThan(60);
  });
});

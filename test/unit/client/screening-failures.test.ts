import { beforeEach, describe, expect, test } from 'vitest';
import { World } from './fake-player.ts';
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
const off = () => Math.abs(seat.player.truth - theatre.position);
const fails = () => seat.told.filter(({ t }) => t === 'fail');
const views = () => seat.told.filter(({ t }) => t === 'view').map(({ of }) => of);
const given = () => seat.loads.filter((id) => id !== null).length;

describe('what can not be played', () => {
  test.each([
    [2, 'unreachable', 15_000, 4],
    [3, 'broken', 15_000, 4],
    [4, 'unsupported', 1_500, 2],
  ])('is told of once, with the reason, when it was tried again (%i)', async (code, reason, ms, tries) => {
    seat.fault = { code, after: 20 };
    play();
    await world.pass(ms - 1_000);
    expect(fails()).toEqual([]);
    expect(seat.screening.status).toBe('loading');
    await world.pass(3_000);
    expect(fails()).toEqual([{ t: 'fail', of: reason, version: 1 }]);
    expect(seat.screening.status).toBe('failed');
    expect(views()).toEqual(['ready', 'buffering', 'failed']);
    expect(given()).toBe(tries);
    await world.pass(600_000);
    expect(given()).toBe(tries);
    expect(fails()).toHaveLength(1);
    seat.fault = null;
    play(2);
    await world.pass(1_000);
    expect(seat.screening.status).toBe('playing');
    expect(seat.viewing).toBe('ready');
  });

  test('is not told of where it plays when it is tried again, at the right place', async () => {
    play();
    await world.pass(5_000);
    seat.player.breaks(2);
    await world.pass(3_000);
    expect(seat.screening.status).toBe('playing');
    expect(off()).toBeLessThan(60);
    expect(fails()).toEqual([]);
    expect(given()).toBe(2);
    expect(seat.viewing).toBe('ready');
  });

  test('has all its tries again after a minute of playing, and not before', async () => {
    theatre.tell({ items: [item(1, 6_000)] });
    play();
    for (let hour = 0; hour < 6; hour += 1) {
      await world.pass(120_000);
      seat.player.breaks(2);
    }
    await world.pass(5_000);
    expect(seat.screening.status).toBe('playing');
    expect(given()).toBe(7);
    for (let one = 0; one < 6; one += 1) {
      seat.player.breaks(3);
      await world.pass(15_000);
    }
    expect(seat.screening.status).toBe('failed');
  });

  test('is tried once more when the connection is back, and no longer told of where it plays then', async () => {
    seat.fault = { code: 2, after: 20 };
    play();
    await world.pass(30_000);
    expect(seat.screening.status).toBe('failed');
    const before = given();
    const statuses: string[] = [];
    seat.screening.subscribe(() => statuses.push(seat.screening.status));
    seat.reconnect();
    await world.pass(500);
    expect(given()).toBe(before + 1);
    // It does not look as if it were to play before it does.
    expect(statuses).toEqual([]);
    expect(seat.viewing).toBe('failed');
    seat.fault = null;
    seat.reconnect();
    await world.pass(3_000);
    expect(seat.screening.status).toBe('playing');
    expect(seat.viewing).toBe('ready');
    expect(given()).toBe(before + 2);
    expect(off()).toBeLessThan(60);
  });

  test('is tried once more when somebody goes elsewhere or chooses it again, and told of where the room has forgotten', async () => {
    seat.fault = { code: 3, after: 20 };
    play();
    await world.pass(30_000);
    theatre.tell({ items: [item(1, 60, { failed: { by: 'm_somebody', reason: 'broken' } })] });
    theatre.decide({ position: 5_000 }, true);
    await world.pass(30_000);
    expect(seat.screening.status).toBe('failed');
    expect(given()).toBe(8);
    // The room knows it.
    expect(fails()).toHaveLength(1);
    expect(views()).toEqual(['ready', 'buffering', 'failed']);
    theatre.tell({ items: [item(1, 60)] });
    play();
    await world.pass(30_000);
    expect(given()).toBe(12);
    expect(fails()).toHaveLength(2);
    seat.fault = null;
    theatre.decide({ position: 5_000 }, true);
    await world.pass(2_000);
    expect(seat.screening.status).toBe('playing');
  });

  test('is tried no more when nobody follows any more', async () => {
    play();
    await world.pass(2_000);
    seat.player.breaks(2);
    seat.screening.close();
    const before = given();
    await world.pass(60_000);
    expect(given()).toBe(before);
  });

  test('is told of also where something else plays in its stead', async () => {
    play();
    await world.pass(1_000);
    seat.screening.fail('unreachable');
    expect(seat.screening.status).toBe('loading');
    await world.pass(2_000);
    expect(seat.screening.status).toBe('playing');
    expect(given()).toBe(2);
  });

  test.each(['kept', 'broken'])(
    'is told of with what was said while it loaded, its promise %s',
    async (how) => {
      for (let one = 0; one < 2; one += 1) {
        const asked = Promise.withResolvers<void>();
        seat.loading = asked.promise;
        if (one === 0) play();
        await world.pass(1_000);
        seat.screening.fail('unsupported');
        if (how === 'kept') asked.resolve();
        else asked.reject(new Error('it did not come'));
        await world.pass(100);
      }
      expect(fails()).toEqual([{ t: 'fail', of: 'unsupported', version: 1 }]);
      expect(seat.screening.status).toBe('failed');
    },
  );
});

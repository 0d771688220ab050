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
const views = () => seat.told.filter(({ t }) => t === 'view').map(({ of }) => of);

describe('a browser that refuses to play', () => {
  test('is told of, and plays from the right place when somebody has pressed the button', async () => {
    seat.player.refuses = true;
    play();
    await world.pass(3_000);
    expect(seat.screening.status).toBe('blocked');
    expect(seat.viewing).toBe('blocked');
    seat.player.refuses = false;
    await world.pass(5_000);
    // Not by itself: there it would be refused again.
    expect(seat.player.paused).toBe(true);
    seat.screening.join();
    await world.pass(3_000);
    expect(seat.screening.status).toBe('playing');
    expect(seat.viewing).toBe('ready');
    expect(off()).toBeLessThan(60);
  });

  test('or whoever pauses it here alone is not made to go on', async () => {
    play();
    await world.pass(3_000);
    seat.player.pause();
    await world.pass(3_000);
    expect(seat.screening.status).toBe('blocked');
    expect(seat.player.paused).toBe(true);
    seat.page.listener();
    await world.pass(1_000);
    expect(seat.player.paused).toBe(true);
    seat.screening.join();
    await world.pass(3_000);
    expect(off()).toBeLessThan(60);
  });

  test('pauses what is not seen: it goes on when it is seen again', async () => {
    play();
    await world.pass(3_000);
    seat.page.hidden = true;
    seat.player.pause();
    await world.pass(3_000);
    expect(seat.screening.status).toBe('blocked');
    seat.page.hidden = false;
    seat.page.listener();
    await world.pass(3_000);
    expect(seat.screening.status).toBe('playing');
    expect(off()).toBeLessThan(60);
  });
});

describe('a browser that fetches nothing before it is to play', () => {
  test('is ready as soon as it has the length, and plays when the room does', async () => {
    theatre.tell({ policy: { autoplay: true, waitForAll: true } });
    seat.player.source = () => {
      world.after(50, () => {
        Object.assign(seat.player, { duration: 60, readyState: 1, networkState: 1 });
        seat.player.emit('loadedmetadata');
      });
    };
    theatre.decide({ item: 1, position: 0, status: 'holding' }, true);
    await world.pass(5_000);
    expect(views()).toEqual(['ready', 'ready']);
    expect(seat.told.at(-1)).toMatchObject({ version: 1 });
    Object.assign(seat.player, { readyState: 1, networkState: 2 });
    theatre.decide({ position: 5_000 }, true);
    await world.pass(5_000);
    expect(seat.viewing).toBe('buffering');
  });

  test('asks for a press where it fetches not even the length', async () => {
    seat.loading = new Promise(() => undefined);
    play();
    await world.pass(10_000);
    // As long as its address is asked for it is not the browser that waits.
    expect(seat.screening.status).toBe('loading');
    seat.loading = null;
    seat.player.source = () => {
      Object.assign(seat.player, { networkState: 1, readyState: 0 });
    };
    play(2);
    await world.pass(2_500);
    expect(seat.screening.status).toBe('loading');
    await world.pass(1_500);
    expect(seat.screening.status).toBe('blocked');
    expect(seat.viewing).toBe('blocked');
    let presses = 0;
    seat.player.play = () => {
      presses += 1;
      seat.player.paused = false;
      return Promise.reject(Object.assign(new Error('not yet'), { name: 'AbortError' }));
    };
    seat.screening.join();
    expect(presses).toBe(1);
    expect(seat.screening.status).toBe('loading');
  });
});

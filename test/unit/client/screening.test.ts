import { beforeEach, describe, expect, test } from 'vitest';
import { ParleyError } from '../../../src/client/http.ts';
import { NOTHING_PLAYS } from '../../../src/protocol/index.ts';
import { IDEAL, World } from './fake-player.ts';
import { item, Seat, Theatre, type Told } from './theatre.ts';

let world: World;
let theatre: Theatre;
let seat: Seat;
beforeEach(async () => {
  world = new World();
  theatre = new Theatre(world);
  theatre.tell({ items: [item(1, 60), item(2, 30)] });
  seat = new Seat(theatre);
  // The clock is known, and the room stands.
  await world.pass(2_000);
});

const play = (id: number | null = 1) =>
  theatre.decide({ item: id, position: 0, status: id === null ? 'paused' : 'playing' }, true);
const off = () => Math.abs(seat.player.truth - theatre.position);
const views = () => seat.told.filter(({ t }) => t === 'view').map(({ of }) => of);
const ofKind = (t: Told['t']) => seat.told.filter((one) => one.t === t);

describe('a player', () => {
  test('is loaded, started and kept where the room is', async () => {
    expect(seat.screening.status).toBe('idle');
    // Whoever waits for the first film is waited for when it comes.
    expect(seat.told).toEqual([{ t: 'view', of: 'ready', version: 0 }]);
    play();
    await world.pass(3_000);
    expect(seat.loads).toEqual([null, 1]);
    expect(seat.screening.status).toBe('playing');
    expect(off()).toBeLessThan(40);
    expect(views()).toEqual(['ready']);
    await world.pass(20_000);
    // In step it is left alone.
    expect(seat.player.seeks.length).toBeLessThanOrEqual(1);
    expect(seat.player.playbackRate).toBe(1);
    expect(seat.told).toHaveLength(1);
  });

  test('stops where the room stops, exactly, and once', async () => {
    play();
    await world.pass(5_000);
    theatre.decide({ status: 'paused', position: 4_321 });
    await world.pass(1_000);
    expect(seat.player).toMatchObject({ paused: true, truth: 4_321 });
    expect(seat.screening.status).toBe('paused');
    const seeks = seat.player.seeks.length;
    // An element that will not stay there is not told again and again.
    seat.player.currentTime = 9;
    await world.pass(5_000);
    expect(seat.player.seeks).toHaveLength(seeks + 1);
  });

  test('goes where the room goes, playing or not, and at once while it is still on its way elsewhere', async () => {
    const slow = new Seat(theatre, { ...IDEAL, seekTakes: 2_000 });
    play();
    await world.pass(5_000);
    theatre.decide({ position: 40_000 }, true);
    await world.pass(200);
    theatre.decide({ position: 20_000 }, true);
    await world.pass(100);
    expect(slow.player.seeks.at(-1)).toBeGreaterThan(20);
    expect(slow.player.seeks.at(-1)).toBeLessThan(23);
    await world.pass(1_000);
    expect(off()).toBeLessThan(40);
    theatre.decide({ status: 'paused', position: 3_000 }, true);
    await world.pass(1_000);
    expect(seat.player.truth).toBe(3_000);
  });

  test('plays at the pace of the room, and makes up for little by a little more or less of it', async () => {
    play();
    await world.pass(3_000);
    theatre.decide({ rate: 2 });
    await world.pass(3_000);
    expect(seat.player.playbackRate).toBe(2);
    expect(off()).toBeLessThan(80);
    theatre.decide({ rate: 1 });
    await world.pass(3_000);
    seat.player.stall(150);
    await world.pass(400);
    expect(seat.player.playbackRate).toBeGreaterThan(1.04);
    expect(seat.screening.drift).toBeLessThan(-40);
    const { length } = seat.player.seeks;
    await world.pass(3_000);
    expect(seat.player.playbackRate).toBe(1);
    expect(off()).toBeLessThan(40);
    expect(seat.player.seeks).toHaveLength(length);
    // Somebody's own idea of the pace is not kept: they would be elsewhere in a moment.
    seat.player.playbackRate = 1.5;
    await world.pass(600);
    expect(seat.player.playbackRate).toBeLessThan(1.11);
  });

  test('that comes late begins where the others are', async () => {
    play();
    await world.pass(25_000);
    const late = new Seat(theatre);
    await world.pass(4_000);
    expect(Math.abs(late.player.truth - theatre.position)).toBeLessThan(40);
    expect(late.screening.status).toBe('playing');
  });

  test('does nothing before it is known what time it is', async () => {
    const lost = new Seat(theatre);
    lost.isOnline = false;
    play();
    await world.pass(2_000);
    expect(lost.screening.status).toBe('loading');
    expect(lost.player.paused).toBe(true);
    expect(lost.viewing).toBe('buffering');
    lost.isOnline = true;
    await world.pass(5_000);
    expect(lost.screening.status).toBe('playing');
    expect(Math.abs(lost.player.truth - theatre.position)).toBeLessThan(40);
  });

  test('is given another source when something else is chosen, and none when nothing is', async () => {
    play(1);
    await world.pass(2_000);
    play(2);
    await world.pass(2_000);
    expect(seat.loads).toEqual([null, 1, 2]);
    expect(off()).toBeLessThan(40);
    play(null);
    await world.pass(1_000);
    expect(seat.loads).toEqual([null, 1, 2, null]);
    expect(seat.player.paused).toBe(true);
    expect(seat.viewing).toBe('ready');
    expect(seat.screening.status).toBe('idle');
  });

  test('is left alone until it has its source, and is told of where there is none', async () => {
    play(2);
    await world.pass(31_500);
    expect(ofKind('end')).toHaveLength(1);
    // It still stands at the end of the one before.
    const asked = Promise.withResolvers<void>();
    seat.loading = asked.promise;
    play(1);
    await world.pass(3_000);
    expect(seat.screening.status).toBe('loading');
    expect(seat.viewing).toBe('buffering');
    expect(ofKind('end')).toHaveLength(1);
    asked.resolve();
    await world.pass(3_000);
    expect(seat.screening.status).toBe('playing');
    expect(off()).toBeLessThan(60);
    seat.loading = Promise.reject(new Error('there is no such file'));
    play(2);
    await world.pass(20_000);
    expect(seat.player.paused).toBe(true);
    expect(seat.told.at(-2)).toMatchObject({ t: 'fail', of: 'unreachable' });
    expect(seat.screening.status).toBe('failed');
  });

  test('keeps its volume', async () => {
    play();
    seat.player.volume = 0.3;
    await world.pass(5_000);
    theatre.decide({ position: 30_000 }, true);
    await world.pass(5_000);
    expect(seat.player.volume).toBe(0.3);
  });

  test('is left as it is when nobody follows any more', async () => {
    play();
    await world.pass(3_000);
    seat.screening.close();
    seat.clock.close();
    expect(views().at(-1)).toBeNull();
    expect(seat.listening).toBe(0);
    const { length } = seat.player.seeks;
    theatre.decide({ status: 'paused', position: 0 });
    await world.pass(3_000);
    expect(seat.player.paused).toBe(false);
    expect(seat.player.seeks).toHaveLength(length);
    const { questions } = seat;
    await world.pass(3_600_000);
    expect(seat.questions).toBe(questions);
  });

  test('that waits for data when nobody follows any more tells nothing after that', async () => {
    play();
    const played = Promise.withResolvers<void>();
    seat.player.play = () => {
      seat.player.paused = false;
      return played.promise;
    };
    await world.pass(1_000);
    seat.screening.close();
    const { length } = seat.told;
    // The page takes the source away, which calls the play off.
    seat.player.readyState = 0;
    seat.player.paused = true;
    played.reject(Object.assign(new Error('called off'), { name: 'AbortError' }));
    seat.screening.fail('broken');
    await world.pass(60_000);
    expect(seat.told.slice(length)).toEqual([]);
    expect(seat.player.paused).toBe(true);
  });
});

describe('a player that has nothing to play', () => {
  test('is told of when it lasts, and jumps to the others when it can', async () => {
    play();
    await world.pass(5_000);
    seat.player.stall(300);
    await world.pass(1_000);
    expect(views()).toEqual(['ready']);
    await world.pass(5_000);
    seat.player.stall(3_000);
    await world.pass(400);
    expect(views()).toEqual(['ready']);
    await world.pass(200);
    expect(views()).toEqual(['ready', 'buffering']);
    expect(seat.screening.status).toBe('buffering');
    await world.pass(4_000);
    expect(views()).toEqual(['ready', 'buffering', 'ready']);
    expect(off()).toBeLessThan(40);
  });

  test('gets ready while all wait, and says for what', async () => {
    const slow = new Seat(theatre, { ...IDEAL, seekTakes: 1_500 });
    play();
    await world.pass(20_000);
    theatre.decide({ status: 'holding', position: 10_000 }, true);
    await world.pass(300);
    expect(slow.screening.status).toBe('holding');
    expect(slow.player.paused).toBe(true);
    expect(slow.told.at(-1)).toMatchObject({ of: 'ready' });
    await world.pass(700);
    expect(slow.told.at(-1)).toMatchObject({ of: 'buffering', version: 2 });
    await world.pass(1_500);
    expect(slow.told.at(-1)).toMatchObject({ of: 'ready', version: 2 });
    expect(slow.player.truth).toBe(10_000);
  });

  test('says anew how it is when the connection is back', async () => {
    play();
    await world.pass(3_000);
    seat.reconnect();
    expect(views()).toEqual(['ready', 'ready']);
  });

  test('says for which jump it is ready where others wait for it, and nowhere else', async () => {
    play();
    await world.pass(3_000);
    theatre.decide({ position: 30_000 }, true);
    await world.pass(3_000);
    expect(views()).toEqual(['ready']);
    theatre.tell({ policy: { autoplay: true, waitForAll: true } });
    await world.pass(1_000);
    expect(seat.told.at(-1)).toMatchObject({ of: 'ready', version: 2 });
    theatre.decide({ position: 10_000 }, true);
    await world.pass(3_000);
    expect(seat.told.at(-1)).toMatchObject({ of: 'ready', version: 3 });
    theatre.tell({ policy: { autoplay: true, waitForAll: false } });
    await world.pass(1_000);
    expect(views()).toEqual(['ready', 'ready', 'ready']);
  });

  test('says again what got lost, and not what is of no use', async () => {
    seat.refusal = new ParleyError('rate_limited', { retry: 2_000 });
    play();
    seat.player.refuses = true;
    await world.pass(1_000);
    expect(views()).toEqual(['ready', 'blocked']);
    seat.refusal = null;
    await world.pass(1_000);
    expect(views()).toEqual(['ready', 'blocked']);
    await world.pass(1_000);
    expect(views()).toEqual(['ready', 'blocked', 'blocked']);
    await world.pass(10_000);
    expect(views()).toHaveLength(3);
    seat.refusal = new ParleyError('member_gone', { message: 'gone' });
    seat.reconnect();
    await world.pass(60_000);
    expect(views()).toHaveLength(4);
    seat.refusal = new ParleyError('network');
    seat.reconnect();
    await world.pass(3_000);
    seat.screening.close();
    const { length } = views();
    expect(length).toBeGreaterThan(5);
    await world.pass(60_000);
    expect(views()).toHaveLength(length);
  });

  test('does not stutter where jumps never get there', async () => {
    const weak = new Seat(theatre, { ...IDEAL, startTakes: 0, seekTakes: 6_000 });
    play();
    await world.pass(30_000);
    // A machine on which each jump takes longer than any lead makes up for.
    expect(weak.player.seeks.length).toBeLessThanOrEqual(6);
  });
});

test('where the room is can be asked for, whatever the player does', async () => {
  expect(seat.screening.position).toBeNull();
  seat.player.refuses = true;
  play();
  await world.pass(10_000);
  expect(seat.player.truth).toBeLessThan(300);
  expect(Math.abs((seat.screening.position ?? 0) - theatre.position)).toBeLessThan(2);
});

test('what plays before anything was chosen is nothing', () => {
  expect(theatre.view.playback).toEqual(NOTHING_PLAYS);
  expect(theatre.position).toBe(0);
});

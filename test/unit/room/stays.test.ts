// What a room has to tell the objects of people who have an account, and that guests cost nothing.
import { beforeEach, describe, expect, test } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import type { RoomNews } from '../../../src/platform/room-news.ts';
import { fail, type Outcome, succeed } from '../../../src/protocol/index.ts';
import { executorsOf } from '../../../src/room-object/executors.ts';
import { adopt } from '../../../src/room-object/features/breakout-room.ts';
import { PURGE_EFFECT, reopen } from '../../../src/room-object/features/lifecycle.ts';
import { type People, tellAccount, tellers } from '../../../src/room-object/people.ts';
import { HOSTED_EFFECT, STAY_EFFECT } from '../../../src/room-object/stay-rows.ts';
import { accountOf, HOST_KEY, idOf, Room } from './harness.ts';

const ADA = accountOf('ada').id;
const BEN = accountOf('ben').id;
const KEY = { kind: 'host-key' } as const;

let room: Room;
const make = (create: ConstructorParameters<typeof Room>[0] = {}) => new Room(create, {}, { people: true });
beforeEach(() => {
  room = make();
});

const leave = (name: string) => room.command(name, { t: 'member.leave' });

/** Carries out all that is to be told; answers the news by account, and that nothing else waits. */
async function tell(of: Room = room): Promise<Record<string, RoomNews>> {
  const told: Record<string, RoomNews> = {};
  const people: People = {
    getByName: (name) => ({
      told: async (to, news) => {
        expect(to).toBe(name);
        told[`${news.kind} ${to}`] = news;
        return succeed(null);
      },
    }),
  };
  const executors = tellers(
    () => of,
    () => people,
  );
  const effects = of.state.table(effectTable);
  for (const [id, { kind, data }] of Array.from(effects.entries())) {
    const execute = executors[kind];
    if (execute === undefined) continue;
    await execute(data, id, 0);
    effects.delete(id);
  }
  return told;
}

describe('the object of somebody with an account', () => {
  test('is told when they come in with their first device, and when they have left with their last', async () => {
    room.enter('ada', { account: 'ada' });
    const since = room.now;
    room.now += 5_000;
    room.enter('ada2', { account: 'ada' });
    const news = { kind: 'stay', code: 'abc-defg-hij', name: 'Physics', schedule: null, endedAt: null };
    expect(await tell()).toEqual({ [`stay ${ADA}`]: { ...news, isIn: true, at: since } });
    leave('ada');
    expect(await tell()).toEqual({});
    room.now += 5_000;
    leave('ada2');
    expect(await tell()).toEqual({ [`stay ${ADA}`]: { ...news, isIn: false, at: room.now } });
    room.now += 5_000;
    room.enter('ada', { returning: true });
    expect(await tell()).toEqual({ [`stay ${ADA}`]: { ...news, isIn: true, at: room.now } });
  });

  test('is told of nobody who merely asked for a seat, or waits', async () => {
    room.command(KEY, { t: 'door.set', entry: 'nobody' });
    room.enter('ada', { account: 'ada' });
    room.admit('ben', { account: 'ben', hostKey: HOST_KEY });
    room.pass(60);
    expect(await tell()).toEqual({});
    room.command(KEY, { t: 'lobby.admit', members: 'all' });
    expect(await tell()).toMatchObject({ [`stay ${ADA}`]: { isIn: true } });
    room.command(KEY, { t: 'lobby.send', member: idOf('ada') });
    expect(await tell()).toMatchObject({ [`stay ${ADA}`]: { isIn: false } });
  });

  test('counts who is away as in, until their time is over', async () => {
    room.enter('ada', { account: 'ada' });
    await tell();
    room.drop('ada');
    expect(await tell()).toEqual({});
    room.enter('ada', { returning: true });
    expect(await tell()).toEqual({});
    room.drop('ada');
    room.pass(45);
    expect(await tell()).toMatchObject({ [`stay ${ADA}`]: { isIn: false } });
  });

  test('is told how it is at that moment, however often it changed before it could be', async () => {
    room.enter('ada', { account: 'ada' });
    leave('ada');
    room.command(KEY, { t: 'room.update', name: 'Chemistry' });
    expect(room.effects()).toEqual([STAY_EFFECT]);
    expect(await tell()).toMatchObject({ [`stay ${ADA}`]: { isIn: false, name: 'Chemistry' } });
  });

  test('is told of the end, of whoever was in and nobody else', async () => {
    for (const name of ['ada', 'ben', 'cleo']) room.enter(name, { account: name });
    room.enter('guest');
    leave('cleo');
    room.drop('ben');
    await tell();
    room.command(KEY, { t: 'room.end' });
    const news = { isIn: false, endedAt: room.now, at: room.now };
    expect(await tell()).toEqual({
      [`stay ${ADA}`]: expect.objectContaining(news),
      [`stay ${BEN}`]: expect.objectContaining(news),
    });
  });

  test('hears of the schedule with each coming and going', async () => {
    const opensAt = room.now + 60_000;
    room.enter('ada', { account: 'ada' });
    room.command(KEY, { t: 'schedule.set', opensAt });
    leave('ada');
    const schedule = { opensAt, expiresAt: null, maxMinutes: null, title: null };
    expect(await tell()).toMatchObject({ [`stay ${ADA}`]: { schedule } });
  });
});

describe('nothing is told', () => {
  /** Everything that happens to people. */
  function live(of: Room, account?: string): void {
    const options = account === undefined ? {} : { account };
    of.enter('host', { hostKey: HOST_KEY, ...options });
    of.enter('ada', account === undefined ? {} : { account: `${account}2` });
    of.command('ada', { t: 'member.leave' });
    of.command(KEY, { t: 'room.update', name: 'Other' });
    of.command(KEY, { t: 'room.end' });
  }

  test('of guests: not a row is written for them', () => {
    const silent = new Room();
    const rows: number[] = [];
    for (const one of [silent, room]) {
      live(one);
      rows.push(one.state.takeChanges().length);
      expect(one.effects()).toEqual([]);
    }
    expect(rows[1]).toBe(rows[0]);
  });

  test('where people have no objects of their own', () => {
    const silent = new Room({ owner: ADA });
    live(silent, 'ada');
    expect(silent.effects()).toEqual([]);
  });

  test('by a breakout room: people are in the meeting', async () => {
    room.perform(adopt, { code: 'x', room: 'r_2', breakout: '1-1', closesAt: null, endsAt: room.now + 9 });
    // Somebody whom the meeting has sent holds a seat already.
    const child = make();
    child.enter('ada', { account: 'ada' });
    child.perform(adopt, { code: 'x', room: 'r_2', breakout: '1-1', closesAt: null, endsAt: child.now + 9 });
    // What was decided before it was known is told no more, and nothing is decided from here on.
    expect(await tell(child)).toEqual({});
    child.command('ada', { t: 'member.leave' });
    expect(child.effects()).toEqual([]);
  });
});

describe('whoever hosts a room', () => {
  test('is told of its making, its name, its schedule, its end and its opening again', async () => {
    room = make({ owner: ADA, retentionSeconds: 60 });
    const made = room.now;
    const news = {
      kind: 'hosted',
      code: 'abc-defg-hij',
      name: 'Physics',
      isHost: true,
      schedule: null,
      endedAt: null,
      keptUntil: null,
    };
    const told = async () => (await tell())[`hosted ${ADA}`];
    expect(await told()).toEqual({ ...news, at: made });
    room.command(KEY, { t: 'room.update', name: 'Chemistry' });
    expect(await told()).toMatchObject({ name: 'Chemistry' });
    room.now += 1_000;
    room.command(KEY, { t: 'schedule.set', opensAt: room.now + 60_000 });
    expect(await told()).toMatchObject({ schedule: { opensAt: room.now + 60_000 }, at: room.now });
    room.command(KEY, { t: 'room.end' });
    expect(await told()).toMatchObject({ endedAt: room.now, keptUntil: room.now + 60_000 });
    room.perform(reopen, {}, KEY);
    expect(await told()).toMatchObject({ endedAt: null, keptUntil: null });
    // A message is no news of the room.
    room.enter('ada', { account: 'ada' });
    await tell();
    room.command('ada', { t: 'chat.send', body: { kind: 'text', text: 'x' } });
    expect(await tell()).toEqual({});
  });

  test('is whoever has come with the host key, too', async () => {
    room.enter('ben', { account: 'ben', hostKey: HOST_KEY });
    expect(await tell()).toMatchObject({ [`hosted ${BEN}`]: { isHost: true } });
    leave('ben');
    room.enter('ben', { returning: true });
    expect(Object.keys(await tell())).toEqual([`stay ${BEN}`]);
  });

  test('is told when the room is handed over, and so is the next', async () => {
    room = make({ owner: ADA });
    room.enter('ada', { account: 'ada' });
    room.enter('ben', { account: 'ben' });
    await tell();
    room.command('ada', { t: 'host.transfer', member: idOf('ben') });
    expect(await tell()).toMatchObject({
      [`hosted ${ADA}`]: { isHost: false },
      [`hosted ${BEN}`]: { isHost: true },
    });
    room.command('ben', { t: 'room.update', name: 'His' });
    expect(Object.keys(await tell())).toEqual([`hosted ${BEN}`]);
  });

  test('is not told that somebody stands in: it stays their room', async () => {
    room = make({ owner: ADA });
    room.enter('ada', { account: 'ada' });
    room.enter('ben', { account: 'ben' });
    room.command('ada', { t: 'role.set', member: idOf('ben'), role: 'cohost' });
    await tell();
    leave('ada');
    room.pass(120);
    expect(room.member('ben')?.role).toBe('host');
    expect(Object.keys(await tell())).toEqual([`stay ${ADA}`]);
  });
});

describe('telling', () => {
  const asking = (answer: () => Promise<Outcome<null>>): People => ({
    getByName: () => ({ told: answer }),
  });
  const news = { kind: 'stay' } as RoomNews;
  const say = (answer: () => Promise<Outcome<null>>, attempts = 0, patience?: number) =>
    tellAccount(asking(answer), ADA, news, attempts, patience);

  test('is tried again for about a day where nobody is reached, or where they are busy', async () => {
    await expect(say(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    await expect(say(async () => fail('busy'))).rejects.toThrow();
    await expect(say(() => new Promise(() => {}), 0, 1)).rejects.toThrow('no answer in time');
    await expect(say(() => Promise.reject(new Error('gone')), 28)).rejects.toThrow('gone');
    await expect(say(() => Promise.reject(new Error('gone')), 29)).resolves.toBeUndefined();
  });

  test('is over where it was heard, refused for good, or there is nobody to tell', async () => {
    await expect(say(async () => succeed(null))).resolves.toBeUndefined();
    await expect(say(async () => fail('invalid'))).resolves.toBeUndefined();
    await expect(tellAccount(undefined, ADA, news, 0)).resolves.toBeUndefined();
  });

  test('comes before the last trace of the room goes, for a while', async () => {
    let purged = 0;
    const executors = executorsOf({
      engine: () => room,
      objects: null,
      people: () => undefined,
      purge: async () => {
        purged += 1;
      },
    });
    const purge = (attempts: number) => executors[PURGE_EFFECT]?.({}, PURGE_EFFECT, attempts);
    for (const kind of [STAY_EFFECT, HOSTED_EFFECT]) {
      room.state.table(effectTable).set('last', { kind, data: {}, attempts: 0, at: 0 });
      await expect(purge(3)).rejects.toThrow('people');
    }
    expect(purged).toBe(0);
    await purge(4);
    room.state.table(effectTable).delete('last');
    await purge(0);
    expect(purged).toBe(2);
  });
});

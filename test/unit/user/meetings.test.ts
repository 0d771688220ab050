import { beforeEach, describe, expect, test } from 'vitest';
import type { HostedNews, RoomNews, StayNews } from '../../../src/platform/room-news.ts';
import type { Meeting, Schedule } from '../../../src/protocol/index.ts';
import { fail, LIMITS, type Outcome, succeed } from '../../../src/protocol/index.ts';
import type { Host } from '../../../src/user-object/host.ts';
import { hear } from '../../../src/user-object/news.ts';
import { tellRoom } from '../../../src/user-object/room-calls.ts';
import { CARD_EFFECT, stayTable } from '../../../src/user-object/stay-rows.ts';
import { accountId, type Inbox, refused, World } from './harness.ts';

const CODE = 'abc-defg-hij';
const DAY = 86_400;
let world: World;
let ada: Inbox;
beforeEach(() => {
  world = new World(['ada', 'ben']);
  ada = world.of('ada');
});

const tell = (news: RoomNews, to: Inbox = ada) => {
  expect(hear(to, news)).toEqual({ ok: true, value: null });
};
const stay = (isIn: boolean, more: Partial<StayNews> = {}, to: Inbox = ada) =>
  tell(
    { kind: 'stay', code: CODE, name: 'Physics', schedule: null, endedAt: null, at: ada.now, isIn, ...more },
    to,
  );
const hosted = (more: Partial<HostedNews> = {}) =>
  tell({
    kind: 'hosted',
    code: CODE,
    name: 'Physics',
    schedule: null,
    endedAt: null,
    keptUntil: null,
    isHost: true,
    at: ada.now,
    ...more,
  });
const opening = (opensAt: number): Schedule => ({ opensAt, expiresAt: null, maxMinutes: null, title: null });
const list = (of: Inbox = ada) => (of.snapshot().meetings ?? []) as Meeting[];
/** What is to happen to rooms on the list by itself. */
const waiting = () => Object.keys(ada.deadlines()).filter((id) => /^(?:stay|meeting gone) /.test(id));
const codes = () => list().map(({ code }) => code);
const staysOf = (of: Inbox = ada) => Array.from(of.state.table(stayTable).entries());
const forget = (code = CODE) => ada.command('ada', { t: 'meeting.forget', code });
const BLANK = {
  code: CODE,
  name: 'Physics',
  hosted: false,
  schedule: null,
  enteredAt: null,
  leftAt: null,
  endedAt: null,
  invitedBy: null,
};

describe('a meeting that somebody is in', () => {
  test('is on their list, and they are in it until they leave', () => {
    expect(list()).toEqual([]);
    stay(true);
    const since = ada.now;
    expect(list()).toEqual([{ ...BLANK, enteredAt: since, at: since }]);
    expect(staysOf()).toEqual([[CODE, { name: 'Physics', since }]]);
    expect(ada.take().told).toMatchObject([{ t: 'meeting.noted', meeting: { code: CODE, leftAt: null } }]);
    world.pass(60);
    stay(false, { name: 'Chemistry', endedAt: ada.now, schedule: opening(5) });
    expect(list()).toEqual([
      {
        ...BLANK,
        name: 'Chemistry',
        enteredAt: since,
        leftAt: ada.now,
        endedAt: ada.now,
        schedule: opening(5),
        at: ada.now,
      },
    ]);
    expect(staysOf()).toEqual([]);
    expect(waiting()).toEqual([]);
    world.pass(60);
    stay(true);
    expect(list()).toMatchObject([{ enteredAt: ada.now, leftAt: null, endedAt: null }]);
  });

  test('is told once, however often its room says so', () => {
    stay(true);
    ada.take();
    const before = ada.everything();
    stay(true);
    expect(ada.everything()).toBe(before);
    stay(false);
    ada.take();
    const after = ada.everything();
    stay(false);
    expect(ada.everything()).toBe(after);
    expect(ada.told()).toEqual([]);
  });

  test('is not entered once more by news that come late', () => {
    stay(true);
    const late = ada.now;
    world.pass(10);
    stay(false);
    const before = ada.everything();
    stay(true, { at: late });
    expect(ada.everything()).toBe(before);
  });

  test('that is heard of no more for a day has been left', () => {
    stay(true);
    ada.pass(DAY - 1);
    expect(staysOf()).toHaveLength(1);
    ada.take();
    ada.pass(1);
    expect(staysOf()).toEqual([]);
    expect(list()).toMatchObject([{ leftAt: ada.now }]);
    expect(ada.told()).toEqual(['meeting.noted']);
    expect(waiting()).toEqual([]);
  });

  test('may be one of several', () => {
    stay(true);
    stay(true, { code: 'xyz-defg-hij', name: 'Chemistry' });
    stay(false, { at: ada.now + 1 });
    expect(staysOf().map(([code]) => code)).toEqual(['xyz-defg-hij']);
  });

  test('can be taken off the list, and is there again when they come back', () => {
    stay(true);
    forget();
    expect(list()).toEqual([]);
    // They are in it all the same.
    expect(staysOf()).toHaveLength(1);
    world.pass(1);
    stay(false);
    expect(list()).toEqual([]);
    expect(staysOf()).toEqual([]);
    world.pass(1);
    stay(true);
    expect(list()).toHaveLength(1);
  });
});

describe('a new name or picture', () => {
  const OTHER = 'xyz-defg-hij';

  test('is told to the rooms that they are in, with every name that these may know', () => {
    stay(true);
    stay(true, { code: OTHER });
    stay(false, { code: OTHER, at: ada.now + 1 });
    ada.change({ name: 'Countess' });
    expect(ada.effectsOf(CARD_EFFECT)).toEqual([{ code: CODE, former: ['Ada'] }]);
    ada.change({ name: 'Lovelace' });
    ada.change({ avatar: '/v1/avatars/x' });
    expect(ada.effectsOf(CARD_EFFECT)).toEqual([{ code: CODE, former: ['Ada', 'Countess', 'Lovelace'] }]);
    ada.carriedOut(CARD_EFFECT);
    ada.change({ name: 'Ada' });
    expect(ada.effectsOf(CARD_EFFECT)).toEqual([{ code: CODE, former: ['Lovelace'] }]);
  });

  test('is told as it is when the room is reached, again and again for a while', async () => {
    const heard: unknown[] = [];
    let answer: () => Promise<Outcome<null>> = async () => succeed(null);
    const room = {
      accountChanged: (account: unknown, former: unknown) => {
        heard.push({ account, former });
        return answer();
      },
    };
    const rooms = { getByName: (code: string) => (code === CODE ? room : null), jurisdiction: () => rooms };
    const host = { engine: () => ada, env: { ROOMS: rooms } } as unknown as Host;
    ada.change({ name: 'Countess' });
    const tell = (attempts = 0) => tellRoom(host)({ code: CODE, former: ['Ada'] }, '', attempts);
    await tell();
    const account = { id: accountId('ada'), name: 'Countess', avatar: null };
    expect(heard).toEqual([{ account, former: ['Ada'] }]);
    answer = async () => fail('room_not_found');
    await tell();
    for (const bad of [async () => fail('busy'), () => Promise.reject(new Error('gone'))]) {
      answer = bad;
      await expect(tell(7)).rejects.toThrow();
      await tell(8);
    }
  });
});

describe('a room that somebody hosts', () => {
  test('is on their list with its schedule, and reads as it was told last', () => {
    hosted({ schedule: opening(ada.now + 5_000) });
    expect(list()).toEqual([{ ...BLANK, hosted: true, schedule: opening(ada.now + 5_000), at: ada.now }]);
    const made = ada.now;
    world.pass(10);
    hosted({ name: 'Chemistry' });
    expect(list()).toEqual([{ ...BLANK, name: 'Chemistry', hosted: true, at: made }]);
    ada.take();
    hosted({ name: 'Chemistry' });
    hosted({ name: 'Physics', at: made });
    expect(ada.told()).toEqual([]);
    expect(list()).toMatchObject([{ name: 'Chemistry' }]);
  });

  test('is theirs no longer when they have given it away', () => {
    hosted();
    stay(true);
    hosted({ isHost: false });
    expect(list()).toMatchObject([{ hosted: false, enteredAt: ada.now }]);
    hosted({ code: 'xyz-defg-hij' });
    hosted({ code: 'xyz-defg-hij', isHost: false, at: ada.now + 1 });
    expect(codes()).toEqual([CODE]);
    // Of a room that was never theirs nobody needs to be told.
    hosted({ code: 'klm-defg-hij', isHost: false });
    expect(codes()).toEqual([CODE]);
  });

  test('that has ended is there until nothing is left of it', () => {
    hosted();
    world.pass(10);
    hosted({ endedAt: ada.now, keptUntil: ada.now + 60_000 });
    expect(list()).toMatchObject([{ endedAt: ada.now, hosted: true }]);
    ada.pass(59);
    expect(codes()).toEqual([CODE]);
    ada.take();
    ada.pass(1);
    expect(ada.take().told).toMatchObject([{ t: 'meeting.forgotten', code: CODE }]);
    expect(list()).toEqual([]);
  });

  test('that was opened again stays', () => {
    hosted();
    world.pass(1);
    hosted({ endedAt: ada.now, keptUntil: ada.now + 60_000 });
    world.pass(1);
    hosted();
    expect(waiting()).toEqual([]);
    ada.pass(DAY);
    expect(list()).toMatchObject([{ code: CODE, endedAt: null }]);
  });

  test('comes back onto the list with a change, and not with its end', () => {
    hosted();
    expect(forget()).toMatchObject({ ok: true });
    expect(list()).toEqual([]);
    hosted({ endedAt: ada.now, keptUntil: ada.now + 60_000, at: ada.now + 1 });
    expect(list()).toEqual([]);
    expect(waiting()).toEqual([]);
    hosted({ name: 'Chemistry', at: ada.now + 2 });
    expect(list()).toMatchObject([{ name: 'Chemistry', hosted: true }]);
  });
});

describe('the list', () => {
  const nth = (index: number) =>
    `abc-defg-${String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26))}a`;
  const fill = (count: number, from = 0) => {
    for (let index = from; index < from + count; index += 1) {
      world.pass(1);
      stay(true, { code: nth(index) });
      stay(false, { code: nth(index), at: ada.now + 1 });
    }
  };

  test('is in the order of use, the newest first', () => {
    fill(3);
    expect(codes()).toEqual([nth(2), nth(1), nth(0)]);
    world.pass(1);
    stay(true, { code: nth(0) });
    expect(codes()).toEqual([nth(0), nth(2), nth(1)]);
  });

  test('drops the oldest, and last what is hosted, still to come or going on', () => {
    hosted({ code: nth(0) });
    stay(true, { code: nth(1) });
    stay(true, { code: nth(2) });
    stay(false, { code: nth(2), at: ada.now + 1, schedule: opening(ada.now + 9_000_000) });
    hosted({ code: nth(3) });
    hosted({ code: nth(3), endedAt: ada.now, keptUntil: ada.now + 9_000_000, at: ada.now + 1 });
    fill(LIMITS.meetings - 4, 4);
    expect(codes()).toHaveLength(LIMITS.meetings);
    ada.take();
    fill(2, LIMITS.meetings);
    const dropped = ada.take().told.filter(({ t }) => t === 'meeting.forgotten');
    expect(dropped.map(({ code }) => code)).toEqual([nth(3), nth(4)]);
    expect(codes()).toHaveLength(LIMITS.meetings);
    expect(codes()).toEqual(expect.arrayContaining([nth(0), nth(1), nth(2)]));
    // What nobody is left to drop of is not to be waited for.
    expect(waiting()).toEqual([`stay ${nth(1)}`]);
  });

  test('is limited also for somebody who hosts more than it holds', () => {
    for (let index = 0; index <= LIMITS.meetings; index += 1)
      hosted({ code: nth(index), at: ada.now + index });
    expect(codes()).toHaveLength(LIMITS.meetings);
    expect(codes()).not.toContain(nth(0));
  });

  test('forgets what it never held without a word', () => {
    expect(forget()).toMatchObject({ ok: true });
    expect(ada.told()).toEqual([]);
    expect(forget('Physics')).toMatchObject(refused('invalid'));
  });

  test('is changed by no news that this version does not know', () => {
    const before = ada.everything();
    tell({ kind: 'of tomorrow' } as unknown as RoomNews);
    expect(ada.everything()).toBe(before);
  });
});

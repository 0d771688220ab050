import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/protocol/index.ts';
import { polls } from '../../../src/room-object/features/polls.ts';
import { ballotTable, findPoll } from '../../../src/room-object/poll-rows.ts';
import { HOST_KEY, idOf, Room, refused } from './harness.ts';

let room: Room;
beforeEach(() => {
  room = new Room();
  room.enter('host', { hostKey: HOST_KEY });
  for (const name of ['co', 'ada', 'ben', 'eve']) room.enter(name);
  room.command('host', { t: 'role.set', member: idOf('co'), role: 'cohost' });
  room.command('host', { t: 'role.set', member: idOf('eve'), role: 'viewer' });
  room.take();
});

const LUNCH = { t: 'poll.open', question: 'Lunch?', options: ['Soup', 'Salad', 'None'] } as const;

interface Wanted {
  readonly multiple?: boolean;
  readonly named?: boolean;
  readonly results?: 'open' | 'hidden';
}

/** Opens a poll and answers its id. */
function open(wanted: Wanted = {}, by = 'host'): number {
  const done = room.command(by, { ...LUNCH, options: [...LUNCH.options], ...wanted });
  if (!done.ok) throw new Error(done.error.code);
  const { told } = room.take();
  return told.find(({ t }) => t === 'poll.opened')?.seq as number;
}
const vote = (by: string, poll: number, ...options: number[]) =>
  room.command(by, { t: 'poll.vote', poll, options });
/** What was told, with those it was private to. */
function tellings(): { t: string; to: string[] | null; counts?: unknown }[] {
  const { segments } = room.journal.take();
  return segments.flatMap((segment) => [
    ...(segment.public === '' ? [] : (JSON.parse(`[${segment.public}]`) as object[])).map((event) => ({
      ...(event as { t: string }),
      to: null,
    })),
    ...segment.privateEvents.map(({ to, text }) => ({
      ...(JSON.parse(text) as { t: string }),
      to: Array.from(to.keys()).sort(),
    })),
  ]);
}
const snapshot = () => polls.snapshot?.(room.state) as { polls: { counts?: number[]; voters?: number }[] };
const own = (name: string) => polls.own?.(room.state, idOf(name));

describe('a poll', () => {
  test('is counted also after the meeting has ended: whoever comes back later goes on from what they were told', () => {
    const poll = open();
    vote('ada', poll, 0);
    room.command('host', { t: 'room.end' });
    room.take();
    room.pass(5);
    expect(room.take().told).toMatchObject([{ t: 'poll.counted', poll, counts: [1, 0, 0] }]);
  });

  test('is opened by a host, and told without votes', () => {
    expect(room.command('co', { ...LUNCH, options: [...LUNCH.options] })).toMatchObject({ ok: true });
    const { told } = room.take();
    expect(told).toEqual([
      {
        t: 'poll.opened',
        seq: told[0]?.seq,
        at: room.now,
        by: idOf('co'),
        question: 'Lunch?',
        options: ['Soup', 'Salad', 'None'],
        multiple: false,
        named: false,
        results: 'open',
      },
    ]);
    expect(snapshot().polls).toMatchObject([
      { id: told[0]?.seq, counts: [0, 0, 0], voters: 0, closedAt: null },
    ]);
  });

  test('is opened, closed and removed with the host key, and by nobody without authority', () => {
    const poll = open();
    for (const name of ['ada', 'eve']) {
      expect(room.command(name, { ...LUNCH, options: [...LUNCH.options] })).toMatchObject(
        refused('role_required'),
      );
      expect(room.command(name, { t: 'poll.close', poll })).toMatchObject(refused('role_required'));
      expect(room.command(name, { t: 'poll.remove', poll })).toMatchObject(refused('role_required'));
    }
    expect(room.told()).toEqual([]);
    const key = { kind: 'host-key' } as const;
    expect(room.command(key, { ...LUNCH, options: [...LUNCH.options] })).toMatchObject({ ok: true });
    expect(room.command(key, { t: 'poll.close', poll })).toMatchObject({ ok: true });
    expect(room.command(key, { t: 'poll.remove', poll })).toMatchObject({ ok: true });
    expect(room.told()).toEqual(['poll.opened', 'poll.closed', 'poll.removed']);
    expect(room.command(key, { t: 'poll.vote', poll, options: [0] })).toMatchObject(refused('not_allowed'));
  });

  test.each([
    ['one option', { options: ['Yes'] }],
    ['two options of the same text', { options: ['Yes', ' Yes '] }],
    ['too many options', { options: Array.from({ length: 21 }, (_, index) => String(index)) }],
    ['an empty option', { options: ['Yes', ' '] }],
    ['an empty question', { question: ' ' }],
    ['results that nobody knows', { results: 'later' }],
  ])('is refused with %s', (_, change) => {
    const input = { ...LUNCH, options: [...LUNCH.options], ...change } as never;
    expect(room.command('host', input)).toMatchObject(refused('invalid'));
    expect(room.told()).toEqual([]);
  });

  test.each([
    ['question', { question: 'x'.repeat(301) }],
    ['option', { options: ['x'.repeat(121), 'y'] }],
  ])('is refused with too long a %s', (_, change) => {
    const input = { ...LUNCH, options: [...LUNCH.options], ...change };
    expect(room.command('host', input)).toMatchObject(refused('text_too_long'));
  });

  test('is one of five that are open, and of a hundred', () => {
    const first = open();
    for (let count = 1; count < LIMITS.pollsOpen; count += 1) open();
    const more = { ...LUNCH, options: [...LUNCH.options] };
    expect(room.command('host', more)).toMatchObject(refused('quota_exceeded'));
    room.command('host', { t: 'poll.close', poll: first });
    for (let count = LIMITS.pollsOpen; count < LIMITS.polls; count += 1) {
      const poll = open();
      room.command('host', { t: 'poll.close', poll });
    }
    expect(room.command('host', more)).toMatchObject(refused('quota_exceeded'));
    room.command('host', { t: 'poll.remove', poll: first });
    expect(room.command('host', more)).toMatchObject({ ok: true });
  });

  test('that was never opened, or is gone, is unknown', () => {
    const poll = open();
    room.command('host', { t: 'poll.remove', poll });
    room.take();
    for (const id of [poll, 999_999]) {
      expect(vote('ada', id, 0)).toMatchObject(refused('poll_unknown'));
      expect(room.command('host', { t: 'poll.close', poll: id })).toMatchObject(refused('poll_unknown'));
      expect(room.command('host', { t: 'poll.remove', poll: id })).toMatchObject(refused('poll_unknown'));
      expect(room.command('ada', { t: 'poll.votes', poll: id })).toMatchObject(refused('poll_unknown'));
    }
    expect(room.told()).toEqual([]);
  });
});

describe('a vote', () => {
  test('is counted once, however often it is sent and changed', () => {
    const poll = open();
    vote('ada', poll, 0);
    vote('ada', poll, 0);
    vote('ada', poll, 1);
    vote('ben', poll, 1);
    expect(room.take().told).toMatchObject([
      { t: 'poll.voted', by: idOf('ada'), poll, options: [0] },
      { t: 'poll.voted', by: idOf('ada'), poll, options: [1] },
      { t: 'poll.voted', by: idOf('ben'), poll, options: [1] },
    ]);
    expect(snapshot().polls).toMatchObject([{ counts: [0, 2, 0], voters: 2 }]);
    expect(room.state.table(ballotTable).size).toBe(2);
  });

  test('is told to the voter alone', () => {
    const poll = open();
    vote('ada', poll, 2);
    expect(tellings()).toMatchObject([{ t: 'poll.voted', to: [idOf('ada')] }]);
    expect(own('ada')).toEqual({ votes: [{ poll, options: [2] }] });
    expect(own('ben')).toEqual({ votes: [] });
  });

  test('survives leaving and coming back, and may be taken back', () => {
    const poll = open();
    vote('ada', poll, 0);
    room.command('ada', { t: 'member.leave' });
    room.enter('ada', { returning: true });
    expect(own('ada')).toEqual({ votes: [{ poll, options: [0] }] });
    vote('ada', poll, 1);
    expect(snapshot().polls).toMatchObject([{ counts: [0, 1, 0], voters: 1 }]);
    vote('ada', poll);
    expect(snapshot().polls).toMatchObject([{ counts: [0, 0, 0], voters: 0 }]);
    expect(own('ada')).toEqual({ votes: [] });
  });

  test('may be for several options only where the poll says so', () => {
    expect(vote('ada', open(), 0, 1)).toMatchObject(refused('invalid'));
    const poll = open({ multiple: true });
    expect(vote('ada', poll, 2, 0)).toMatchObject({ ok: true });
    expect(vote('ada', poll, 0, 2)).toMatchObject({ ok: true });
    expect(room.take().told).toMatchObject([{ options: [0, 2] }]);
    expect(findPoll(room.state, poll)).toMatchObject({ counts: [1, 0, 1], voters: 1 });
  });

  test.each([[[3]], [[-1]], [[0, 0]], [[0.5]], [['0']]])('for %j is refused', (options) => {
    const poll = open({ multiple: true });
    expect(room.command('ada', { t: 'poll.vote', poll, options } as never)).toMatchObject(refused('invalid'));
    expect(room.told()).toEqual([]);
  });

  test('is not a viewer’s, and not for a poll that is closed', () => {
    const poll = open();
    expect(vote('eve', poll, 0)).toMatchObject(refused('not_allowed'));
    vote('ada', poll, 0);
    room.command('host', { t: 'poll.close', poll });
    const before = findPoll(room.state, poll);
    for (const name of ['ada', 'ben']) expect(vote(name, poll, 1)).toMatchObject(refused('poll_closed'));
    expect(findPoll(room.state, poll)).toEqual(before);
  });
});

describe('the counts', () => {
  test('are told to everybody once a second at most, not once a vote', () => {
    const poll = open();
    for (let round = 0; round < 10; round += 1)
      for (const name of ['ada', 'ben', 'co']) vote(name, poll, round % 3);
    room.take();
    expect(room.pass(1)).toEqual(['poll.count']);
    expect(tellings()).toMatchObject([{ t: 'poll.counted', to: null, counts: [3, 0, 0], voters: 3 }]);
    expect(room.pass(10)).toEqual([]);
    vote('ada', poll, 1);
    room.pass(0.9);
    expect(tellings()).toMatchObject([{ t: 'poll.voted' }]);
    room.pass(0.1);
    expect(tellings()).toMatchObject([{ t: 'poll.counted', counts: [2, 1, 0] }]);
  });

  test('are not put off by votes that keep coming', () => {
    const poll = open();
    const ran = [0, 1, 0, 1].flatMap((option) => {
      vote('ada', poll, option);
      return room.pass(0.4);
    });
    expect(ran).toEqual(['poll.count']);
  });

  test('that are hidden are told to hosts alone until the poll is closed', () => {
    const poll = open({ results: 'hidden' });
    vote('ada', poll, 1);
    room.take();
    room.pass(1);
    expect(tellings()).toMatchObject([{ t: 'poll.counted', to: [idOf('co'), idOf('host')].sort() }]);
    expect(snapshot().polls[0]).not.toHaveProperty('counts');
    expect(snapshot().polls[0]).not.toHaveProperty('voters');
    expect(own('ada')).toEqual({ votes: [{ poll, options: [1] }] });
    expect(own('co')).toEqual({ votes: [], hiddenCounts: [{ poll, counts: [0, 1, 0], voters: 1 }] });
    vote('ben', poll, 1);
    room.take();
    room.command('host', { t: 'poll.close', poll });
    expect(tellings()).toMatchObject([{ t: 'poll.closed', to: null, counts: [0, 2, 0], voters: 2 }]);
    expect(snapshot().polls).toMatchObject([{ counts: [0, 2, 0], voters: 2, closedAt: room.now }]);
    expect(room.pass(5)).toEqual([]);
  });

  test('that are hidden are told to who becomes host, or comes back as one', () => {
    const poll = open({ results: 'hidden' });
    vote('ada', poll, 1);
    room.pass(1);
    room.take();
    room.command('host', { t: 'role.set', member: idOf('ben'), role: 'cohost' });
    const toBen = () => tellings().filter(({ t }) => t === 'poll.counted');
    expect(toBen()).toMatchObject([{ to: [idOf('ben')], poll, counts: [0, 1, 0] }]);
    room.command('ben', { t: 'member.leave' });
    room.enter('ben', { returning: true });
    expect(toBen()).toMatchObject([{ to: [idOf('ben')], poll, counts: [0, 1, 0] }]);
    room.command('host', { t: 'role.set', member: idOf('ben'), role: 'member' });
    expect(toBen()).toEqual([]);
  });

  test('wait for nobody: without a host, hidden ones are told to no one, and the next vote counts again', () => {
    const poll = open({ results: 'hidden' });
    for (const name of ['host', 'co']) room.command(name, { t: 'member.leave' });
    vote('ada', poll, 0);
    room.take();
    room.pass(1);
    expect(tellings()).toEqual([]);
    vote('ada', poll, 1);
    expect(room.pass(1)).toContain('poll.count');
  });

  test('are told no more once the poll is closed or removed', () => {
    const closed = open();
    const removed = open();
    vote('ada', closed, 0);
    vote('ada', removed, 0);
    room.command('host', { t: 'poll.close', poll: closed });
    room.command('host', { t: 'poll.remove', poll: removed });
    room.take();
    room.command('host', { t: 'poll.close', poll: closed });
    expect(room.pass(5)).toEqual([]);
    expect(room.told()).toEqual([]);
    expect(snapshot().polls).toMatchObject([{ id: closed }]);
    expect(Array.from(room.state.table(ballotTable).values())).toMatchObject([{ poll: closed }]);
  });
});

describe('who chose what', () => {
  const ask = (by: string | { kind: 'host-key' }, poll: number, after?: string) =>
    room.command(by, { t: 'poll.votes', poll, limit: 2, ...(after === undefined ? {} : { after }) });

  test('is told page by page where the poll has names', () => {
    const poll = open({ named: true });
    vote('ada', poll, 0);
    vote('ben', poll, 1);
    vote('co', poll, 1);
    vote('host', poll, 2);
    vote('host', poll);
    const first = ask('eve', poll);
    expect(first).toMatchObject({
      ok: true,
      value: {
        result: {
          votes: [
            { member: idOf('ada'), name: 'ada', options: [0] },
            { member: idOf('ben'), name: 'ben', options: [1] },
          ],
          next: idOf('ben'),
        },
      },
    });
    expect(ask('eve', poll, idOf('ben'))).toMatchObject({
      ok: true,
      value: { result: { votes: [{ member: idOf('co'), name: 'co', options: [1] }], next: null } },
    });
  });

  test('is nobody’s to know where it has none', () => {
    const poll = open();
    vote('ada', poll, 0);
    for (const by of ['host', 'ada', { kind: 'host-key' } as const])
      expect(ask(by, poll)).toMatchObject(refused('not_allowed'));
  });

  test('is for hosts alone while the results are hidden', () => {
    const poll = open({ named: true, results: 'hidden' });
    vote('ada', poll, 0);
    expect(ask('ben', poll)).toMatchObject(refused('role_required'));
    for (const by of ['host', 'co', { kind: 'host-key' } as const])
      expect(ask(by, poll)).toMatchObject({ ok: true });
    room.command('host', { t: 'poll.close', poll });
    expect(ask('ben', poll)).toMatchObject({ ok: true });
  });
});

test('a host who comes back learns that the last vote of a hidden poll was taken back meanwhile', () => {
  const world = new Room();
  world.enter('ada', { hostKey: HOST_KEY });
  world.enter('ben');
  world.command('ada', {
    ...{ t: 'poll.open', question: 'Tea?', options: ['yes', 'no'] },
    ...{ multiple: false, named: false, results: 'hidden' },
  });
  const poll = world.take().told.find(({ t }) => t === 'poll.opened')?.seq as number;
  world.command('ben', { t: 'poll.vote', poll, options: [0] });
  world.pass(2);
  world.command('ada', { t: 'member.leave' });
  world.command('ben', { t: 'poll.vote', poll, options: [] });
  world.pass(2);
  world.take();
  world.enter('ada', { returning: true });
  expect(world.take().told).toContainEqual(expect.objectContaining({ t: 'poll.counted', poll, voters: 0 }));
});

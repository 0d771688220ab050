import { beforeEach, describe, expect, test } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import { asMember } from '../../../src/engine/feature.ts';
import { Outbox } from '../../../src/engine/outbox.ts';
import type { CreateRoom } from '../../../src/platform/room-rpc.ts';
import { createTokens } from '../../../src/platform/tokens.ts';
import { fail, type Outcome, succeed } from '../../../src/protocol/index.ts';
import { Family, type FamilyStub } from '../../../src/room-object/breakout-calls.ts';
import { toBreakouts } from '../../../src/room-object/breakout-rows.ts';
import { attendanceOf } from '../../../src/room-object/features/attendance.ts';
import { adopt } from '../../../src/room-object/features/breakout-room.ts';
import { openSession } from '../../../src/room-object/features/roster.ts';
import { features } from '../../../src/room-object/registry.ts';
import { theRoom, toRoom } from '../../../src/room-object/tables.ts';
import { testKeys } from '../../support/keys.ts';
import { HOST_KEY, idOf, Room, refused, type Told } from './harness.ts';

const HOST = { kind: 'host-key' } as const;

/** Rooms that can reach each other: their effects run through the executors of the real ones. */
class World {
  readonly rooms = new Map<string, Room>();
  readonly asked: CreateRoom[] = [];
  /** Codes whose rooms can't be reached; `fails` decides about each call. */
  fails: (code: string, what: string) => boolean = () => false;

  family(room: Room): Family {
    const engine = { state: room.state, perform: room.perform.bind(room), settled: () => Promise.resolve() };
    const namespace = {
      getByName: (code: string) => this.#stub(code),
      jurisdiction: () => namespace,
    };
    return new Family({
      engine: () => engine,
      rooms: () => namespace,
      tokens: () => createTokens({ PARLEY_KEYS: testKeys }),
      clock: { now: () => room.now },
    });
  }

  /** Carries out what waits, until nothing does; `after` seconds later. */
  async run(room: Room, after = 0): Promise<void> {
    room.now += after * 1_000;
    const outbox = new Outbox({
      state: room.state,
      executors: this.family(room).executors,
      log: () => {},
      changed: () => {},
      perform: ({ command, data }) => {
        const found = features
          .flatMap((one) => one.internalCommands ?? [])
          .find(({ name }) => name === command);
        if (found === undefined) throw new Error(`no command ${command}`);
        room.perform(found, data as never);
      },
    });
    for (;;) {
      const due = outbox.due(room.now);
      if (due.length === 0) return;
      outbox.start(due, room.now);
      await outbox.idle(10_000);
    }
  }

  async #reach<T>(
    code: string,
    what: string,
    call: (room: Room) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    if (this.fails(code, what)) throw new Error('unreachable');
    const room = this.rooms.get(code);
    return room === undefined ? fail('room_not_found') : call(room);
  }

  #stub(code: string): FamilyStub {
    return {
      createRoom: async (request) => {
        this.asked.push(request);
        if (this.fails(code, 'create')) throw new Error('unreachable');
        const known = this.rooms.get(code);
        if (known !== undefined) {
          const { fingerprint } = theRoom(known.state);
          return fingerprint === request.fingerprint
            ? succeed({ taken: false, room: toRoom(theRoom(known.state)) })
            : fail('idempotency_mismatch');
        }
        const { parent, ...fields } = request;
        const made = new Room({ ...fields, id: `r_${code}`, policy: fields.policy ?? {} });
        if (parent !== undefined) made.perform(adopt, parent);
        this.rooms.set(code, made);
        return succeed({ taken: false, room: toRoom(theRoom(made.state)) });
      },
      fromParent: (id, at, call) =>
        this.#reach(code, call.kind, (room) =>
          this.family(room).fromParent(
            { state: room.state, perform: room.perform.bind(room), settled: () => Promise.resolve() },
            id,
            at,
            call,
          ),
        ),
      fromBreakout: (id, report) =>
        this.#reach(code, 'report', (room) =>
          this.family(room).fromBreakout(
            { state: room.state, perform: room.perform.bind(room), settled: () => Promise.resolve() },
            id,
            report,
          ),
        ),
    };
  }
}

let world: World;
let room: Room;
beforeEach(() => {
  world = new World();
  room = new Room({ policy: { chat: false }, capacity: 20 });
  world.rooms.set('abc-defg-hij', room);
  room.enter('ada', { hostKey: HOST_KEY });
  for (const name of ['ben', 'eve', 'kim']) {
    room.now += 1_000;
    room.enter(name);
  }
  room.command('ada', { t: 'role.set', member: idOf('kim'), role: 'cohost' });
  room.take();
});

const byType = (told: readonly Told[], t: string) => told.filter((event) => event.t === t);
const breakouts = () => toBreakouts(room.state);
const effects = () => Array.from(room.state.table(effectTable).keys());

async function open(
  names: string[] = ['Red', 'Blue'],
  more: { assign?: 'manual' | 'evenly' | 'choose'; minutes?: number } = {},
): Promise<Told[]> {
  expect(room.command('ada', { t: 'breakout.open', names, ...more })).toMatchObject({ ok: true });
  await world.run(room);
  return room.take().told;
}
const child = (name: string): Room => {
  const found = Array.from(world.rooms.values()).find((one) => theRoom(one.state).name === name);
  if (found === undefined) throw new Error(`no room ${name}`);
  return found;
};
/** Comes in by the ticket that was told. */
function follow(told: readonly Told[], name: string): Room {
  const called = byType(told, 'breakout.called').findLast(({ ticket }) =>
    String(ticket).startsWith(`${idOf(name)}.`),
  );
  if (called === undefined) throw new Error(`${name} was not called`);
  const into = world.rooms.get(String(called.code));
  if (into === undefined) throw new Error('called to nowhere');
  const ticket = String(called.ticket).slice(idOf(name).length + 1);
  const session = (into.member(name)?.session ?? 0) + 1;
  const done = into.perform(openSession, { member: idOf(name), ticket, session }, asMember(idOf(name)));
  expect(done).toMatchObject({ ok: true });
  return into;
}

describe('making breakout rooms', () => {
  test('makes each as a room of its own, by the settings of the meeting', async () => {
    const told = await open(['Red', 'Blue'], { minutes: 10 });
    expect(told.map(({ t }) => t)).toEqual(['breakout.opened', 'breakout.changed', 'breakout.changed']);
    const closesAt = room.now + 600_000;
    expect(told[0]).toMatchObject({
      assign: 'manual',
      closesAt,
      rooms: [
        { id: '1-1', name: 'Red' },
        { id: '1-2', name: 'Blue' },
      ],
    });
    expect(breakouts()).toMatchObject({
      closesAt,
      rooms: [
        { id: '1-1', state: 'open' },
        { id: '1-2', state: 'open' },
      ],
      places: {},
    });
    expect(theRoom(child('Red').state)).toMatchObject({
      capacity: 20,
      whenEmpty: 'stay',
      policy: { chat: false },
    });
    // Neither a code nor a way in is told to everybody.
    expect(JSON.stringify(told)).not.toContain(theRoom(child('Red').state).code);
    expect(effects()).toEqual([]);
  });

  test('comes to the same room when it is tried again', async () => {
    world.fails = (_code, what) => what === 'create' && world.asked.length === 1;
    await open(['Red']);
    expect(breakouts()?.rooms).toMatchObject([{ state: 'opening' }]);
    await world.run(room, 3);
    const [first, second] = world.asked;
    expect(second).toEqual(first);
    expect(breakouts()?.rooms).toMatchObject([{ state: 'open' }]);
    // The answer got lost: the same room answers again, and nothing is told twice.
    room.take();
    const made = world.rooms.size;
    room.state.table(effectTable).set('breakout.create 1-1', {
      kind: 'breakout.create',
      data: { breakout: '1-1', name: 'Red', closesAt: null, endsAt: room.now + 1_000 },
      attempts: 0,
      at: 0,
    });
    await world.run(room);
    expect(world.rooms.size).toBe(made);
    expect(room.told()).toEqual([]);
  });

  test('takes another code where one belongs to somebody else', async () => {
    world.rooms.set('taken', new Room());
    const real = world.rooms.get.bind(world.rooms);
    let firstAsked: string | null = null;
    world.rooms.get = (code) => {
      if (code !== 'abc-defg-hij' && firstAsked === null) firstAsked = code;
      return code === firstAsked ? real('taken') : real(code);
    };
    await open(['Red']);
    expect(world.asked).toHaveLength(2);
    expect(world.asked[1]?.code).not.toBe(world.asked[0]?.code);
    expect(breakouts()?.rooms).toMatchObject([{ state: 'open' }]);
  });

  test('gives one up that can not be made, and the others are none the worse for it', async () => {
    world.fails = (_code, what) => what === 'create' && world.asked.at(-1)?.name === 'Blue';
    await open(['Red', 'Blue', 'Green'], { assign: 'evenly' });
    expect(breakouts()?.rooms.map(({ state }) => state)).toEqual(['open', 'opening', 'open']);
    expect(breakouts()?.places).toEqual({ [idOf('ben')]: '1-1', [idOf('eve')]: '1-2' });
    for (const seconds of [2, 4, 8]) await world.run(room, seconds);
    expect(room.take().told).toEqual([]);
    await world.run(room, 16);
    expect(room.take().told).toMatchObject([
      { t: 'breakout.changed', breakout: '1-2', state: 'failed' },
      { t: 'breakout.assigned', members: { [idOf('eve')]: null } },
    ]);
    expect(effects()).toEqual([]);
    expect(room.command('ada', { t: 'breakout.assign', members: { [idOf('eve')]: '1-2' } })).toMatchObject(
      refused('breakout_unknown'),
    );
  });

  test('ends a room that is there only when nobody wants it any more', async () => {
    room.command('ada', { t: 'breakout.open', names: ['Red'] });
    room.command('ada', { t: 'breakout.close', afterSeconds: 0 });
    expect(room.told()).toEqual(['breakout.opened', 'breakout.closed']);
    await world.run(room);
    expect(theRoom(child('Red').state).endedAt).not.toBeNull();
    expect(room.told()).toEqual([]);
  });

  test('is for hosts, one set at a time, and not in a breakout room', async () => {
    const names = ['Red'];
    expect(room.command('ben', { t: 'breakout.open', names })).toMatchObject(refused('role_required'));
    expect(room.command('kim', { t: 'breakout.open', names })).toMatchObject({ ok: true });
    expect(room.command(HOST, { t: 'breakout.open', names })).toMatchObject(refused('breakouts_open'));
    await world.run(room);
    const red = child('Red');
    room.command('kim', { t: 'breakout.assign', members: { [idOf('kim')]: '1-1' } });
    await world.run(room);
    follow(room.take().told, 'kim');
    expect(red.command('kim', { t: 'breakout.open', names })).toMatchObject(refused('not_allowed'));
    for (const bad of [[], ['Red', 'Red'], ['  '], Array.from({ length: 51 }, (_, index) => `R${index}`)])
      expect(room.command('ada', { t: 'breakout.open', names: bad })).toMatchObject(refused('invalid'));
  });
});

describe('who goes where', () => {
  test('evenly: everybody but hosts, in the order of joining, and who comes later to the emptiest', async () => {
    room.enter('zoe');
    const told = await open(['Red', 'Blue'], { assign: 'evenly' });
    expect(byType(told, 'breakout.assigned')).toMatchObject([
      { members: { [idOf('ben')]: '1-1', [idOf('eve')]: '1-2', [idOf('zoe')]: '1-1' } },
    ]);
    expect(byType(told, 'breakout.called')).toHaveLength(3);
    room.enter('max');
    await world.run(room);
    const later = room.take().told;
    expect(byType(later, 'breakout.assigned')).toMatchObject([{ members: { [idOf('max')]: '1-2' } }]);
    expect(theRoom(follow(later, 'max').state).name).toBe('Blue');
  });

  test('by hand: in as who they are in the meeting, moved, and back', async () => {
    await open();
    room.command('ada', { t: 'breakout.assign', members: { [idOf('ada')]: '1-1', [idOf('ben')]: '1-1' } });
    await world.run(room);
    const told = room.take().told;
    const red = follow(told, 'ada');
    follow(told, 'ben');
    // No room but the meeting has a host.
    expect(red.member('ada')).toMatchObject({ name: 'ada', role: 'cohost' });
    expect(red.member('ben')).toMatchObject({ role: 'member', presence: 'online' });
    red.take();

    room.command('kim', { t: 'breakout.assign', members: { [idOf('ben')]: '1-2' } });
    await world.run(room);
    expect(red.take()).toMatchObject({
      told: [{ t: 'member.left', member: idOf('ben') }],
      closes: [`${idOf('ben')} left`],
    });
    expect(theRoom(follow(room.take().told, 'ben').state).name).toBe('Blue');
    room.command('kim', { t: 'breakout.assign', members: { [idOf('ben')]: null } });
    await world.run(room);
    expect(room.take().told).toMatchObject([{ t: 'breakout.assigned', members: { [idOf('ben')]: null } }]);
    expect(child('Blue').member('ben')?.presence).toBe('left');
    // A token is no way back to where they don't belong; neither comes anybody in from outside.
    expect(child('Blue').admit('ben', { returning: true })).toMatchObject(refused('member_gone'));
    expect(child('Blue').admit('mallory')).toMatchObject(refused('not_allowed'));
  });

  test('an older word that comes late undoes nothing', async () => {
    await open();
    world.fails = (_code, what) => what === 'release';
    room.command('ada', { t: 'breakout.assign', members: { [idOf('ben')]: '1-1' } });
    await world.run(room);
    follow(room.take().told, 'ben');
    room.now += 1_000;
    room.command('ada', { t: 'breakout.assign', members: { [idOf('ben')]: '1-2' } });
    await world.run(room);
    room.now += 100;
    room.command('ada', { t: 'breakout.assign', members: { [idOf('ben')]: '1-1' } });
    await world.run(room);
    world.fails = () => false;
    await world.run(room, 60);
    // Let go from Red late, although they were sent back to it since: that word is too old.
    expect(child('Red').member('ben')?.presence).toBe('online');
    expect(child('Blue').member('ben')?.presence).not.toBe('online');
  });

  test('by choice: their own way, and the way in anew', async () => {
    await open(['Red', 'Blue'], { assign: 'choose' });
    expect(room.command('ben', { t: 'breakout.choose', breakout: '1-2' })).toMatchObject({ ok: true });
    await world.run(room);
    const told = room.take().told;
    expect(byType(told, 'breakout.assigned')).toMatchObject([{ members: { [idOf('ben')]: '1-2' } }]);
    const blue = follow(told, 'ben');
    room.command('ben', { t: 'breakout.choose', breakout: '1-2' });
    await world.run(room);
    const again = room.take().told;
    expect(again.map(({ t }) => t)).toEqual(['breakout.called']);
    expect(follow(again, 'ben')).toBe(blue);
    room.command('ben', { t: 'breakout.choose', breakout: null });
    await world.run(room);
    expect(blue.member('ben')?.presence).toBe('left');
    expect(room.command('ben', { t: 'breakout.choose', breakout: '7-1' })).toMatchObject(
      refused('breakout_unknown'),
    );
  });

  test('is for hosts to say where people do not choose', async () => {
    await open();
    expect(room.command('ben', { t: 'breakout.choose', breakout: '1-1' })).toMatchObject(
      refused('not_allowed'),
    );
    expect(room.command('kim', { t: 'breakout.choose', breakout: '1-1' })).toMatchObject({ ok: true });
    expect(room.command(HOST, { t: 'breakout.choose', breakout: '1-1' })).toMatchObject(
      refused('not_allowed'),
    );
    const members = { [idOf('ben')]: '1-1' };
    expect(room.command('ben', { t: 'breakout.assign', members })).toMatchObject(refused('role_required'));
    expect(room.command('ada', { t: 'breakout.assign', members: { [idOf('nobody')]: '1-1' } })).toMatchObject(
      refused('member_unknown'),
    );
    expect(room.command('ada', { t: 'breakout.assign', members: { ben: '1-1' } })).toMatchObject(
      refused('invalid'),
    );
  });

  test('a seat that nobody takes is given up, and so is one whose member has left the meeting', async () => {
    await open(['Red'], { assign: 'choose' });
    room.command('ben', { t: 'breakout.choose', breakout: '1-1' });
    await world.run(room);
    expect(child('Red').member('ben')?.presence).toBe('joining');
    child('Red').pass(3_600);
    expect(child('Red').member('ben')).toBeUndefined();
    child('Red').now = room.now;
    room.command('eve', { t: 'breakout.choose', breakout: '1-1' });
    await world.run(room);
    follow(room.take().told, 'eve');
    room.now += 1_000;
    room.command('eve', { t: 'member.leave' });
    await world.run(room);
    expect(child('Red').member('eve')?.presence).toBe('left');
  });

  test('who merely dropped keeps their place, and is called when they are back', async () => {
    await open(['Red'], { assign: 'choose' });
    room.command('ben', { t: 'breakout.choose', breakout: '1-1' });
    await world.run(room);
    follow(room.take().told, 'ben');
    room.drop('ben');
    room.pass(3_600);
    await world.run(room);
    expect(child('Red').member('ben')?.presence).toBe('online');
    room.take();
    room.enter('ben', { returning: true });
    await world.run(room);
    expect(byType(room.take().told, 'breakout.called')).toHaveLength(1);
  });

  test('who is banned is put out of the breakout room, also when they had dropped out of the meeting', async () => {
    await open(['Red'], { assign: 'choose' });
    for (const name of ['ben', 'eve']) room.command(name, { t: 'breakout.choose', breakout: '1-1' });
    await world.run(room);
    const told = room.take().told;
    const red = follow(told, 'ben');
    follow(told, 'eve');
    room.drop('ben');
    room.pass(3_600);
    expect(room.member('ben')?.presence).toBe('left');
    room.command('ada', { t: 'member.ban', member: idOf('ben') });
    room.command('ada', { t: 'member.remove', member: idOf('eve') });
    await world.run(room);
    expect(red.member('ben')?.presence).toBe('left');
    expect(red.member('eve')?.presence).toBe('left');
  });

  test('who is sent to the lobby leaves the breakout room with another device, too', async () => {
    for (const name of ['phone', 'tablet']) room.enter(name, { account: 'zoe' });
    await open(['Red'], { assign: 'choose' });
    room.command('phone', { t: 'breakout.choose', breakout: '1-1' });
    await world.run(room);
    const red = follow(room.take().told, 'phone');
    room.drop('phone');
    room.pass(3_600);
    expect([room.member('phone')?.presence, red.member('phone')?.presence]).toEqual(['left', 'online']);
    room.command('ada', { t: 'lobby.send', member: idOf('tablet') });
    await world.run(room);
    expect(red.member('phone')?.presence).toBe('left');
  });

  test('a role that changes in the meeting changes in the breakout room', async () => {
    await open(['Red']);
    room.command('ada', { t: 'breakout.assign', members: { [idOf('kim')]: '1-1' } });
    await world.run(room);
    const red = follow(room.take().told, 'kim');
    room.now += 1_000;
    room.command('ada', { t: 'role.set', member: idOf('kim'), role: 'viewer' });
    await world.run(room);
    expect(red.member('kim')?.role).toBe('viewer');
    expect(red.command('kim', { t: 'policy.set', policy: { chat: true } })).toMatchObject(
      refused('role_required'),
    );
  });
});

describe('speaking to all, and calling them back', () => {
  test('tells the main room and each breakout room once, however often the word comes', async () => {
    await open();
    for (const one of [child('Red'), child('Blue')]) one.take();
    let calls = 0;
    world.fails = (_code, what) => {
      if (what !== 'announce') return false;
      calls += 1;
      return calls === 1;
    };
    room.command('ada', { t: 'breakout.broadcast', text: 'Five minutes.' });
    await world.run(room);
    await world.run(room, 3);
    expect(room.take().told).toMatchObject([{ t: 'room.announced', text: 'Five minutes.', from: 'ada' }]);
    for (const one of [child('Red'), child('Blue')])
      expect(one.take().told).toMatchObject([{ t: 'room.announced', text: 'Five minutes.', from: 'ada' }]);
    const data = { id: '1', text: 'again', from: null };
    const { fromParent } = new WorldStub(world, theRoom(child('Red').state).code);
    for (let times = 0; times < 2; times += 1)
      await fromParent(theRoom(room.state).id, room.now, { kind: 'announce', ...data });
    expect(child('Red').told()).toEqual(['room.announced']);
    expect(await fromParent('r_other', room.now, { kind: 'end' })).toMatchObject(refused('room_not_found'));
    expect(room.command('ben', { t: 'breakout.broadcast', text: 'x' })).toMatchObject(
      refused('role_required'),
    );
  });

  test('counts down in every room, and then they end', async () => {
    await open();
    child('Red').take();
    expect(room.command('ben', { t: 'breakout.close' })).toMatchObject(refused('role_required'));
    expect(room.command('ada', { t: 'breakout.close', afterSeconds: 601 })).toMatchObject(refused('invalid'));
    room.command('ada', { t: 'breakout.close', afterSeconds: 30 });
    await world.run(room);
    const closesAt = room.now + 30_000;
    expect(room.take().told).toMatchObject([{ t: 'breakout.closing', closesAt }]);
    expect(child('Red').take().told).toMatchObject([{ t: 'breakout.closing', closesAt }]);
    // The same time again is no news.
    room.command('ada', { t: 'breakout.close', afterSeconds: 30 });
    expect(room.told()).toEqual([]);
    room.pass(30);
    await world.run(room);
    expect(room.told()).toEqual(['breakout.closed']);
    expect(child('Red').take().told).toMatchObject([{ t: 'room.ended', reason: 'parent' }]);
    expect(breakouts()).toBeUndefined();
    expect(room.command('ada', { t: 'breakout.close' })).toMatchObject({ ok: true, value: { events: [] } });
    expect(room.command('ada', { t: 'breakout.broadcast', text: 'x' })).toMatchObject(
      refused('breakout_unknown'),
    );
    await open(['Green']);
    expect(breakouts()?.rooms).toMatchObject([{ id: '2-1' }]);
  });

  test('ends them with their meeting, and tries for long where one does not answer', async () => {
    await open();
    world.fails = (code, what) => what === 'end' && code === theRoom(child('Blue').state).code;
    room.command('ada', { t: 'room.end' });
    expect(room.told()).toEqual(['room.ended', 'breakout.closed']);
    await world.run(room);
    expect(theRoom(child('Red').state).endedAt).not.toBeNull();
    expect(theRoom(child('Blue').state).endedAt).toBeNull();
    world.fails = () => false;
    await world.run(room, 3);
    expect(theRoom(child('Blue').state).endedAt).not.toBeNull();
  });

  test('has one whose meeting is gone end by itself', async () => {
    await open(['Red'], { minutes: 10 });
    world.rooms.delete('abc-defg-hij');
    expect(child('Red').pass(3_600)).toContain('breakout.end');
    expect(theRoom(child('Red').state).endedAt).not.toBeNull();
    await world.run(child('Red'));
    expect(child('Red').effects()).toEqual([]);
  });
});

describe('attendance', () => {
  test('goes into the export of the meeting, while they last and when they are over', async () => {
    await open(['Red'], { assign: 'choose' });
    room.command('ben', { t: 'breakout.choose', breakout: '1-1' });
    await world.run(room);
    const red = follow(room.take().told, 'ben');
    const joined = red.now;
    const ofBen = () =>
      attendanceOf(room.state, room.now).attendees.find(({ name }) => name === 'ben')?.breakouts;
    expect(ofBen()).toBeUndefined();
    const engine = { state: room.state, perform: room.perform.bind(room), settled: () => Promise.resolve() };
    world.fails = (_code, what) => what === 'report';
    await world.family(room).collect(engine);
    expect(ofBen()).toBeUndefined();
    world.fails = () => false;
    await world.family(room).collect(engine);
    expect(ofBen()).toEqual([{ breakout: 'Red', joined, left: null }]);

    red.pass(120);
    room.command('ada', { t: 'breakout.close', afterSeconds: 0 });
    await world.run(room);
    await world.run(red);
    expect(ofBen()).toEqual([{ breakout: 'Red', joined, left: joined + 120_000 }]);
    // Told twice, counted once.
    await world.run(red);
    expect(ofBen()).toHaveLength(1);
  });

  test('of a room that ended by itself tells that it is closed', async () => {
    await open(['Red'], { assign: 'choose' });
    room.command('ben', { t: 'breakout.choose', breakout: '1-1' });
    await world.run(room);
    room.take();
    const red = child('Red');
    red.pass(100_000);
    await world.run(red);
    expect(room.take().told).toMatchObject([
      { t: 'breakout.changed', breakout: '1-1', state: 'closed' },
      { t: 'breakout.assigned', members: { [idOf('ben')]: null } },
    ]);
  });
});

/** One room of a world, called from outside. */
class WorldStub {
  readonly fromParent: FamilyStub['fromParent'];
  constructor(world: World, code: string) {
    const target = world.rooms.get(code);
    if (target === undefined) throw new Error(`no room ${code}`);
    const engine = {
      state: target.state,
      perform: target.perform.bind(target),
      settled: () => Promise.resolve(),
    };
    this.fromParent = (id, at, call) => world.family(target).fromParent(engine, id, at, call);
  }
}

import { expect } from 'vitest';
import { effectTable } from '../../../src/engine/deadlines.ts';
import { asMember } from '../../../src/engine/feature.ts';
import { Outbox } from '../../../src/engine/outbox.ts';
import type { CreateRoom } from '../../../src/platform/room-rpc.ts';
import { createTokens } from '../../../src/platform/tokens.ts';
import { fail, type Outcome, succeed } from '../../../src/protocol/index.ts';
import { Family, type FamilyStub } from '../../../src/room-object/breakout-calls.ts';
import { toBreakouts } from '../../../src/room-object/breakout-rows.ts';
import { adopt } from '../../../src/room-object/features/breakout-room.ts';
import { openSession } from '../../../src/room-object/features/roster.ts';
import { features } from '../../../src/room-object/registry.ts';
import { theRoom, toRoom } from '../../../src/room-object/tables.ts';
import { testKeys } from '../../support/keys.ts';
import { HOST_KEY, idOf, Room, type Told } from './harness.ts';

export const HOST = { kind: 'host-key' } as const;

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

export let world: World;
export let room: Room;

/** A new meeting, of Ada (its host), Kim (co-host), Ben and Eve, in a world of its own. */
export function newMeeting(): void {
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
}

export const byType = (told: readonly Told[], t: string) => told.filter((event) => event.t === t);
export const breakouts = () => toBreakouts(room.state);
export const effects = () => Array.from(room.state.table(effectTable).keys());

export async function open(
  names: string[] = ['Red', 'Blue'],
  more: { assign?: 'manual' | 'evenly' | 'choose'; minutes?: number } = {},
): Promise<Told[]> {
  expect(room.command('ada', { t: 'breakout.open', names, ...more })).toMatchObject({ ok: true });
  await world.run(room);
  return room.take().told;
}
export const child = (name: string): Room => {
  const found = Array.from(world.rooms.values()).find((one) => theRoom(one.state).name === name);
  if (found === undefined) throw new Error(`no room ${name}`);
  return found;
};
/** Comes in by the ticket that was told. */
export function follow(told: readonly Told[], name: string): Room {
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

/** One room of a world, called from outside. */
export class WorldStub {
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

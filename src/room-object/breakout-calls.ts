import type { Engine } from '../engine/engine.ts';
import { SYSTEM } from '../engine/feature.ts';
import { type Executor, follow } from '../engine/outbox.ts';
import type { BreakoutReport, BreakoutRpc, ParentAnswer, ParentCall } from '../platform/breakout-rpc.ts';
import { randomId } from '../platform/codes.ts';
import { within } from '../platform/patience.ts';
import { type RoomNamespace, roomAddress } from '../platform/room-address.ts';
import type { RoomRpc } from '../platform/room-rpc.ts';
import { createTokens, type TokenSettings, type Tokens } from '../platform/tokens.ts';
import { fail, type Outcome, succeed } from '../protocol/index.ts';
import { BREAKOUT_EFFECTS, type BreakoutCall, type BreakoutCreate } from './breakout-effects.ts';
import { breakoutsInOrder, isReachable, openSet, parentOf } from './breakout-rows.ts';
import { makeChild } from './child-rooms.ts';
import { staysOf } from './features/attendance.ts';
import {
  admitGuests,
  announce,
  changeGuest,
  endByMeeting,
  releaseGuests,
  tellClosing,
} from './features/breakout-room.ts';
import { breakoutAdmitted, breakoutCreated, breakoutFailed, breakoutReported } from './features/breakouts.ts';
import { memberTable, theRoom } from './tables.ts';

/** A room's object as another room's object sees it. */
export type FamilyStub = Pick<RoomRpc, 'createRoom'> & BreakoutRpc;
/** What is needed of an engine. */
type Room = Pick<Engine, 'state' | 'perform' | 'settled'>;
/** Tries after which a room that can't be made has failed, and a word to one that can't be reached is dropped. */
const TRIES = 5;
/** Ending one is tried for longer, about a day; a room that hears of nothing ends by itself. */
const TRIES_TO_END = 30;
/** ms after which a call that hangs is given up, so that it holds nobody else's up. */
const PATIENCE = 10_000;

export interface FamilyOptions {
  readonly engine: () => Room | null;
  readonly rooms: () => RoomNamespace<FamilyStub> | undefined;
  /** null: this object has no signing key. */
  readonly tokens: () => Tokens | null;
  readonly clock: { now(): number };
  /** ms; for tests. */
  readonly patience?: number;
}

/** The signer of member tokens, where this object has a key. */
export const tokensOf = ({ PARLEY_KEYS, TOKEN_TTL_SECONDS }: Partial<TokenSettings>): Tokens | null =>
  PARLEY_KEYS === undefined ? null : createTokens({ PARLEY_KEYS, TOKEN_TTL_SECONDS });

/** What a meeting's object and those of its breakout rooms have to do with each other. */
export class Family {
  readonly #options: FamilyOptions;
  readonly executors: Readonly<Record<string, Executor>>;

  constructor(options: FamilyOptions) {
    this.#options = options;
    this.executors = {
      [BREAKOUT_EFFECTS.create]: (data, _id, attempts) => this.#create(data as BreakoutCreate, attempts),
      [BREAKOUT_EFFECTS.call]: (data, _id, attempts) => this.#call(data as BreakoutCall, attempts),
      [BREAKOUT_EFFECTS.report]: (_data, _id, attempts) => this.#report(attempts),
    };
  }

  /** What the meeting says to this room. */
  async fromParent(
    engine: Room,
    room: string,
    sent: number,
    call: ParentCall,
  ): Promise<Outcome<ParentAnswer>> {
    // Only the meeting knows its own id; who guesses finds no room.
    if (parentOf(engine.state)?.room !== room) return fail('room_not_found');
    const done = this.#hear(engine, sent, call);
    await engine.settled();
    return done;
  }

  /** What a breakout room says to this meeting. */
  async fromBreakout(engine: Room, room: string, report: BreakoutReport): Promise<Outcome<null>> {
    if (theRoom(engine.state).id !== room) return fail('room_not_found');
    const done = engine.perform(breakoutReported, report, SYSTEM);
    await engine.settled();
    return done.ok ? succeed(null) : done;
  }

  /** Asks the breakout rooms that are open who is there; one that does not answer is left out. Whether there are any. */
  async collect(engine: Room): Promise<boolean> {
    const open =
      openSet(engine.state) === undefined ? [] : breakoutsInOrder(engine.state).filter(isReachable);
    const room = theRoom(engine.state).id;
    await Promise.allSettled(
      open.map(async ({ code }) => {
        const stub = this.#stub(code);
        const told = await this.#within(stub.fromParent(room, this.#options.clock.now(), { kind: 'report' }));
        if (told.ok && told.value.report !== undefined)
          engine.perform(breakoutReported, told.value.report, SYSTEM);
      }),
    );
    return open.length > 0;
  }

  #hear(engine: Room, sent: number, call: ParentCall): Outcome<ParentAnswer> {
    const plain = (done: Outcome<unknown>): Outcome<ParentAnswer> => (done.ok ? succeed({}) : done);
    switch (call.kind) {
      case 'admit': {
        const members = call.members.map((guest) => ({ ...guest, ticket: randomId('') }));
        const done = engine.perform(admitGuests, { members, sent }, SYSTEM);
        if (!done.ok) return done;
        const rows = engine.state.table(memberTable);
        return succeed({
          tickets: members.flatMap(({ id, ticket }) => {
            const held = rows.get(id)?.ticket;
            return held?.secret === ticket
              ? [{ member: id, ticket: `${id}.${ticket}`, ticketExpiresAt: held.expiresAt }]
              : [];
          }),
        });
      }
      case 'release':
        return plain(engine.perform(releaseGuests, { members: call.members, sent }, SYSTEM));
      case 'role':
        return plain(engine.perform(changeGuest, { member: call.member, role: call.role, sent }, SYSTEM));
      case 'announce': {
        const { id, text, from } = call;
        return plain(engine.perform(announce, { id, text, from }, SYSTEM));
      }
      case 'closing':
        return plain(engine.perform(tellClosing, { closesAt: call.closesAt, sent }, SYSTEM));
      case 'end':
        return plain(engine.perform(endByMeeting, {}, SYSTEM));
      case 'report':
        return succeed({ report: this.#own(engine) });
    }
  }

  /** Makes a breakout room: the same one however often it is tried. */
  async #create(data: BreakoutCreate, attempts: number): ReturnType<Executor> {
    const { breakout, name, closesAt, endsAt } = data;
    try {
      const room = theRoom(this.#engine().state);
      const code = await makeChild(
        room,
        {
          purpose: 'breakout',
          id: breakout,
          request: {
            name,
            capacity: room.capacity,
            retentionSeconds: room.retentionSeconds,
            // People come and go while they are moved about; the meeting ends it.
            whenEmpty: 'stay',
            policy: room.policy,
            parent: { code: room.code, room: room.id, breakout, closesAt, endsAt },
          },
        },
        (request) => this.#within(this.#stub(request.code).createRoom(request)),
      );
      return follow(breakoutCreated, { breakout, code });
    } catch (error) {
      if (attempts + 1 < TRIES) throw error;
      return follow(breakoutFailed, { breakout });
    }
  }

  async #call({ breakout, code, at, call }: BreakoutCall, attempts: number): ReturnType<Executor> {
    const { id } = theRoom(this.#engine().state);
    let told: Outcome<ParentAnswer>;
    try {
      told = await this.#within(this.#stub(code).fromParent(id, at, call));
      if (!told.ok && told.error.code === 'busy') throw new Error(told.error.message);
    } catch (error) {
      if (attempts + 1 < (call.kind === 'end' ? TRIES_TO_END : TRIES)) throw error;
      return;
    }
    // One that has ended or is gone needs nothing any more; it has told its meeting itself.
    if (!told.ok) return;
    const tickets = told.value.tickets ?? [];
    const tokens = this.#options.tokens();
    if (tickets.length === 0 || tokens === null) return;
    const now = this.#options.clock.now();
    const members = await Promise.all(
      tickets.map(async (ticket) => {
        const { token, expiresAt } = await tokens.signMember(code, ticket.member, now);
        return { ...ticket, token, tokenExpiresAt: expiresAt };
      }),
    );
    return follow(breakoutAdmitted, { breakout, code, members });
  }

  /** Tells the meeting who was here, when this room is over. */
  async #report(attempts: number): ReturnType<Executor> {
    const engine = this.#engine();
    const parent = parentOf(engine.state);
    if (parent === undefined) return;
    try {
      const told = await this.#within(this.#stub(parent.code).fromBreakout(parent.room, this.#own(engine)));
      if (!told.ok && told.error.code === 'busy') throw new Error(told.error.message);
    } catch (error) {
      // The meeting may be gone for good; what is not told by then is only known here.
      if (attempts + 1 < TRIES_TO_END) throw error;
    }
  }

  #own(engine: Room): BreakoutReport {
    const { state } = engine;
    const { name, endedAt } = theRoom(state);
    return {
      breakout: parentOf(state)?.breakout ?? '',
      name,
      isOver: endedAt !== null,
      members: staysOf(state),
    };
  }

  #stub(code: string): FamilyStub {
    const rooms = this.#options.rooms();
    const address = rooms === undefined ? null : roomAddress(rooms, code);
    if (address === null) throw new Error('no way to other rooms');
    return address();
  }

  #engine(): Room {
    const engine = this.#options.engine();
    if (engine === null) throw new Error('the room is gone');
    return engine;
  }

  #within<T>(work: Promise<T>): Promise<T> {
    return within(work, this.#options.patience ?? PATIENCE);
  }
}

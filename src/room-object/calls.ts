import type { Engine, Taken } from '../engine/engine.ts';
import { type Actor, asMember, SYSTEM } from '../engine/feature.ts';
import { systemClock } from '../platform/clock.ts';
import { randomId } from '../platform/codes.ts';
import { sameDigest } from '../platform/hash.ts';
import type {
  Admission,
  Admitted,
  Caller,
  CommandOutcome,
  ImageAsked,
  ImageMeta,
  RoomRpc,
} from '../platform/room-rpc.ts';
import type { AttendanceResponse, StatusResponse } from '../protocol/http.ts';
import {
  type Command,
  commandSpec,
  fail,
  type ImageType,
  type Outcome,
  type Room,
  type RoomEvent,
  succeed,
} from '../protocol/index.ts';
import { admit } from './features/admission.ts';
import { attendanceOf } from './features/attendance.ts';
import { hasAuthority } from './gate.ts';
import { locateImage } from './image-rows.ts';
import type { Inbound } from './inbound.ts';
import type { Ask, Pictures } from './pictures.ts';
import { memberTable, theRoom, toMember, toRoom } from './tables.ts';
import { statusOf } from './view.ts';

/** The Worker's calls to a room that exists. Each answers from a state that is on disk. */
export class Calls implements Omit<RoomRpc, 'createRoom' | 'cancelImage'> {
  readonly #engine: Engine;
  readonly #inbound: Inbound;
  readonly #pictures: Pictures;

  constructor(engine: Engine, inbound: Inbound, pictures: Pictures) {
    this.#engine = engine;
    this.#inbound = inbound;
    this.#pictures = pictures;
  }

  status(): Promise<Outcome<StatusResponse>> {
    return this.#consistent(() => succeed(statusOf(this.#engine.state)));
  }

  async admit(request: Admission): Promise<Outcome<Admitted>> {
    const member = request.member ?? randomId('m_');
    const ticket = randomId('');
    const { name, hostKeyHash } = request;
    const returning = request.member !== undefined;
    const limited = returning ? this.#inbound.limit(member, 'control') : this.#inbound.limit('room', 'join');
    if (limited !== null) return { ok: false, error: limited };
    const address = request.address ?? null;
    const done = this.#engine.perform(
      admit,
      { member, returning, name, hostKeyHash, ticket, address },
      SYSTEM,
    );
    await this.#engine.settled();
    if (!done.ok) return done;
    const row = this.#engine.state.table(memberTable).get(member);
    // The room may have ended while the seat was being written.
    if (row === undefined || row.presence === 'left') return fail('room_ended');
    return succeed({
      member: toMember({ ...row, presence: row.presence }),
      ticket: `${member}.${ticket}`,
      ticketExpiresAt: row.ticket?.expiresAt ?? 0,
    });
  }

  member(id: string): Promise<Outcome<Admitted['member']>> {
    const { state } = this.#engine;
    return this.#consistent(() => {
      if (theRoom(state).endedAt !== null) return fail('room_ended');
      const row = state.table(memberTable).get(id);
      if (row === undefined || row.presence === 'left') return fail('member_gone');
      return succeed(toMember({ ...row, presence: row.presence }));
    });
  }

  async leave(member: string): Promise<Outcome<null>> {
    // Leaving twice is no error: the second call may be the first one repeated.
    const limited = this.#inbound.limit(member, 'control');
    if (limited !== null) return { ok: false, error: limited };
    const isGone = this.#engine.state.table(memberTable).get(member)?.presence === 'left';
    const done = isGone ? null : this.#engine.command(asMember(member), { t: 'member.leave', fields: {} });
    await this.#engine.settled();
    return done === null || done.ok ? succeed(null) : done;
  }

  async run(caller: Caller, command: Command): Promise<Outcome<CommandOutcome>> {
    const actor = this.#actor(caller);
    if (!actor.ok) return actor;
    const spec = commandSpec(command.t);
    const limited = this.#inbound.limit(
      actor.value.kind === 'member' ? actor.value.id : actor.value.kind,
      spec.rate,
    );
    if (limited !== null) return { ok: false, error: limited };
    const done: Outcome<Taken> =
      spec.kind === 'query'
        ? await new Promise((resolve) => this.#engine.query(actor.value, command, resolve))
        : this.#engine.command(actor.value, command);
    await this.#engine.settled();
    return done.ok ? succeed({ ...(command.n === undefined ? {} : { n: command.n }), ...done.value }) : done;
  }

  room(caller: Caller): Promise<Outcome<Room>> {
    return this.#consistent(() => {
      const actor = this.#actor(caller);
      return actor.ok ? succeed(toRoom(theRoom(this.#engine.state))) : actor;
    });
  }

  attendance(caller: Caller): Promise<Outcome<AttendanceResponse>> {
    const { state } = this.#engine;
    return this.#consistent(() => {
      const actor = this.#actor(caller);
      if (!actor.ok) return actor;
      const role =
        actor.value.kind === 'member' ? state.table(memberTable).get(actor.value.id)?.role : 'host';
      if (role === undefined || !hasAuthority(role))
        return fail('role_required', { detail: 'host or co-host' });
      return succeed(attendanceOf(state, systemClock.now()));
    });
  }

  async askImage(member: string, ask: Ask): Promise<Outcome<ImageAsked>> {
    const limited = this.#inbound.limit(member, 'image');
    return limited === null ? this.#pictures.ask(member, ask) : { ok: false, error: limited };
  }

  shareImage(member: string, image: string, meta: ImageMeta): Promise<Outcome<RoomEvent<'image.shared'>>> {
    return this.#pictures.share(member, image, meta);
  }

  readImage(
    member: string | null,
    image: string,
  ): Promise<Outcome<{ readonly key: string; readonly type: ImageType }>> {
    return this.#consistent(() => locateImage(this.#engine.state, member, image));
  }

  #actor(caller: Caller): Outcome<Actor> {
    if ('member' in caller) return succeed(asMember(caller.member));
    const isHost = sameDigest(caller.hostKeyHash, theRoom(this.#engine.state).hostKeyHash);
    return isHost ? succeed({ kind: 'host-key' }) : fail('host_key_wrong');
  }

  #consistent<T>(compute: () => Outcome<T>): Promise<Outcome<T>> {
    return new Promise((resolve) => this.#engine.consistent(compute, resolve));
  }
}

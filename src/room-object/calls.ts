import type { Engine, Taken } from '../engine/engine.ts';
import { type Actor, asMember, SYSTEM } from '../engine/feature.ts';
import type { Inbound } from '../engine/inbound.ts';
import type { Store } from '../engine/store.ts';
import type { CardRpc } from '../platform/card-rpc.ts';
import { systemClock } from '../platform/clock.ts';
import { randomId } from '../platform/codes.ts';
import { sameDigest } from '../platform/hash.ts';
import type {
  AccountCaller,
  Admission,
  Admitted,
  Caller,
  CommandOutcome,
  ExportCursor,
  ExportPage,
  ImageAsked,
  ImageMeta,
  KnownAccount,
  RoomRpc,
} from '../platform/room-rpc.ts';
import type { AttendanceResponse, StatusResponse } from '../protocol/http.ts';
import {
  type Command,
  commandSpec,
  type ExportKind,
  fail,
  type ImageType,
  type Outcome,
  type Refusal,
  type Room,
  type RoomEvent,
  refuse,
  type StatsResponse,
  succeed,
} from '../protocol/index.ts';
import { devicesOf } from './account-rows.ts';
import { arrivingRole, isHostByRight } from './authority-rows.ts';
import { findGroup, freeDevice } from './enrolment-rows.ts';
import { checkEntry } from './entry.ts';
import { exportPage } from './exports.ts';
import { type AdmitFields, admit } from './features/admission.ts';
import { attendanceOf } from './features/attendance.ts';
import { noteRefused } from './features/audit.ts';
import { reopen } from './features/lifecycle.ts';
import { changeCard } from './features/roster.ts';
import { hasAuthority } from './gate.ts';
import { locateImage } from './image-rows.ts';
import { Passcodes } from './passcodes.ts';
import type { Ask, Pictures } from './pictures.ts';
import { memberTable, theRoom, toMember, toRoom } from './tables.ts';
import { statusOf } from './view.ts';

/** Whose commands count together. */
const nameOf = (caller: Caller | AccountCaller): string =>
  'member' in caller ? caller.member : 'account' in caller ? caller.account : 'host-key';

/** The Worker's calls to a room that exists. Each answers from a state that is on disk. */
export class Calls implements CardRpc, Omit<RoomRpc, 'createRoom' | 'cancelImage'> {
  readonly #engine: Engine;
  readonly #inbound: Inbound;
  readonly #pictures: Pictures;
  readonly #passcodes: Passcodes;
  readonly #store: Store;
  readonly #stats: () => StatsResponse;

  constructor(
    engine: Engine,
    inbound: Inbound,
    pictures: Pictures,
    store: Store,
    stats: () => StatsResponse,
  ) {
    this.#engine = engine;
    this.#inbound = inbound;
    this.#pictures = pictures;
    this.#passcodes = new Passcodes(engine, systemClock);
    this.#store = store;
    this.#stats = stats;
  }

  status(): Promise<Outcome<StatusResponse>> {
    // What may be known of a group is asked of the group, and not by everybody.
    const isGroup = findGroup(this.#engine.state) !== undefined;
    return this.#consistent(() => (isGroup ? fail('room_not_found') : succeed(statusOf(this.#engine.state))));
  }

  async admit(request: Admission): Promise<Outcome<Admitted>> {
    const ticket = randomId('');
    const { name, hostKeyHash, inviteHash, account } = request;
    const returning = request.member !== undefined;
    const limited =
      request.member === undefined
        ? this.#inbound.limit('room', 'join')
        : this.#inbound.mayReturn(request.member);
    if (limited !== null) return { ok: false, error: limited };
    const address = request.address ?? null;
    const asked = {
      member: request.member ?? randomId('m_'),
      returning,
      name,
      account,
      hostKeyHash,
      inviteHash,
      ticket,
      address,
    };
    const proven = await this.#prove(asked, request.passcode);
    if (!proven.ok) return proven;
    // In one turn with taking it: two who come at once must not get the same.
    const member = this.#freeId(request) ?? asked.member;
    const done = this.#engine.perform(admit, { ...asked, member, proven: proven.value }, SYSTEM);
    if (!done.ok) this.#noteRefused(done.error, returning ? member : null);
    await this.#engine.settled();
    if (!done.ok) return done;
    const row = this.#engine.state.table(memberTable).get(member);
    // The room may have ended while the seat was being written.
    if (row === undefined || row.presence === 'left') return fail('room_ended');
    const role = arrivingRole(this.#engine.state, row);
    return succeed({
      member: toMember({ ...row, presence: row.presence, role }),
      ticket: `${member}.${ticket}`,
      ticketExpiresAt: row.ticket?.expiresAt ?? 0,
    });
  }

  async reopenRoom(caller: Caller | AccountCaller): Promise<Outcome<Room>> {
    const limited = this.#inbound.limit(nameOf(caller), 'control');
    if (limited !== null) return { ok: false, error: limited };
    const host = this.#theHost(caller);
    if (!host.ok) return host;
    const done = this.#engine.perform(reopen, {}, host.value);
    await this.#engine.settled();
    return done.ok ? succeed(toRoom(theRoom(this.#engine.state))) : done;
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

  async accountChanged(account: KnownAccount, former: readonly string[]): Promise<Outcome<null>> {
    const done = this.#engine.perform(changeCard, { account, former }, SYSTEM);
    await this.#engine.settled();
    return done.ok ? succeed(null) : done;
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
      const host = this.#host(caller);
      return host.ok ? succeed(attendanceOf(state, systemClock.now())) : host;
    });
  }

  exportPage<K extends ExportKind>(
    caller: Caller,
    what: K,
    cursor: ExportCursor | null,
  ): Promise<Outcome<ExportPage<K>>> {
    const { state } = this.#engine;
    return this.#consistent(() => {
      const host = this.#host(caller);
      if (!host.ok) return host;
      // What was begun goes on; what is begun counts.
      const limited =
        cursor === null
          ? this.#inbound.limit(host.value.kind === 'member' ? host.value.id : host.value.kind, 'query')
          : null;
      if (limited !== null) return { ok: false, error: limited };
      return succeed(exportPage(this.#store, state, what, cursor));
    });
  }

  /** From memory, as it is now: at a commit's boundary nothing would be seen to wait. */
  async stats(caller: Caller): Promise<Outcome<StatsResponse>> {
    const host = this.#host(caller);
    if (!host.ok) return host;
    const { value: actor } = host;
    const limited = this.#inbound.limit(actor.kind === 'member' ? actor.id : actor.kind, 'query');
    return limited === null ? succeed(this.#stats()) : { ok: false, error: limited };
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

  /** Has hosts find in the audit trail that somebody tried the host key, or came back in spite of a ban. */
  #noteRefused({ code }: Refusal, member: string | null): void {
    if (code !== 'host_key_wrong' && code !== 'banned') return;
    const action = code === 'banned' ? 'ban.refused' : 'host_key.refused';
    this.#engine.perform(noteRefused, { action, member }, SYSTEM);
  }

  /** In a group: the member id of a device that is gone for good, for somebody who comes with a new one; null: there is none. */
  #freeId({ member, account }: Admission): string | null {
    if (member !== undefined || account === undefined) return null;
    return freeDevice(this.#engine.state, account.id, systemClock.now());
  }

  /** Whether they know the passcode. A hash takes its time, so it is made only for those who are asked for one. */
  async #prove(fields: AdmitFields, passcode: string | undefined): Promise<Outcome<string | undefined>> {
    const { state } = this.#engine;
    if (passcode === undefined || theRoom(state).endedAt !== null) return succeed(undefined);
    const entry = checkEntry(state, fields, state.table(memberTable).get(fields.member), systemClock.now());
    if (entry.ok || entry.error.code !== 'passcode_required') return succeed(undefined);
    return this.#passcodes.prove(passcode, fields.address);
  }

  #actor(caller: Caller): Outcome<Actor> {
    if ('member' in caller) return succeed(asMember(caller.member));
    if (sameDigest(caller.hostKeyHash, theRoom(this.#engine.state).hostKeyHash))
      return succeed({ kind: 'host-key' });
    const wrong = refuse('host_key_wrong');
    this.#noteRefused(wrong, null);
    return { ok: false, error: wrong };
  }

  /** The host, now or when the meeting ended, or whoever has the host key. */
  #theHost(caller: Caller | AccountCaller): Outcome<Actor> {
    if ('account' in caller) {
      // They act for the host, and as no member: with none of their devices need they ever have been here.
      return isHostByRight(this.#engine.state, '', caller.account)
        ? succeed({ kind: 'host-key' })
        : fail('role_required', { detail: 'host' });
    }
    const actor = this.#actor(caller);
    if (!actor.ok || actor.value.kind !== 'member') return actor;
    return isHostByRight(this.#engine.state, actor.value.id)
      ? actor
      : fail('role_required', { detail: 'host' });
  }

  /** Somebody with a host's authority, now or when the meeting ended. */
  #host(caller: Caller): Outcome<Actor> {
    const actor = this.#actor(caller);
    if (!actor.ok || actor.value.kind !== 'member') return actor;
    const { state } = this.#engine;
    const row = state.table(memberTable).get(actor.value.id);
    const [device = row] = devicesOf(state, row?.account ?? null, row);
    const role = device?.role;
    return role !== undefined && hasAuthority(role)
      ? actor
      : fail('role_required', { detail: 'host or co-host' });
  }

  #consistent<T>(compute: () => Outcome<T>): Promise<Outcome<T>> {
    return new Promise((resolve) => this.#engine.consistent(compute, resolve));
  }
}

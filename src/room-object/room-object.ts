import { DurableObject } from 'cloudflare:workers';
import { Engine } from '../engine/engine.ts';
import { asMember, SYSTEM } from '../engine/feature.ts';
import type { EngineOptions } from '../engine/options.ts';
import type { Session } from '../engine/session.ts';
import { SqliteStore } from '../engine/sqlite-store.ts';
import type { BreakoutReport, BreakoutRpc, ParentAnswer, ParentCall } from '../platform/breakout-rpc.ts';
import { systemClock } from '../platform/clock.ts';
import { randomId } from '../platform/codes.ts';
import { consoleLog } from '../platform/log.ts';
import { metricsOf } from '../platform/metrics.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { problem } from '../platform/problem.ts';
import { R2Store } from '../platform/r2-store.ts';
import type { RoomNamespace } from '../platform/room-address.ts';
import {
  type Admission,
  type Admitted,
  type Caller,
  type CommandOutcome,
  type Created,
  type CreateRoom,
  type ExportCursor,
  type ExportPage,
  type ImageAsked,
  type ImageMeta,
  type RoomRpc,
  UPGRADE_HEADERS,
} from '../platform/room-rpc.ts';
import type { TokenSettings } from '../platform/tokens.ts';
import type { AttendanceResponse, StatusResponse } from '../protocol/http.ts';
import {
  type Command,
  type ExportKind,
  fail,
  type ImageType,
  type Outcome,
  type Room,
  type RoomEvent,
  refuse,
  type StatsResponse,
  succeed,
} from '../protocol/index.ts';
import { Family, type FamilyStub, tokensOf } from './breakout-calls.ts';
import { Calls } from './calls.ts';
import { adopt } from './features/breakout-room.ts';
import { DELETE_OBJECTS } from './features/images.ts';
import { createRoom, PURGE_EFFECT } from './features/lifecycle.ts';
import { dropSession, openSession } from './features/roster.ts';
import { gate, mayHear } from './gate.ts';
import { historyOf, isHistory } from './history.ts';
import { Inbound } from './inbound.ts';
import { type Ask, deleteAllObjects, deleteObjects, Pictures } from './pictures.ts';
import { prepare } from './prepare.ts';
import { features } from './registry.ts';
import { type RoomSettings, type RoomVars, readRoomSettings } from './settings.ts';
import { answerClose, readPosition, Sockets } from './sockets.ts';
import {
  completePolicy,
  findRoom,
  memberTable,
  SETTINGS_KEY,
  settingsTable,
  theRoom,
  toRoom,
} from './tables.ts';
import { snapshotText, welcomeOf } from './view.ts';
import { takeUp } from './waking.ts';
import { Watch } from './watch.ts';

export interface RoomEnv extends RoomVars, Partial<TokenSettings> {
  readonly PICTURES?: R2Bucket;
  readonly ANALYTICS?: AnalyticsEngineDataset;
  /** The way from a meeting to its breakout rooms and back. */
  readonly ROOMS?: RoomNamespace<FamilyStub>;
}

/** Sockets of one object; the platform takes 32,768. */
const SOCKETS = 32_000;
/** While frames come in anyway, the dead are looked for this often. ms. */
const SWEEP_ALONGSIDE = 30_000;

/** What an object has once its room exists. */
interface Running {
  readonly engine: Engine;
  readonly inbound: Inbound;
  readonly pictures: Pictures;
  readonly calls: Calls;
}

/** One room: the shell around the engine. It owns the sockets, the calls from the Worker and the alarm. */
export class RoomObject extends DurableObject<RoomEnv> implements RoomRpc, BreakoutRpc {
  readonly #settings: RoomSettings;
  readonly #watch: Watch;
  readonly #sockets: Sockets;
  readonly #store: SqliteStore;
  readonly #objects: ObjectStore | null;
  readonly #family = new Family({
    engine: () => this.#running?.engine ?? null,
    rooms: () => this.env.ROOMS,
    tokens: () => tokensOf(this.env),
    clock: systemClock,
  });
  #running: Running | null = null;
  #sweptAt = 0;

  constructor(ctx: DurableObjectState, env: RoomEnv) {
    super(ctx, env);
    this.#settings = readRoomSettings(env);
    this.#watch = new Watch({
      clock: systemClock,
      log: consoleLog,
      metrics: metricsOf(env.ANALYTICS),
      settings: this.#settings,
      sockets: () => this.#sockets.stats(),
    });
    this.#sockets = new Sockets(ctx, this.#watch.meter);
    this.#store = new SqliteStore(ctx.storage);
    this.#objects = env.PICTURES === undefined ? null : new R2Store(env.PICTURES);
    void ctx.blockConcurrencyWhile(() => this.#wake());
  }

  async createRoom(request: CreateRoom): Promise<Outcome<Created>> {
    const before = this.#running;
    if (before !== null) {
      await before.engine.settled();
      const room = theRoom(before.engine.state);
      if (request.fingerprint === null || room.fingerprint === null) return succeed({ taken: true });
      if (request.fingerprint !== room.fingerprint) return fail('idempotency_mismatch');
      return succeed({ taken: false, room: toRoom(room) });
    }
    const running = this.#run(Engine.begin(this.#options()));
    const { engine } = running;
    const { code, name, hostKeyHash, fingerprint, capacity, retentionSeconds, whenEmpty, policy, schedule } =
      request;
    const fields = {
      id: randomId('r_'),
      code,
      name,
      hostKeyHash,
      fingerprint,
      owner: request.owner,
      capacity,
      retentionSeconds,
      whenEmpty,
      policy: policy ?? {},
      schedule,
    };
    const made = engine.perform(createRoom, fields, SYSTEM);
    // In the same commit: there is no moment in which it is a room for anybody.
    if (made.ok && request.parent !== undefined) engine.perform(adopt, request.parent, SYSTEM);
    await engine.settled();
    return made.ok ? succeed({ taken: false, room: toRoom(theRoom(engine.state)) }) : made;
  }

  reopenRoom(caller: Caller): Promise<Outcome<Room>> {
    return this.#call((calls) => calls.reopenRoom(caller));
  }
  status(): Promise<Outcome<StatusResponse>> {
    return this.#call((calls) => calls.status());
  }
  admit(request: Admission): Promise<Outcome<Admitted>> {
    return this.#call((calls) => calls.admit(request));
  }
  member(id: string): Promise<Outcome<Admitted['member']>> {
    return this.#call((calls) => calls.member(id));
  }
  leave(member: string): Promise<Outcome<null>> {
    return this.#call((calls) => calls.leave(member));
  }
  run(caller: Caller, command: Command): Promise<Outcome<CommandOutcome>> {
    return this.#call((calls) => calls.run(caller, command));
  }
  room(caller: Caller): Promise<Outcome<Room>> {
    return this.#call((calls) => calls.room(caller));
  }
  stats(caller: Caller): Promise<Outcome<StatsResponse>> {
    return this.#call((calls) => calls.stats(caller));
  }
  async attendance(caller: Caller): Promise<Outcome<AttendanceResponse>> {
    const known = await this.#call((calls) => calls.attendance(caller));
    const { engine } = this.#running ?? {};
    if (!known.ok || engine === undefined || !(await this.#family.collect(engine))) return known;
    return this.#call((calls) => calls.attendance(caller));
  }
  /** What the meeting says to this breakout room. */
  fromParent(room: string, at: number, call: ParentCall): Promise<Outcome<ParentAnswer>> {
    return this.#running === null
      ? Promise.resolve(fail('room_not_found'))
      : this.#family.fromParent(this.#running.engine, room, at, call);
  }
  /** What a breakout room says to this meeting. */
  fromBreakout(room: string, report: BreakoutReport): Promise<Outcome<null>> {
    return this.#running === null
      ? Promise.resolve(fail('room_not_found'))
      : this.#family.fromBreakout(this.#running.engine, room, report);
  }
  exportPage<K extends ExportKind>(
    caller: Caller,
    what: K,
    cursor: ExportCursor | null,
  ): Promise<Outcome<ExportPage<K>>> {
    return this.#call((calls) => calls.exportPage(caller, what, cursor));
  }
  askImage(member: string, ask: Ask): Promise<Outcome<ImageAsked>> {
    return this.#call((calls) => calls.askImage(member, ask));
  }
  shareImage(member: string, image: string, meta: ImageMeta): Promise<Outcome<RoomEvent<'image.shared'>>> {
    return this.#call((calls) => calls.shareImage(member, image, meta));
  }
  async cancelImage(member: string, image: string): Promise<void> {
    await this.#running?.pictures.cancel(member, image);
  }
  readImage(
    member: string | null,
    image: string,
  ): Promise<Outcome<{ readonly key: string; readonly type: ImageType }>> {
    return this.#call((calls) => calls.readImage(member, image));
  }

  /** The WebSocket upgrade: a ticket is redeemed, or the answer is a problem and no socket is opened. */
  override async fetch(request: Request): Promise<Response> {
    if (this.#running === null) return problem(refuse('room_not_found'));
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket')
      return problem(refuse('upgrade_required'));
    const { engine } = this.#running;
    const [member = '', ticket = ''] = (request.headers.get(UPGRADE_HEADERS.ticket) ?? '').split('.');
    const held = this.#running.inbound.heldOff(member);
    if (held !== null) return problem(held);
    if (this.#sockets.isFull(member, this.#settings.socketsPerMember)) {
      return problem(refuse('rate_limited', { detail: 'too many connections of one member' }));
    }
    // The bytes of a closed socket that doesn't read are held until it goes, so those count, too.
    if (this.#sockets.count >= Math.min(SOCKETS, 2 * theRoom(engine.state).capacity + 100)) {
      return problem(refuse('busy', { detail: 'too many connections' }));
    }
    const number = (engine.state.table(memberTable).get(member)?.session ?? 0) + 1;
    const opened = engine.perform(openSession, { member, ticket, session: number }, asMember(member));
    if (!opened.ok) return problem(opened.error);
    const { 0: client, 1: server } = new WebSocketPair();
    const token = request.headers.get(UPGRADE_HEADERS.token);
    const position = readPosition(request.headers.get(UPGRADE_HEADERS.position));
    engine.attach(this.#sockets.accept(server, member, number, position, token));
    const subprotocol = request.headers.get(UPGRADE_HEADERS.subprotocol);
    return new Response(null, {
      status: 101,
      webSocket: client,
      headers: subprotocol === null ? {} : { 'sec-websocket-protocol': subprotocol },
    });
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const session = this.#sockets.sessionOf(socket);
    // Frames still arrive after we closed or replaced a socket; they count for nothing.
    if (this.#running === null || session === undefined || session.phase.kind === 'closed') return;
    const { inbound } = this.#running;
    this.#sockets.hear(session, systemClock.now());
    try {
      if (typeof message === 'string') inbound.text(session, message);
      else inbound.binary(session, message);
    } catch (error) {
      // The platform says nothing of what is thrown here.
      this.#watch.log('error', 'frame.threw', { error });
    }
    if (systemClock.now() - this.#sweptAt > SWEEP_ALONGSIDE) this.#sweep();
  }

  override async webSocketClose(socket: WebSocket, code: number, reason: string): Promise<void> {
    answerClose(socket, code, reason);
    this.#gone(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    const session = this.#sockets.sessionOf(socket);
    // A frame over the platform's limit doesn't close the socket by itself.
    session?.close('too_large');
    this.#gone(socket);
  }

  override async alarm(): Promise<void> {
    await this.#running?.engine.alarm();
  }

  async #wake(): Promise<void> {
    const engine = await Engine.wake(this.#options());
    if (engine === null || findRoom(engine.state) === undefined) return;
    completePolicy(engine.state);
    this.#run(engine);
    this.#watch.woke(takeUp(engine, this.#sockets, systemClock.now()));
    engine.rearm();
  }

  #run(engine: Engine): Running {
    engine.state.table(settingsTable).restore(SETTINGS_KEY, this.#settings);
    const pictures = new Pictures(engine, this.#objects, this.#settings);
    const inbound = new Inbound({
      engine,
      clock: systemClock,
      log: this.#watch.log,
      meter: this.#watch.meter,
      settings: this.#settings,
      takeImage: (member, n, caption, bytes) => pictures.take(member, n, caption, bytes),
      closed: (session) => this.#drop(session),
    });
    this.#watch.follow(engine);
    const calls = new Calls(engine, inbound, pictures, this.#store, () => this.#watch.stats(engine));
    this.#running = { engine, inbound, pictures, calls };
    return this.#running;
  }

  #options(): EngineOptions {
    const { sweep, silent } = this.#settings;
    return {
      store: this.#store,
      clock: systemClock,
      log: this.#watch.log,
      meter: this.#watch.meter,
      features,
      gate,
      prepare,
      mayHear,
      executors: {
        [DELETE_OBJECTS]: deleteObjects(this.#objects),
        [PURGE_EFFECT]: () => this.#purge(),
        ...this.#family.executors,
      },
      retention: this.#settings.log,
      budget: this.#settings.budget,
      pendingLimit: this.#settings.pending,
      sweepEvery: () => (this.#sockets.hasSuspects ? Math.min(sweep, silent) : sweep),
      needsSweep: () => (this.#running?.engine.sessions.size ?? 0) > 0,
      sweep: () => this.#sweep(),
      isHistory,
      history: historyOf,
      snapshot: snapshotText,
      welcome: welcomeOf,
      latestChanged: (member) => {
        const session = this.#running?.engine.sessions.of(member);
        if (session !== undefined)
          this.#sockets.attach(session, this.#running?.engine.state.latestOf(member) ?? []);
      },
      moved: (session) => {
        this.#watch.moved(session);
        this.#sockets.attach(session, this.#running?.engine.state.latestOf(session.member) ?? []);
      },
      dropped: (session, as) => {
        this.#watch.dropped(session, as);
        this.#drop(session);
      },
      told: () => this.#watch.told(),
      abort: (reason) => this.ctx.abort(String(reason)),
    };
  }

  #call<T>(make: (calls: Calls) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    return this.#running === null ? Promise.resolve(fail('room_not_found')) : make(this.#running.calls);
  }

  #gone(socket: WebSocket): void {
    const session = this.#sockets.sessionOf(socket);
    if (session === undefined) return;
    if (session.phase.kind !== 'closed') this.#watch.meter.lost += 1;
    this.#drop(session);
  }

  /** A session has ended by itself: its member is away until they come back or the grace period runs out. */
  #drop(session: Session): void {
    session.phase = { kind: 'closed' };
    if (this.#running === null || !this.#running.engine.sessions.isCurrent(session)) return;
    this.#running.engine.sessions.remove(session);
    this.#running.engine.perform(dropSession, { member: session.member, session: session.number }, SYSTEM);
  }

  /** Looks for sockets that died without a word. Clients that never ping can't be told from silent ones and are left alone. */
  #sweep(): void {
    if (this.#running === null) return;
    const now = systemClock.now();
    this.#sweptAt = now;
    this.#running.inbound.sweep(now);
    const sessions = this.#running.engine.sessions.all();
    for (const session of this.#sockets.dead(sessions, now, this.#settings.silent)) {
      this.#watch.log('info', 'session.silent', { member: session.member });
      session.close('silent');
    }
    for (const session of sessions) {
      if (session.phase.kind === 'closed' || !this.#sockets.isOpen(session)) this.#drop(session);
    }
  }

  /** Removes the last trace of the room. */
  async #purge(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    await deleteAllObjects(this.#objects, theRoom(running.engine.state));
    running.engine.retire();
    this.#watch.log('info', 'room.purged');
    this.#running = null;
    await this.#store.destroy();
  }
}

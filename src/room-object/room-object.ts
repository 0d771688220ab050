import { DurableObject } from 'cloudflare:workers';
import { Engine } from '../engine/engine.ts';
import { asMember, SYSTEM } from '../engine/feature.ts';
import { Inbound } from '../engine/inbound.ts';
import type { EngineOptions } from '../engine/options.ts';
import { Reception } from '../engine/reception.ts';
import { Sockets } from '../engine/sockets.ts';
import { SqliteStore } from '../engine/sqlite-store.ts';
import type { BreakoutReport, BreakoutRpc, ParentAnswer, ParentCall } from '../platform/breakout-rpc.ts';
import type { CardRpc } from '../platform/card-rpc.ts';
import { systemClock } from '../platform/clock.ts';
import { createDirectory } from '../platform/d1-directory.ts';
import type { FileAnswers, FileRequests, FileRpc } from '../platform/file-rpc.ts';
import type { GroupMeetingRpc, MeetingInvite, MeetingReport } from '../platform/group-meeting-rpc.ts';
import type { EnrolAnswer, GroupLook, GroupRpc } from '../platform/group-rpc.ts';
import { consoleLog, type Log } from '../platform/log.ts';
import { metricsOf } from '../platform/metrics.ts';
import { problem } from '../platform/problem.ts';
import { R2Store } from '../platform/r2-store.ts';
import type {
  AccountCaller,
  Admission,
  Admitted,
  Caller,
  CommandOutcome,
  Created,
  CreateRoom,
  ExportCursor,
  ExportPage,
  ImageAsked,
  ImageMeta,
  KnownAccount,
  RoomRpc,
} from '../platform/room-rpc.ts';
import type { SfuAnswers, SfuRequests, SfuRpc } from '../platform/sfu-rpc.ts';
import type { AttendanceResponse, StatusResponse } from '../protocol/http.ts';
import {
  type Command,
  type ExportKind,
  fail,
  type ImageType,
  type Outcome,
  type Person,
  type RateClass,
  type Room,
  type RoomEvent,
  refuse,
  type Standing,
  type StatsResponse,
  succeed,
} from '../protocol/index.ts';
import { Family, tokensOf } from './breakout-calls.ts';
import { Calls } from './calls.ts';
import { madeBefore, makeRoom } from './creation.ts';
import { Enrolment } from './enrolment-calls.ts';
import { findGroup } from './enrolment-rows.ts';
import { EFFECT_WITHIN, executorsOf } from './executors.ts';
import { dropSession, openSession } from './features/roster.ts';
import { Files } from './files.ts';
import { gate, mayHear } from './gate.ts';
import { GroupMeetings } from './group-meeting-calls.ts';
import { Hints } from './hints.ts';
import { historyOf, isHistory } from './history.ts';
import { type Ask, deleteAllObjects, Pictures } from './pictures.ts';
import { prepare } from './prepare.ts';
import { features } from './registry.ts';
import type { RoomEnv } from './room-env.ts';
import { type RoomSettings, readRoomSettings } from './settings.ts';
import { SfuSessions, sfuOf } from './sfu.ts';
import { completePolicy, findRoom, memberTable, SETTINGS_KEY, settingsTable, theRoom } from './tables.ts';
import { snapshotText, welcomeOf } from './view.ts';
import { takeUp } from './waking.ts';
import { Watch } from './watch.ts';

/** What an object has once its room exists. */
interface Running {
  readonly engine: Engine;
  readonly inbound: Inbound;
  readonly pictures: Pictures;
  readonly calls: Calls;
}

/** One room: the shell around the engine. It owns the sockets, the calls from the Worker and the alarm. */
export class RoomObject
  extends DurableObject<RoomEnv>
  implements RoomRpc, CardRpc, BreakoutRpc, GroupMeetingRpc, GroupRpc, FileRpc, SfuRpc
{
  readonly #settings: RoomSettings;
  readonly #watch: Watch;
  readonly #sockets: Sockets;
  readonly #reception: Reception;
  readonly #store: SqliteStore;
  readonly #objects: R2Store | null;
  readonly #directory = this.env.ACCOUNTS === undefined ? null : createDirectory(this.env.ACCOUNTS);
  /** What is needed to deal with other objects. */
  readonly #ways = {
    engine: () => this.#running?.engine ?? null,
    rooms: () => this.env.ROOMS,
    people: () => this.env.USERS,
    directory: () => this.#directory,
    clock: systemClock,
    log: (...line: Parameters<Log>) => this.#watch.log(...line),
  };
  readonly #limit = (rate: RateClass) => (member: string) =>
    this.#running?.inbound.limit(member, rate) ?? null;
  readonly #family = new Family({ ...this.#ways, tokens: () => tokensOf(this.env) });
  readonly #meetings = new GroupMeetings(this.#ways);
  readonly #enrolment = new Enrolment(this.#ways);
  readonly #files = new Files({ ...this.#ways, store: () => this.#objects, limit: this.#limit('file') });
  readonly #sfu = new SfuSessions({ ...this.#ways, sfu: sfuOf(this.env), limit: this.#limit('signal') });
  readonly #hints = new Hints(this.#ways);
  /** How much of the log is kept; a group keeps more, and whether this is one is known later. */
  readonly #retention: { -readonly [K in keyof RoomSettings['log']]: number };
  #running: Running | null = null;

  constructor(ctx: DurableObjectState, env: RoomEnv) {
    super(ctx, env);
    this.#settings = readRoomSettings(env, env.USERS !== undefined && env.ACCOUNTS !== undefined);
    this.#retention = { ...this.#settings.log };
    this.#watch = new Watch({
      clock: systemClock,
      log: consoleLog,
      metrics: metricsOf(env.ANALYTICS),
      settings: this.#settings,
      sockets: () => this.#sockets.stats(),
    });
    this.#sockets = new Sockets(ctx, this.#watch.meter);
    this.#reception = new Reception({
      sockets: this.#sockets,
      clock: systemClock,
      log: this.#watch.log,
      meter: this.#watch.meter,
      settings: this.#settings,
      running: () => this.#running,
      open: ({ member, ticket }) => this.#open(member, ticket),
      ended: ({ member, number }) =>
        this.#running?.engine.perform(dropSession, { member, session: number }, SYSTEM),
    });
    this.#store = new SqliteStore(ctx.storage);
    this.#objects = env.PICTURES === undefined ? null : new R2Store(env.PICTURES);
    void ctx.blockConcurrencyWhile(() => this.#wake());
  }

  async createRoom(request: CreateRoom): Promise<Outcome<Created>> {
    const before = this.#running;
    if (before !== null) {
      await before.engine.settled();
      return madeBefore(before.engine, request);
    }
    const { engine } = this.#run(Engine.begin(this.#options()));
    const made = await makeRoom(engine, request);
    this.#keepLog(engine);
    return made;
  }

  reopenRoom(caller: Caller | AccountCaller): Promise<Outcome<Room>> {
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
  accountChanged(account: KnownAccount, former: readonly string[]): Promise<Outcome<null>> {
    return this.#call((calls) => calls.accountChanged(account, former));
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
  meetingOver(room: string, report: MeetingReport): Promise<Outcome<null>> {
    return this.#meetings.meetingOver(room, report);
  }
  endMeeting(room: string): Promise<Outcome<null>> {
    return this.#meetings.endMeeting(room);
  }
  renewInvites(
    room: string,
    old: readonly string[],
    invites: readonly MeetingInvite[],
  ): Promise<Outcome<null>> {
    return this.#meetings.renewInvites(room, old, invites);
  }
  callAnswered(account: string, meeting: string, how: 'answered' | 'declined'): Promise<Outcome<null>> {
    return this.#meetings.callAnswered(account, meeting, how);
  }
  enrol(person: Person, note: string): Promise<Outcome<EnrolAnswer>> {
    return this.#enrolment.enrol(person, note);
  }
  unenrol(account: string): Promise<Outcome<null>> {
    return this.#enrolment.unenrol(account);
  }
  look(account: string): Promise<Outcome<GroupLook>> {
    return this.#enrolment.look(account);
  }
  standing(account: string): Promise<Outcome<Standing>> {
    return this.#enrolment.standing(account);
  }
  enrolEverybody(person: Person, role: 'admin' | 'member', name: string): Promise<Outcome<null>> {
    return this.#enrolment.enrolEverybody(person, role, name);
  }
  forgetAccount(account: string, removedAt?: number): Promise<Outcome<null>> {
    return this.#enrolment.forgetAccount(account, removedAt);
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

  file<K extends keyof FileRequests>(call: K, request: FileRequests[K]): Promise<Outcome<FileAnswers[K]>> {
    return this.#files.file(call, request);
  }

  sfu<K extends keyof SfuRequests>(call: K, request: SfuRequests[K]): Promise<Outcome<SfuAnswers[K]>> {
    return this.#sfu.sfu(call, request);
  }

  override async fetch(request: Request): Promise<Response> {
    if (this.#running === null) return problem(refuse('room_not_found'));
    const { capacity } = theRoom(this.#running.engine.state);
    return this.#reception.upgrade(request, this.#running, 2 * capacity + 100);
  }
  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    this.#reception.message(socket, message);
  }
  override async webSocketClose(socket: WebSocket, code: number, reason: string): Promise<void> {
    this.#reception.close(socket, code, reason);
  }
  override async webSocketError(socket: WebSocket): Promise<void> {
    this.#reception.error(socket);
  }

  override async alarm(): Promise<void> {
    await this.#running?.engine.alarm();
  }

  async #wake(): Promise<void> {
    const engine = await Engine.wake(this.#options());
    if (engine === null || findRoom(engine.state) === undefined) return;
    completePolicy(engine.state);
    this.#keepLog(engine);
    this.#run(engine);
    this.#watch.woke(takeUp(engine, this.#sockets, systemClock.now()));
    engine.rearm();
  }

  #keepLog({ state }: Engine): void {
    if (findGroup(state) !== undefined) Object.assign(this.#retention, this.#settings.groupLog);
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
      closed: (session) => this.#reception.drop(session),
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
        ...executorsOf({
          engine: () => this.#running?.engine ?? null,
          objects: this.#objects,
          people: () => this.env.USERS,
          purge: () => this.#purge(),
        }),
        ...this.#family.executors,
        ...this.#meetings.executors,
        ...this.#enrolment.executors,
        ...this.#files.executors,
        ...this.#sfu.executors,
      },
      effects: { within: EFFECT_WITHIN },
      retention: this.#retention,
      budget: this.#settings.budget,
      pendingLimit: this.#settings.pending,
      sweepEvery: () => (this.#sockets.hasSuspects ? Math.min(sweep, silent) : sweep),
      needsSweep: () => (this.#running?.engine.sessions.size ?? 0) > 0,
      sweep: () => this.#reception.sweep(),
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
        this.#reception.drop(session);
      },
      told: () => {
        this.#watch.told();
        this.#hints.told();
      },
      abort: (reason) => this.ctx.abort(String(reason)),
    };
  }

  #call<T>(make: (calls: Calls) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    return this.#running === null ? Promise.resolve(fail('room_not_found')) : make(this.#running.calls);
  }

  #open(member: string, ticket: string): Outcome<number> {
    if (this.#running === null) return fail('room_not_found');
    const { engine } = this.#running;
    const session = (engine.state.table(memberTable).get(member)?.session ?? 0) + 1;
    const opened = engine.perform(openSession, { member, ticket, session }, asMember(member));
    return opened.ok ? succeed(session) : opened;
  }

  /** Removes the last trace of the room. */
  async #purge(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    await deleteAllObjects(this.#objects, theRoom(running.engine.state));
    // An earlier try that took too long was first.
    if (this.#running !== running) return;
    running.engine.retire();
    this.#watch.log('info', 'room.purged');
    this.#running = null;
    await this.#store.destroy();
  }
}

import { DurableObject } from 'cloudflare:workers';
import { Engine } from '../engine/engine.ts';
import { asMember, SYSTEM } from '../engine/feature.ts';
import { Inbound } from '../engine/inbound.ts';
import { type Limited, Meter } from '../engine/meter.ts';
import type { EngineOptions } from '../engine/options.ts';
import { Reception } from '../engine/reception.ts';
import type { Session } from '../engine/session.ts';
import { Sockets } from '../engine/sockets.ts';
import { SqliteStore } from '../engine/sqlite-store.ts';
import { takeUpSockets } from '../engine/waking.ts';
import { systemClock } from '../platform/clock.ts';
import { createDirectory } from '../platform/d1-directory.ts';
import { consoleLog, logWith } from '../platform/log.ts';
import type { ObjectStore } from '../platform/object-store.ts';
import { problem } from '../platform/problem.ts';
import { R2Store } from '../platform/r2-store.ts';
import type { RoomNews } from '../platform/room-news.ts';
import type { CommandOutcome, ImageAsked, ImageMeta } from '../platform/room-rpc.ts';
import type {
  DeviceOpened,
  DirectImageAsk,
  EndedLogins,
  LinkBatch,
  LinkTaken,
  PresenceNews,
  UserRpc,
  Visible,
} from '../platform/user-rpc.ts';
import {
  type Command,
  fail,
  type ImageType,
  LIMITS,
  type MyGroupsResponse,
  type Outcome,
  type Person,
  type RoomEvent,
  refuse,
  succeed,
} from '../protocol/index.ts';
import { LAST_UP_KEY, lastUpTable } from './allowance-rows.ts';
import { UserCalls } from './calls.ts';
import { executorsOf } from './executors.ts';
import { dropDevice, openDevice } from './features/devices.ts';
import { setSelf } from './features/self.ts';
import { gate } from './gate.ts';
import { historyOf, isHistory } from './history.ts';
import type { Host, UserEnv } from './host.ts';
import { resumeLinks } from './links.ts';
import { Logins } from './logins.ts';
import { DirectPictures } from './pictures.ts';
import { prepare } from './prepare.ts';
import { features } from './registry.ts';
import { readUserSettings, type UserSettings } from './settings.ts';
import { deviceTable, findSelf, SETTINGS_KEY, settingsTable } from './tables.ts';
import { runParked } from './take.ts';
import { snapshotText, welcomeOf } from './view.ts';

/** Effects under way at once: with many people something may be to be said to each of them. */
const EFFECTS_AT_ONCE = 32;
/** ms that one of them may take: somebody may have many pictures to delete. */
const EFFECT_WITHIN = 30_000;

/** What reaches others is counted by the account: more devices are no way to say more. */
const BY_ACCOUNT: ReadonlySet<Limited> = new Set(['chat', 'control']);

/** What an object has once its person is known. */
interface Running {
  readonly engine: Engine;
  readonly inbound: Inbound;
  readonly calls: UserCalls;
  readonly pictures: DirectPictures;
  readonly logins: Logins;
}

/** One person: the shell around the engine. It owns the sockets of their devices, the calls from others and the alarm. */
export class UserObject extends DurableObject<UserEnv> implements UserRpc {
  readonly #settings: UserSettings;
  readonly #meter = new Meter(systemClock.now());
  readonly #log = logWith(consoleLog, () => ({ account: this.#account() }));
  readonly #sockets: Sockets;
  readonly #reception: Reception;
  readonly #store: SqliteStore;
  readonly #host: Host;
  readonly #objects: ObjectStore | null;
  #running: Running | null = null;

  constructor(ctx: DurableObjectState, env: UserEnv) {
    super(ctx, env);
    this.#settings = readUserSettings(env);
    this.#objects = env.PICTURES === undefined ? null : new R2Store(env.PICTURES);
    this.#sockets = new Sockets(ctx, this.#meter);
    this.#store = new SqliteStore(ctx.storage);
    this.#host = {
      engine: () => this.#running?.engine ?? null,
      env,
      directory: env.ACCOUNTS === undefined ? null : createDirectory(env.ACCOUNTS),
      clock: systemClock,
      log: this.#log,
    };
    this.#reception = new Reception({
      sockets: this.#sockets,
      clock: systemClock,
      log: this.#log,
      meter: this.#meter,
      settings: this.#settings,
      running: () => this.#running,
      open: ({ member, ticket }) => this.#open(member, ticket),
      ended: ({ member, number }) => this.#drop(member, number),
    });
    void ctx.blockConcurrencyWhile(() => this.#wake());
  }

  openDevice(me: Person, device: string | null, login: string | null): Promise<Outcome<DeviceOpened>> {
    return this.#of(me).calls.openDevice(me, device, login);
  }
  run(_me: Person, device: string, command: Command): Promise<Outcome<CommandOutcome>> {
    return this.#running === null
      ? Promise.resolve(fail('device_unknown'))
      : this.#running.calls.run(device, command);
  }
  async groups(_account: string): Promise<Outcome<MyGroupsResponse>> {
    return this.#running === null ? succeed({ groups: [] }) : this.#running.calls.groups();
  }
  introduce(me: Person, person: Person): Promise<Outcome<null>> {
    return this.#of(me).calls.introduce(person);
  }
  async visible(_account: string): Promise<Outcome<Visible>> {
    return this.#running === null ? succeed({ contacts: [], blocked: [] }) : this.#running.calls.visible();
  }
  async changed(me: Person): Promise<Outcome<null>> {
    return this.#running === null ? succeed(null) : this.#running.calls.changed(me);
  }
  async signedOut(which: EndedLogins): Promise<Outcome<null>> {
    return this.#running === null ? succeed(null) : this.#running.calls.signedOut(which);
  }
  async expectFarewell(): Promise<Outcome<null>> {
    return this.#running === null ? succeed(null) : this.#running.calls.expectFarewell();
  }
  async remove(): Promise<Outcome<null>> {
    return this.#running === null ? succeed(null) : this.#running.calls.remove();
  }
  async askImage(ask: DirectImageAsk): Promise<Outcome<ImageAsked<RoomEvent<'direct.sent'>>>> {
    return this.#running?.pictures.ask(ask) ?? fail('person_unknown', { detail: ask.to });
  }
  async shareImage(image: string, meta: ImageMeta): Promise<Outcome<RoomEvent<'direct.sent'>>> {
    return this.#running?.pictures.share(image, meta) ?? fail('image_unknown');
  }
  async cancelImage(image: string): Promise<Outcome<null>> {
    return this.#running?.pictures.cancel(image) ?? succeed(null);
  }
  async readImage(
    reader: string | null,
    image: string,
  ): Promise<Outcome<{ readonly key: string; readonly type: ImageType }>> {
    return this.#running?.pictures.locate(reader, image) ?? fail('image_unknown');
  }
  async take(from: Person, to: string, batch: LinkBatch): Promise<Outcome<LinkTaken>> {
    const calls = await this.#callsOf(to);
    return calls === null ? succeed({ gone: true }) : calls.take(from, batch);
  }
  async seen(from: string, news: PresenceNews): Promise<void> {
    this.#running?.calls.seen(from, news);
  }
  async told(to: string, news: RoomNews): Promise<Outcome<null>> {
    // Groups invite people who have never connected; what else rooms tell is about what somebody does.
    const calls = news.kind === 'group' ? await this.#callsOf(to) : (this.#running?.calls ?? null);
    return calls === null ? succeed(null) : calls.told(news);
  }

  override async fetch(request: Request): Promise<Response> {
    if (this.#running === null) return problem(refuse('ticket_invalid'));
    return this.#reception.upgrade(request, this.#running, 2 * LIMITS.devices + 100);
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
    const running = this.#running;
    if (running === null) return;
    await running.engine.alarm();
    await running.logins.look();
  }

  async #wake(): Promise<void> {
    const engine = await Engine.wake(this.#options());
    if (engine === null || findSelf(engine.state) === undefined) return;
    resumeLinks(engine.state, systemClock.now());
    engine.state.table(lastUpTable).restore(LAST_UP_KEY, { at: engine.lastAt });
    this.#run(engine);
    const devices = engine.state.table(deviceTable);
    const woken = takeUpSockets({
      engine,
      sockets: this.#sockets,
      now: systemClock.now(),
      standing: (member) => {
        const row = devices.get(member);
        return row && { member, session: row.session, isThere: row.online, scope: 'all' };
      },
      *all() {
        for (const { id, session } of devices.among('online'))
          yield { member: id, session, isThere: true, scope: 'all' };
      },
      drop: (member, session) => this.#drop(member, session),
    });
    this.#meter.lost += woken.lost;
    const { state } = engine;
    runParked(
      {
        state,
        log: this.#log,
        performAsSystem: (command, fields) => engine.performAsSystem(command, fields),
        performNamed: (name, fields) => engine.performNamed(name, fields),
      },
      systemClock.now(),
    );
    engine.rearm();
  }

  /** The object of somebody whom the Worker has checked; made where it never was. */
  #of(me: Person): Running {
    if (this.#running !== null) return this.#running;
    const running = this.#run(Engine.begin(this.#options()));
    running.engine.perform(setSelf, { person: me }, SYSTEM);
    return running;
  }

  /** The same for what comes from others: whoever is not in the directory is not made by somebody's guess. */
  async #callsOf(account: string): Promise<UserCalls | null> {
    if (this.#running !== null) return this.#running.calls;
    const { directory } = this.#host;
    // Not that they are gone: for that word others drop all that they have with them.
    if (directory === null) throw new Error('there is no directory that knows who exists');
    const [person] = await directory.people([account]);
    return person === undefined ? null : this.#of(person).calls;
  }

  #run(engine: Engine): Running {
    engine.state.table(settingsTable).restore(SETTINGS_KEY, this.#settings);
    const inbound = new Inbound({
      engine,
      clock: systemClock,
      log: this.#log,
      meter: this.#meter,
      settings: this.#settings,
      together: BY_ACCOUNT,
      closed: (session) => this.#reception.drop(session),
    });
    const calls = new UserCalls(engine, inbound, this.#host);
    const pictures = new DirectPictures({ engine, inbound, store: this.#objects, settings: this.#settings });
    const logins = new Logins({ ...this.#host, engine });
    this.#running = { engine, inbound, calls, pictures, logins };
    return this.#running;
  }

  #options(): EngineOptions {
    const { sweep, silent } = this.#settings;
    const attach = (session: Session | undefined) => {
      if (session !== undefined)
        this.#sockets.attach(session, this.#running?.engine.state.latestOf(session.member) ?? []);
    };
    return {
      store: this.#store,
      clock: systemClock,
      log: this.#log,
      meter: this.#meter,
      features,
      gate,
      prepare,
      executors: executorsOf(this.#host, this.#objects, () => this.#purge()),
      effects: { atOnce: EFFECTS_AT_ONCE, within: EFFECT_WITHIN },
      retention: this.#settings.log,
      budget: this.#settings.budget,
      pendingLimit: this.#settings.pending,
      sweepEvery: () => (this.#sockets.hasSuspects ? Math.min(sweep, silent) : sweep),
      needsSweep: () => (this.#running?.engine.sessions.size ?? 0) > 0,
      sweep: () => this.#reception.sweep(),
      isHistory,
      history: historyOf,
      snapshot: snapshotText,
      welcome: welcomeOf,
      latestChanged: (device) => attach(this.#running?.engine.sessions.of(device)),
      moved: attach,
      dropped: (session, as) => {
        this.#log('info', 'session.dropped', { member: session.member, as, unsent: session.sink.unsent() });
        this.#reception.drop(session);
      },
      told: () => undefined,
      abort: (reason) => this.ctx.abort(String(reason)),
    };
  }

  #open(device: string, ticket: string): Outcome<number> {
    if (this.#running === null) return fail('ticket_invalid');
    const { engine } = this.#running;
    const session = (engine.state.table(deviceTable).get(device)?.session ?? 0) + 1;
    const opened = engine.perform(openDevice, { device, ticket, session }, asMember(device));
    return opened.ok ? succeed(session) : opened;
  }

  #drop(device: string, session: number): void {
    this.#running?.engine.perform(dropDevice, { device, session }, SYSTEM);
  }

  #account(): string | undefined {
    return this.#running === null ? undefined : findSelf(this.#running.engine.state)?.id;
  }

  /** Removes the last trace of the person. */
  async #purge(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    await running.pictures.purge();
    // An earlier try that took too long was first.
    if (this.#running !== running) return;
    running.engine.retire();
    this.#log('info', 'inbox.purged');
    this.#running = null;
    // Nobody may begin anew in what is being removed.
    await this.ctx.blockConcurrencyWhile(() => this.#store.destroy());
  }
}

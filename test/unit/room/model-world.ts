import { expect } from 'vitest';
import * as views from '../../../src/client/view.ts';
import { CatchUp } from '../../../src/engine/catch-up.ts';
import { deadlineTable, dueDeadlines, effectTable } from '../../../src/engine/deadlines.ts';
import { type Carried, Dispatcher } from '../../../src/engine/dispatcher.ts';
import { FanOut, Head } from '../../../src/engine/fan-out.ts';
import {
  type Actor,
  asMember,
  type InternalCommand,
  type LogView,
  type Prepare,
  SYSTEM,
} from '../../../src/engine/feature.ts';
import { Journal } from '../../../src/engine/journal.ts';
import { Meter } from '../../../src/engine/meter.ts';
import { Replay } from '../../../src/engine/replay.ts';
import { Session, Sessions } from '../../../src/engine/session.ts';
import { State } from '../../../src/engine/state.ts';
import { Welcome } from '../../../src/engine/welcome.ts';
import type { Waiting } from '../../../src/protocol/door.ts';
import type { ReadyFrame } from '../../../src/protocol/frames.ts';
import { commandSpec, type Outcome, type RoomCommandType, readCommand } from '../../../src/protocol/index.ts';
import { type AdmitFields, admit } from '../../../src/room-object/features/admission.ts';
import { createRoom } from '../../../src/room-object/features/lifecycle.ts';
import { dropSession, openSession } from '../../../src/room-object/features/roster.ts';
import { gate, mayHear } from '../../../src/room-object/gate.ts';
import { historyOf, isHistory } from '../../../src/room-object/history.ts';
import { features } from '../../../src/room-object/registry.ts';
import { type RoomVars, readRoomSettings } from '../../../src/room-object/settings.ts';
import { type MemberRow, memberTable, SETTINGS_KEY, settingsTable } from '../../../src/room-object/tables.ts';
import { snapshotText, welcomeOf } from '../../../src/room-object/view.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { accountOf, HOST_KEY, idOf } from './harness.ts';
import { applied, Client, eventsOf, FINAL } from './model-client.ts';
import { checkJoins, checkLobby } from './model-commits.ts';

const EPOCH = 'epoch';
const BUDGET = { softBytes: 1e9, hardBytes: 1e9, roomBytes: 1e9, patience: 1e9 };

type Row = Readonly<MemberRow>;

/** A room with the engine's own parts, whose disk is a map and whose sockets are clients, all in one thread of time. */
export class World {
  readonly state = new State();
  readonly disk = new MemoryLog();
  readonly clients: ReadonlyMap<string, Client>;
  /** Secrets of invitations that were made. */
  readonly invites: { readonly id: string; readonly hash: string }[] = [];
  now = 1_700_000_000_000;
  readonly #log: LogView;
  readonly #journal = new Journal({ last: 0, head: 0, marks: new Map(), sinceCheckpoint: 0 });
  readonly #sessions = new Sessions();
  readonly #replay = new Replay(this.disk);
  readonly #head = new Head({ last: 0, head: 0, marks: new Map() });
  readonly #fanOut: FanOut;
  readonly #welcome: Welcome;
  readonly #dispatcher: Dispatcher;
  readonly #hangUps: Session[] = [];
  /** What a client found wrong with a frame. */
  readonly #faults: unknown[] = [];
  readonly #curious: Client[] = [];
  /** Closes and new first frames that were asked for since the last commit. */
  #asked = 0;
  #drawn = 0;

  /** `owner`: the short name of the account that makes the room; null: a guest does. */
  constructor(people: readonly string[], capacity: number, owner: string | null = null, vars: RoomVars = {}) {
    this.clients = new Map(people.map((name) => [name, new Client(name)]));
    this.#log = historyOf(this.disk, this.state, this.#journal);
    this.state
      .table(settingsTable)
      .restore(SETTINGS_KEY, readRoomSettings({ MEDIA_ADDRESSES: 'https', ...vars }));
    const clock = { now: () => this.now };
    const meter = new Meter(this.now);
    const catchUp = new CatchUp({
      sessions: this.#sessions,
      replay: this.#replay,
      budget: BUDGET,
      clock,
      told: this.#head,
      latest: (key) => this.state.latestText(key),
      meter,
      dropped: ({ member }) => expect.unreachable(`${member} was too slow`),
      moved: () => {},
      failed: (reason) => {
        throw reason;
      },
    });
    this.#fanOut = new FanOut({ sessions: this.#sessions, head: this.#head, catchUp, meter });
    this.#welcome = new Welcome({
      epoch: EPOCH,
      state: this.state,
      sessions: this.#sessions,
      journal: this.#journal,
      replay: this.#replay,
      log: this.#log,
      meter,
      snapshot: snapshotText,
      welcome: welcomeOf,
    });
    this.#dispatcher = new Dispatcher({
      state: this.state,
      journal: this.#journal,
      clock,
      log: (_level, event, fields) => {
        throw new Error(`the room logged a fault: ${event}`, { cause: fields?.error ?? fields });
      },
      view: this.#log,
      features,
      gate,
      mayHear,
      prepare: this.#prepare,
      isHistory,
      latestChanged: () => {},
      close: ({ member, as }) => {
        this.#asked += 1;
        const meant = member === 'all' ? this.#sessions.all() : [this.#sessions.of(member)];
        for (const session of meant) if (session !== undefined) this.#journal.close(session, as);
      },
      rewelcome: (member) => {
        this.#asked += 1;
        const session = this.#sessions.of(member);
        if (session === undefined) return;
        session.phase = { kind: 'joining', resume: null, token: null };
        this.#journal.join(session);
      },
    });
    this.perform(createRoom, {
      id: 'r_1',
      code: 'abc-defg-hij',
      name: 'Physics',
      hostKeyHash: HOST_KEY,
      fingerprint: null,
      capacity,
      retentionSeconds: 3_600,
      whenEmpty: 'stay',
      policy: {},
      owner: owner === null ? undefined : accountOf(owner).id,
    });
  }

  client(name: string): Client {
    const client = this.clients.get(name);
    if (client === undefined) throw new Error(`nobody is called ${name}`);
    return client;
  }

  row(name: string): Row | undefined {
    return this.state.table(memberTable).get(idOf(name));
  }

  rows(): Row[] {
    return Array.from(this.state.table(memberTable).values());
  }

  /** A number that was not drawn before. */
  draw(): string {
    this.#drawn += 1;
    return String(this.#drawn);
  }

  /** Chance would make a run that can't be repeated; the shell's hash for passcodes would take long. */
  readonly #prepare: Prepare = (t, fields) => {
    if (t === 'passcode.set') {
      const { passcode } = fields as { readonly passcode: string | null };
      const salted = `scrypt$16384$8$1$${'s'.repeat(22)}$`;
      const hash = passcode
        ?.replaceAll(/[^\w-]/gu, '_')
        .slice(0, 43)
        .padEnd(43, '_');
      return { passcode: hash === undefined ? null : `${salted}${hash}` };
    }
    if (t !== 'invite.create') return fields;
    const number = this.draw();
    const drawn = { id: `v_${number.padStart(22, '0')}`, secret: number, hash: number.padStart(43, '0') };
    this.invites.push(drawn);
    return { ...fields, ...drawn };
  };

  perform<F extends object>(command: InternalCommand<F>, fields: F, actor: Actor = SYSTEM): Outcome<Carried> {
    return this.#answered(this.#dispatcher.perform(command, fields, actor));
  }

  /** A command of the protocol, by somebody's name or (null) with the host key. */
  command(by: string | null, t: RoomCommandType, fields: object): Outcome<Carried> {
    const { kind } = commandSpec(t);
    const client = by === null ? undefined : this.client(by);
    const isCounted = kind === 'durable' && client !== undefined;
    const decoded = readCommand({ ...fields, t, ...(isCounted ? { n: client.n + 1 } : {}) });
    if (!decoded.ok) throw new Error(`${t} was made up wrongly: ${JSON.stringify(decoded.error)}`);
    if (isCounted) client.n += 1;
    const actor: Actor = client === undefined ? { kind: 'host-key' } : asMember(client.id);
    const done = this.#dispatcher.command(actor, decoded.command);
    if (kind === 'query') this.#expectNothing(`${t} is a query`);
    return this.#answered(done);
  }

  admit(name: string, shown: Partial<AdmitFields>): Outcome<Carried> {
    const client = this.client(name);
    const isKnown = this.row(name) !== undefined;
    const ticket = `ticket ${this.draw()}`;
    const done = this.perform(admit, {
      member: client.id,
      returning: isKnown,
      name: isKnown ? undefined : name,
      hostKeyHash: undefined,
      account: client.account === null ? undefined : accountOf(client.account),
      ticket,
      address: `address of ${name}`,
      ...shown,
    });
    if (done.ok) client.ticket = ticket;
    return done;
  }

  /** Redeems the ticket; with `resume` from where the client stands. */
  open(name: string, resume: boolean): Outcome<Carried> {
    const client = this.client(name);
    const number = (this.row(name)?.session ?? 0) + 1;
    const { ticket, view } = client;
    const done = this.#dispatcher.perform(
      openSession,
      { member: client.id, ticket: ticket ?? 'none', session: number },
      asMember(client.id),
    );
    if (!done.ok) return this.#answered(done);
    client.ticket = null;
    const sink = {
      send: (text: string) => {
        try {
          if (client.receive(session, text)) this.#curious.push(client);
        } catch (reason) {
          // The engine takes a throw for a socket that is gone.
          this.#faults.push(reason);
        }
      },
      unsent: () => 0,
      close: (code: number) => {
        if (client.session === session) {
          client.session = null;
          if (FINAL.includes(code)) client.forget();
        }
        this.#hangUps.push(session);
      },
    };
    // In the lobby there is nothing to resume.
    const position =
      resume && view !== null && view.waiting === null
        ? { epoch: EPOCH, seq: view.seq, private: view.private }
        : null;
    if (position === null) client.bookmarks = [];
    const session: Session = new Session(client.id, number, sink, {
      kind: 'joining',
      resume: position,
      token: null,
    });
    this.#sessions.replace(session);
    client.session = session;
    this.#journal.join(session);
    return this.#answered(done);
  }

  /** The socket is gone. */
  drop(name: string): void {
    const client = this.client(name);
    const { session } = client;
    if (session === null) return;
    client.session = null;
    this.#hangUp(session);
    this.#commit();
  }

  /** Lets time pass, in seconds; what becomes due happens at its time. */
  pass(seconds: number): void {
    const until = this.now + seconds * 1_000;
    for (;;) {
      const [due] = dueDeadlines(this.state, until);
      if (due === undefined) break;
      const [id, { at, command, data }] = due;
      this.now = Math.max(this.now, at);
      this.state.table(deadlineTable).delete(id);
      this.#dispatcher.performNamed(command, data, SYSTEM);
      this.#commit();
    }
    this.now = until;
  }

  /** Takes out the oldest effect of one of these kinds; its work is the test's. */
  takeEffect(kinds: readonly string[]): { readonly kind: string; readonly data: unknown } | null {
    for (const [id, { kind, data }] of this.state.table(effectTable).entries()) {
      if (!kinds.includes(kind)) continue;
      this.state.table(effectTable).delete(id);
      this.state.takeChanges();
      return { kind, data };
    }
    return null;
  }

  /** What somebody who comes this moment without a past would be shown. */
  shown(client: Client): views.View | null {
    const head = { v: 1, epoch: EPOCH, seq: this.#head.head, private: this.#head.privateOf(client.id) };
    const about = welcomeOf(this.state, client.id, this.#log, { whole: true, hasPrivate: head.private > 0 });
    if (about?.scope !== 'all') return null;
    const snapshot = JSON.parse(snapshotText(this.state, this.#log)) as ReadyFrame['snapshot'];
    const own = { t: 'ready', ...head, recovered: false, acked: 0, latest: this.#latest(), snapshot };
    return views.fromSnapshot({ ...own, ...about.fields } as unknown as ReadyFrame);
  }

  /** What the log makes of an earlier view of theirs. */
  replayed(client: Client, from: views.View): views.View {
    const to = this.#head.privateOf(client.id);
    const { head, last } = this.#head;
    const position = { epoch: EPOCH, seq: from.seq, private: from.private };
    expect(this.#replay.canResume(position, client.id, { epoch: EPOCH, head, last, private: to })).toBe(true);
    const about = welcomeOf(this.state, client.id, this.#log, { whole: false, hasPrivate: to > 0 });
    const own = { t: 'ready', v: 1, ...position, recovered: true, acked: 0, latest: this.#latest() };
    let view = views.resumed(from, { ...own, ...about?.fields } as unknown as ReadyFrame);
    let hasAsked = false;
    const next = (text: string | undefined): void => {
      if (text === undefined) throw new Error('the log has a hole');
      view = applied(view, text);
      hasAsked ||= eventsOf(text).some((event) => views.becameHost(view, event));
    };
    while (view.private < to) next(this.#replay.private(client.id, view.private, view.seq, last)?.text);
    while (view.seq < head) next(this.#replay.next(view.seq, head)?.text);
    if (hasAsked) view = this.#withLobby(client, view);
    return view;
  }

  #latest(): unknown[] {
    return Array.from(this.state.allLatest(), ({ text }) => JSON.parse(text) as unknown);
  }

  /** Nothing is there to be committed: neither state, nor anything to tell, nor anybody to disconnect. */
  #expectNothing(why: string): void {
    const changed = this.state.takeChanges().map(({ table, key }) => `${table} ${key}`);
    const { segments, marks, live, joiners, closes } = this.#journal.isEmpty
      ? { segments: [], marks: new Map(), live: [], joiners: [], closes: [] }
      : this.#journal.take();
    const left = { changed, segments, marks: marks.size, live, joiners: joiners.length, closes };
    expect({ ...left, asked: this.#asked }, why).toEqual({
      changed: [],
      segments: [],
      marks: 0,
      live: [],
      joiners: 0,
      closes: [],
      asked: 0,
    });
  }

  #answered(done: Outcome<Carried>): Outcome<Carried> {
    if (!done.ok) this.#expectNothing(`refused with ${done.error.code}`);
    this.#commit();
    return done;
  }

  #hangUp(session: Session): void {
    session.phase = { kind: 'closed' };
    if (!this.#sessions.isCurrent(session)) return;
    this.#sessions.remove(session);
    this.#dispatcher.perform(dropSession, { member: session.member, session: session.number }, SYSTEM);
  }

  #commit(): void {
    while (!this.#journal.isEmpty || this.#hangUps.length > 0 || this.#curious.length > 0) {
      const batch = this.#journal.take();
      this.#asked = 0;
      this.state.takeChanges();
      checkLobby(batch, this.state, this.#sessions);
      checkJoins(batch);
      this.disk.commit({ ...batch, rows: [], checkpoint: null, trim: null, alarm: null });
      if (batch.rewrites.size > 0) this.#replay.forget();
      const ready = this.#welcome.of(batch);
      // With so few sessions it is done when it returns.
      this.#fanOut.deliver(batch, ready).catch((reason: unknown) => {
        throw reason;
      });
      for (const session of this.#hangUps.splice(0)) this.#hangUp(session);
      for (const client of this.#curious.splice(0))
        if (client.view !== null) client.view = this.#withLobby(client, client.view);
    }
    this.#asked = 0;
    this.state.takeChanges();
    if (this.#faults.length > 0) throw this.#faults[0];
  }

  /** As the SDK does: who becomes host or co-host was not told before who waits. */
  #withLobby(client: Client, view: views.View): views.View {
    const decoded = readCommand({ t: 'lobby.list' });
    if (!decoded.ok) throw new Error('lobby.list has no fields');
    const done = this.#dispatcher.command(asMember(client.id), decoded.command);
    // They may be host no longer.
    if (!done.ok) return view;
    return views.mergeLobby(view, done.value.result as { readonly waiting: Waiting[] });
  }
}

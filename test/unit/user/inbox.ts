import { type DeadlineRow, deadlineTable, dueDeadlines, effectTable } from '../../../src/engine/deadlines.ts';
import { type Carried, Dispatcher } from '../../../src/engine/dispatcher.ts';
import {
  type Actor,
  type Applied,
  asMember,
  type Feature,
  type InternalCommand,
  type InternalEvent,
  type LogView,
  onInternal,
  SYSTEM,
} from '../../../src/engine/feature.ts';
import { Journal } from '../../../src/engine/journal.ts';
import { State } from '../../../src/engine/state.ts';
import type { LinkBatch, LinkTaken } from '../../../src/platform/user-rpc.ts';
import {
  type CommandInput,
  type CommandType,
  type Outcome,
  type Person,
  readCommand,
} from '../../../src/protocol/index.ts';
import { askDevice, dropDevice, openDevice } from '../../../src/user-object/features/devices.ts';
import { setSelf } from '../../../src/user-object/features/self.ts';
import { gate } from '../../../src/user-object/gate.ts';
import { historyOf, isHistory } from '../../../src/user-object/history.ts';
import { resumeLinks } from '../../../src/user-object/links.ts';
import { prepare } from '../../../src/user-object/prepare.ts';
import { features } from '../../../src/user-object/registry.ts';
import { readUserSettings, type UserVars } from '../../../src/user-object/settings.ts';
import { type DeviceRow, deviceTable, SETTINGS_KEY, settingsTable } from '../../../src/user-object/tables.ts';
import { runParked, takeItems } from '../../../src/user-object/take.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { cardOf, deviceId } from './names.ts';

export interface Told {
  readonly t: string;
  readonly [field: string]: unknown;
}

/** The time of a world, in ms. */
export interface Time {
  now: number;
}

/** A person's object whose disk is a map, and without sockets: the engine's own dispatcher under a clock that stands still. */
export class Inbox {
  readonly name: string;
  readonly state = new State();
  readonly journal = new Journal({ last: 0, head: 0, marks: new Map(), sinceCheckpoint: 0 });
  /** What was taken so far. */
  readonly disk = new MemoryLog();
  readonly view: LogView;
  /** How the person's name and picture stand; `change` tells their object. */
  card: Person;
  /** Warnings of the log: what came from others and was not done. */
  readonly warnings: object[] = [];
  readonly #time: Time;
  readonly #dispatcher: Dispatcher;
  readonly #closes: string[] = [];
  readonly #listeners = new Map<string, ((event: never) => unknown)[]>();

  constructor(name: string, vars: UserVars = {}, time: Time = { now: 1_700_000_000_000 }) {
    this.name = name;
    this.card = cardOf(name);
    this.#time = time;
    this.view = historyOf(this.disk, this.state, this.journal);
    this.state.table(settingsTable).restore(SETTINGS_KEY, readUserSettings(vars));
    this.#dispatcher = new Dispatcher({
      state: this.state,
      journal: this.journal,
      clock: { now: () => this.now },
      log: this.log,
      view: this.view,
      features: [...features, this.#ear()],
      gate,
      prepare,
      isHistory,
      latestChanged: () => {},
      rewelcome: (device) => this.#closes.push(`${device} rewelcome`),
      close: ({ member, as }) => this.#closes.push(`${member} ${as}`),
    });
    this.perform(setSelf, { person: this.card });
    this.take();
  }

  /** Hears an internal event from here on. */
  listen<Fields extends object>(
    event: InternalEvent<Fields>,
    hear: (fields: Fields & Applied) => unknown,
  ): void {
    this.#listeners.set(event.t, [...(this.#listeners.get(event.t) ?? []), hear]);
  }
  /** A feature that reacts to whatever somebody listens to. */
  #ear(): Feature {
    const declared = features.flatMap(({ internalEvents }) => internalEvents ?? []);
    return {
      name: 'ear',
      tables: [],
      commands: {},
      apply: [],
      on: declared.map((event) =>
        onInternal(event, (_context, fields) => {
          for (const hear of this.#listeners.get(event.t) ?? []) hear(fields as never);
          return {};
        }),
      ),
    };
  }

  get now(): number {
    return this.#time.now;
  }
  get id(): string {
    return this.card.id;
  }

  /** A fault of ours ends the test. */
  readonly log = (level: string, event: string, fields?: object): void => {
    if (level === 'error') throw new Error(`the object logged ${event}`, { cause: fields });
    this.warnings.push({ event, ...fields });
  };

  perform<Fields extends object>(
    command: InternalCommand<Fields>,
    fields: Fields,
    actor: Actor = SYSTEM,
  ): Outcome<Carried> {
    return this.#dispatcher.perform(command, fields, actor);
  }
  performAsSystem<Fields extends object>(command: InternalCommand<Fields>, fields: Fields): Outcome<Carried> {
    return this.perform(command, fields);
  }
  performNamed(name: string, fields: object): Outcome<Carried> {
    return this.#dispatcher.performNamed(name, fields, SYSTEM);
  }

  /** Runs a command of one of the devices, by its short name, through schema and gate. */
  command<T extends CommandType>(
    device: string,
    input: { readonly t: T; readonly n?: number } & CommandInput<T>,
  ): Outcome<Carried> {
    const decoded = readCommand(input);
    if (!decoded.ok) return decoded;
    return this.#dispatcher.command(asMember(deviceId(device)), decoded.command);
  }

  /** Asks for a ticket for a device. Its secret is `ticket <device>`. */
  ask(device: string): Outcome<Carried> {
    return this.perform(askDevice, {
      device: deviceId(device),
      ticket: `ticket ${device}`,
      login: `l_${device}`,
    });
  }
  /** Redeems a ticket. */
  open(device: string, ticket = `ticket ${device}`): Outcome<Carried> {
    const session = (this.device(device)?.session ?? 0) + 1;
    return this.perform(
      openDevice,
      { device: deviceId(device), ticket, session },
      asMember(deviceId(device)),
    );
  }
  /** A device connects, or connects again. */
  connect(device: string): void {
    for (const done of [this.ask(device), this.open(device)])
      if (!done.ok) throw new Error(`${device} did not get in: ${done.error.code}`);
  }
  /** The device's socket is gone: the newest session's, or that of the number given. */
  drop(device: string, session = this.device(device)?.session ?? 0): Outcome<Carried> {
    return this.perform(dropDevice, { device: deviceId(device), session });
  }
  device(device: string): Readonly<DeviceRow> | undefined {
    return this.state.table(deviceTable).get(deviceId(device));
  }

  /** Their name or picture changes. */
  change(to: Partial<Person>): void {
    this.card = { ...this.card, ...to };
    this.perform(setSelf, { person: this.card });
  }

  /** What another person's object brings. */
  takeItems(from: Person, batch: LinkBatch): Outcome<LinkTaken> {
    return takeItems(this, from, batch);
  }
  /** It wakes. */
  wake(): void {
    resumeLinks(this.state, this.now);
    runParked(this, this.now);
  }

  /** Lets time pass, in seconds; what becomes due happens at its time. Answers the commands that ran. */
  pass(seconds: number): string[] {
    const until = this.now + seconds * 1_000;
    const ran: string[] = [];
    for (;;) {
      const [due] = dueDeadlines(this.state, until);
      if (due === undefined) break;
      this.#time.now = Math.max(this.now, due[1].at);
      ran.push(this.runDeadline(...due));
    }
    this.#time.now = until;
    return ran;
  }

  runDeadline(id: string, { command, data }: Readonly<DeadlineRow>): string {
    this.state.table(deadlineTable).delete(id);
    this.performNamed(command, data);
    return command;
  }

  deadlines(): Record<string, number> {
    return Object.fromEntries(
      Array.from(this.state.table(deadlineTable).entries(), ([id, { at }]) => [id, (at - this.now) / 1_000]),
    );
  }

  /** Kinds of what is to be done outside. */
  effects(): string[] {
    return Array.from(this.state.table(effectTable).values(), ({ kind }) => kind);
  }
  /** The data of what is to be carried out, of one kind. */
  effectsOf(kind: string): unknown[] {
    return Array.from(this.state.table(effectTable).values())
      .filter((effect) => effect.kind === kind)
      .map(({ data }) => data);
  }
  /** As if all effects of a kind had been carried out. Answers their data. */
  carriedOut(kind: string): unknown[] {
    const table = this.state.table(effectTable);
    const done = Array.from(table.entries()).filter(([, effect]) => effect.kind === kind);
    for (const [id] of done) table.delete(id);
    return done.map(([, { data }]) => data);
  }

  /** Commits. Everything that was told since the last call, and which devices are to be disconnected. */
  take(): { readonly told: Told[]; readonly closes: string[] } {
    const { segments, marks, rewrites, live } = this.journal.take();
    this.disk.commit({ segments, marks, rows: [], rewrites, checkpoint: null, trim: null, alarm: null });
    const texts = [
      ...segments.flatMap((segment) => [segment.public, ...segment.privateEvents.map(({ text }) => text)]),
      ...live.map(({ text }) => text),
    ];
    return {
      told: texts.filter((text) => text !== '').flatMap((text) => JSON.parse(`[${text}]`) as Told[]),
      closes: this.#closes.splice(0),
    };
  }
  /** The names of everything that was told since the last call. */
  told(): string[] {
    return this.take().told.map(({ t }) => t);
  }

  /** The snapshot, as the features make it. */
  snapshot(): Record<string, unknown> {
    return Object.assign({}, ...features.map(({ snapshot }) => snapshot?.(this.state) ?? {}));
  }
  /** What the first frame says to one device alone, as the features make it. */
  own(device: string): Record<string, unknown> {
    return Object.assign({}, ...features.map(({ own }) => own?.(this.state, deviceId(device)) ?? {}));
  }

  /** All rows of some tables, for comparing before and after. */
  everything(...tables: readonly { readonly name: string }[]): string {
    const all = [...features.flatMap((feature) => feature.tables), deadlineTable, effectTable, ...tables];
    return JSON.stringify(
      all.map(({ name }) => Array.from(this.state.table<object, never>({ name }).entries())),
    );
  }
}

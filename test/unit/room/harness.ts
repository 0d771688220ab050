import { type DeadlineRow, deadlineTable, dueDeadlines, effectTable } from '../../../src/engine/deadlines.ts';
import { type Carried, Dispatcher } from '../../../src/engine/dispatcher.ts';
import {
  type Actor,
  asMember,
  type InternalCommand,
  type LogView,
  SYSTEM,
} from '../../../src/engine/feature.ts';
import { Journal } from '../../../src/engine/journal.ts';
import { State } from '../../../src/engine/state.ts';
import type { KnownAccount } from '../../../src/platform/room-rpc.ts';
import type { CommandInput, CommandType, ErrorCode, Outcome } from '../../../src/protocol/index.ts';
import { readCommand } from '../../../src/protocol/index.ts';
import { accountTable } from '../../../src/room-object/account-rows.ts';
import { admit } from '../../../src/room-object/features/admission.ts';
import { type CreateFields, createRoom } from '../../../src/room-object/features/lifecycle.ts';
import { dropSession, openSession } from '../../../src/room-object/features/roster.ts';
import { gate, mayHear } from '../../../src/room-object/gate.ts';
import { historyOf, isHistory } from '../../../src/room-object/history.ts';
import { prepare } from '../../../src/room-object/prepare.ts';
import { features } from '../../../src/room-object/registry.ts';
import { type RoomVars, readRoomSettings } from '../../../src/room-object/settings.ts';
import { type MemberRow, memberTable, SETTINGS_KEY, settingsTable } from '../../../src/room-object/tables.ts';
import { MemoryLog } from '../../support/memory-log.ts';

/** Stands for the hash of the right host key. */
export const HOST_KEY = 'h'.repeat(43);

/** An id by a short name: `idOf('ada')`. */
export const idOf = (name: string): string => `m_${name.padEnd(22, '_')}`;

/** An account by a short name, as the Worker vouches for it. */
export const accountOf = (name: string): KnownAccount => ({
  id: `a_${name.padEnd(22, '_')}`,
  name: `${name} as registered`,
  avatar: `/v1/avatars/${name.padEnd(22, '_')}`,
});

export interface Told {
  readonly t: string;
  readonly [field: string]: unknown;
}

/** A room whose disk is a map, and without sockets: the engine's own dispatcher under a clock that stands still. */
export class Room {
  readonly state = new State();
  readonly journal: Journal;
  /** What was taken so far. */
  readonly disk = new MemoryLog();
  readonly view: LogView;
  now = 1_700_000_000_000;
  readonly #dispatcher: Dispatcher;
  readonly #closes: string[] = [];

  /** `people`: those with an account have objects of their own, which are told of the room. */
  constructor(
    create: Partial<CreateFields> = {},
    vars: RoomVars = {},
    { people = false }: { readonly people?: boolean } = {},
  ) {
    this.journal = new Journal({ last: 0, head: 0, marks: new Map(), sinceCheckpoint: 0 });
    this.view = historyOf(this.disk, this.state, this.journal);
    this.state.table(settingsTable).restore(SETTINGS_KEY, readRoomSettings(vars, people));
    this.#dispatcher = new Dispatcher({
      state: this.state,
      journal: this.journal,
      clock: { now: () => this.now },
      log: (_level, _event, fields) => {
        throw new Error('the room logged a fault', { cause: fields });
      },
      view: this.view,
      features,
      gate,
      mayHear,
      prepare,
      isHistory,
      latestChanged: () => {},
      rewelcome: (member) => this.#closes.push(`${member} rewelcome`),
      close: ({ member, as }) => this.#closes.push(`${member} ${as}`),
    });
    const fields: CreateFields = {
      id: 'r_1',
      code: 'abc-defg-hij',
      name: 'Physics',
      hostKeyHash: HOST_KEY,
      fingerprint: null,
      capacity: undefined,
      retentionSeconds: undefined,
      whenEmpty: undefined,
      policy: {},
      ...create,
    };
    this.perform(createRoom, fields);
    this.take();
  }

  perform<Fields extends object>(
    command: InternalCommand<Fields>,
    fields: Fields,
    actor: Actor = SYSTEM,
  ): Outcome<Carried> {
    return this.#dispatcher.perform(command, fields, actor);
  }

  performNamed(name: string, fields: object): Outcome<Carried> {
    return this.#dispatcher.performNamed(name, fields, SYSTEM);
  }

  /** Runs a command of a member (by their short name) or of whoever holds the host key, through schema and gate. */
  command<T extends CommandType>(
    by: string | { readonly kind: 'host-key' },
    input: { readonly t: T; readonly n?: number } & CommandInput<T>,
  ): Outcome<Carried> {
    const decoded = readCommand(input);
    if (!decoded.ok) return decoded;
    return this.#dispatcher.command(typeof by === 'string' ? asMember(idOf(by)) : by, decoded.command);
  }

  /** Asks for a seat. The ticket's secret is `ticket <name>`. */
  admit(
    name: string,
    {
      hostKey,
      returning = false,
      address = null,
      inviteHash,
      proven,
      account,
    }: {
      hostKey?: string;
      /** Whose device it is, by short name. */
      account?: string;
      returning?: boolean;
      address?: string | null;
      inviteHash?: string;
      proven?: string;
    } = {},
  ): Outcome<Carried> {
    return this.perform(admit, {
      member: idOf(name),
      returning,
      name: returning ? undefined : name,
      hostKeyHash: hostKey,
      inviteHash,
      proven,
      account: account === undefined ? undefined : accountOf(account),
      ticket: `ticket ${name}`,
      address,
    });
  }

  /** Redeems a ticket. */
  open(name: string, ticket = `ticket ${name}`): Outcome<Carried> {
    const session = (this.member(name)?.session ?? 0) + 1;
    return this.perform(openSession, { member: idOf(name), ticket, session }, asMember(idOf(name)));
  }

  /** Comes in, or comes back. */
  enter(name: string, options: Parameters<Room['admit']>[1] = {}): void {
    for (const done of [this.admit(name, options), this.open(name)])
      if (!done.ok) throw new Error(`${name} did not get in: ${done.error.code}`);
  }

  /** The socket is gone: the newest session's, or that of the number given. */
  drop(name: string, session = this.member(name)?.session ?? 0): Outcome<Carried> {
    return this.perform(dropSession, { member: idOf(name), session });
  }

  member(name: string): Readonly<MemberRow> | undefined {
    return this.state.table(memberTable).get(idOf(name));
  }

  /** Lets time pass, in seconds; what becomes due happens at its time. Answers the commands that ran. */
  pass(seconds: number): string[] {
    const until = this.now + seconds * 1_000;
    const ran: string[] = [];
    for (;;) {
      const [due] = dueDeadlines(this.state, until);
      if (due === undefined) break;
      const [id, { at, command, data }] = due;
      this.now = Math.max(this.now, at);
      this.state.table(deadlineTable).delete(id);
      this.#dispatcher.performNamed(command, data, SYSTEM);
      ran.push(command);
    }
    this.now = until;
    return ran;
  }

  deadlines(): Record<string, DeadlineRow['at']> {
    return Object.fromEntries(
      Array.from(this.state.table(deadlineTable).entries(), ([id, { at }]) => [id, (at - this.now) / 1_000]),
    );
  }

  effects(): string[] {
    return Array.from(this.state.table(effectTable).values(), ({ kind }) => kind);
  }

  /** Commits. Everything that was told since the last call, public events first, and who is to be disconnected. */
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

  /** All state, for comparing before and after. */
  everything(): string {
    return JSON.stringify(
      [
        memberTable,
        accountTable,
        deadlineTable,
        effectTable,
        { name: 'room' },
        { name: 'stays' },
        { name: 'images' },
      ].map((table) => Array.from(this.state.table<object, never>({ name: table.name }).entries())),
    );
  }
}

export const refused = (code: ErrorCode) => ({ ok: false, error: { code } }) as const;

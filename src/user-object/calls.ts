import type { Engine, Taken } from '../engine/engine.ts';
import { asMember, type InternalCommand } from '../engine/feature.ts';
import type { Inbound } from '../engine/inbound.ts';
import { randomId } from '../platform/codes.ts';
import type { RoomNews } from '../platform/room-news.ts';
import type { CommandOutcome } from '../platform/room-rpc.ts';
import type {
  DeviceOpened,
  EndedLogins,
  LinkBatch,
  LinkTaken,
  PresenceNews,
  Visible,
} from '../platform/user-rpc.ts';
import {
  type Command,
  commandSpec,
  fail,
  type MyGroupsResponse,
  type Outcome,
  type Person,
  succeed,
} from '../protocol/index.ts';
import { contactsOf } from './contact-rows.ts';
import { introduce } from './features/contacts.ts';
import { askDevice, signOut } from './features/devices.ts';
import { expectFarewell, removeSelf, setSelf } from './features/self.ts';
import { myGroups } from './group-rows.ts';
import type { Host } from './host.ts';
import { hear } from './news.ts';
import { blockedTable, deviceTable, isRemoved, theSelf } from './tables.ts';
import { takeItems } from './take.ts';

/** The calls to a person's object that exists. Each answers after the commit of what it did. */
export class UserCalls {
  readonly #engine: Engine;
  readonly #inbound: Inbound;
  readonly #host: Host;

  constructor(engine: Engine, inbound: Inbound, host: Host) {
    this.#engine = engine;
    this.#inbound = inbound;
    this.#host = host;
  }

  async openDevice(me: Person, known: string | null, login: string | null): Promise<Outcome<DeviceOpened>> {
    if (this.#isRemoved) return this.#gone();
    const { state } = this.#engine;
    const before = known !== null && state.table(deviceTable).has(known) ? known : null;
    const limited =
      before === null ? this.#inbound.limit('new devices', 'control') : this.#inbound.mayReturn(before);
    if (limited !== null) return { ok: false, error: limited };
    const device = before ?? randomId('d_');
    const ticket = randomId('');
    this.#engine.performAsSystem(setSelf, { person: me });
    const done = this.#engine.performAsSystem(askDevice, { device, ticket, login });
    await this.#engine.settled();
    if (!done.ok) return done;
    const held = state.table(deviceTable).get(device)?.ticket;
    // Many new ones came while it was written.
    if (held?.secret !== ticket) return fail('busy');
    return succeed({ device, ticket: `${device}.${ticket}`, ticketExpiresAt: held.expiresAt });
  }

  async run(device: string, command: Command): Promise<Outcome<CommandOutcome>> {
    if (this.#isRemoved) return this.#gone();
    const spec = commandSpec(command.t);
    // What is unknown here must not get a bucket of its own.
    if (!this.#engine.state.table(deviceTable).has(device)) return fail('device_unknown');
    const limited = this.#inbound.limitCommand(device, spec.rate);
    if (limited !== null) return { ok: false, error: limited };
    const actor = asMember(device);
    const done: Outcome<Taken> =
      spec.kind === 'query'
        ? await new Promise((resolve) => this.#engine.query(actor, command, resolve))
        : this.#engine.command(actor, command);
    await this.#engine.settled();
    return done.ok ? succeed({ ...(command.n === undefined ? {} : { n: command.n }), ...done.value }) : done;
  }

  groups(): Promise<Outcome<MyGroupsResponse>> {
    return new Promise((resolve) => {
      const { state } = this.#engine;
      this.#engine.consistent(() => succeed({ groups: myGroups(state) }), resolve);
    });
  }
  async introduce(person: Person): Promise<Outcome<null>> {
    return this.#isRemoved ? this.#gone() : this.#perform(introduce, { person });
  }
  /** Contacts and blocked people, as they are on disk. */
  visible(): Promise<Outcome<Visible>> {
    const { state } = this.#engine;
    return new Promise((resolve) =>
      this.#engine.consistent(
        () => succeed({ contacts: contactsOf(state), blocked: Array.from(state.table(blockedTable).keys()) }),
        resolve,
      ),
    );
  }
  async changed(me: Person): Promise<Outcome<null>> {
    return this.#isRemoved ? succeed(null) : this.#perform(setSelf, { person: me });
  }
  signedOut(which: EndedLogins): Promise<Outcome<null>> {
    return this.#perform(signOut, which);
  }
  expectFarewell(): Promise<Outcome<null>> {
    return this.#perform(expectFarewell, {});
  }
  remove(): Promise<Outcome<null>> {
    return this.#perform(removeSelf, {});
  }

  async take(from: Person, batch: LinkBatch): Promise<Outcome<LinkTaken>> {
    if (this.#isRemoved) return succeed({ gone: true });
    const engine = this.#engine;
    const done = takeItems(
      {
        state: engine.state,
        log: this.#host.log,
        performAsSystem: (command, fields) => engine.performAsSystem(command, fields),
        performNamed: (name, fields) => engine.performNamed(name, fields),
      },
      from,
      batch,
    );
    await engine.settled();
    return done;
  }

  /** Nothing is promised, and nobody waits for it. */
  seen(from: string, news: PresenceNews): void {
    this.#engine.performNamed('presence.seen', { from, news });
  }

  async told(news: RoomNews): Promise<Outcome<null>> {
    if (this.#isRemoved) return succeed(null);
    const done = hear(this.#engine, news);
    await this.#engine.settled();
    return done.ok ? succeed(null) : done;
  }

  get #isRemoved(): boolean {
    return isRemoved(this.#engine.state);
  }

  /** People of the provider may come again, as soon as nothing is left of what was deleted. */
  #gone(): Outcome<never> {
    return fail(theSelf(this.#engine.state).userName === null ? 'busy' : 'login_required');
  }

  async #perform<Fields extends object>(
    command: InternalCommand<Fields>,
    fields: Fields,
  ): Promise<Outcome<null>> {
    const done = this.#engine.performAsSystem(command, fields);
    await this.#engine.settled();
    return done.ok ? succeed(null) : done;
  }
}

import type { RoomConnection } from '../../../src/client/index.ts';
import type { Policy, Rights, Role, RoomEvent } from '../../../src/protocol/index.ts';
import { OFFERED, type Offered } from './host/offered.ts';

/** Something that happened and is worth a line between the messages. `at` is the server's time in ms. */
export type Notice = { readonly id: number; readonly at: number } & NoticeContent;
export type NoticeContent =
  | {
      readonly kind: 'joined' | 'left' | 'lost' | 'sentOut' | 'putOut' | 'enrolled' | 'ceased';
      readonly names: readonly string[];
    }
  | { readonly kind: 'renamed'; readonly was: string; readonly name: string }
  | {
      readonly kind: 'opened' | 'locked' | 'granted' | 'denied' | 'asRoom';
      readonly permissions: readonly Offered[];
    }
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'roomRenamed' | 'called' | 'newHost'; readonly name: string }
  | { readonly kind: 'pollOpened' | 'pollClosed'; readonly question: string }
  | { readonly kind: 'announced'; readonly from: string; readonly text: string };

/** What is needed of a room's connection. */
type WatchedRoom = Pick<RoomConnection, 'state' | 'subscribe' | 'on'>;

/** Lines kept: a day of coming and going must not grow for ever. */
const NOTICES_KEPT = 500;

const WENT: Readonly<Record<string, 'lost' | 'sentOut' | 'putOut'>> = {
  timeout: 'lost',
  lobby: 'sentOut',
  removed: 'putOut',
};

const changed = (before: Policy, after: Policy, open: boolean): Offered[] =>
  OFFERED.filter((flag) => before[flag] !== after[flag] && after[flag] === open);

/** What the room's state does not keep: who came, went and changed while this page was open. */
export class Activity {
  readonly #room: WatchedRoom;
  readonly #isGroup: boolean;
  /** Names as they were before the event that is being heard, so that a line can tell what somebody was called. */
  readonly #names = new Map<string, string>();
  /** Accounts of those who are here, by member id: another device of somebody is nobody who comes or goes. */
  readonly #accounts = new Map<string, string>();
  /** Names of those who were enrolled in the group while it was open, by account. */
  readonly #enrolled = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  readonly #stops: (() => void)[];
  #notices: readonly Notice[] = [];
  #policy: Policy;
  #rights: Rights;
  #roomName: string;
  #met: ReadonlyMap<string, string> | null = null;
  #next = 1;

  /** `isGroup`: coming and going is opening and closing then, and no news; belonging to it is. */
  constructor(room: WatchedRoom, isGroup = false) {
    this.#room = room;
    this.#isGroup = isGroup;
    this.#policy = room.state.policy;
    this.#rights = room.state.self.rights;
    this.#roomName = room.state.room.name;
    this.#meet();
    this.#count();
    this.#stops = [
      room.subscribe(() => this.#meet()),
      room.on('event', (event) => this.#hear(event)),
      room.on('resync', () => this.#restart()),
      // In the lobby nothing was known of the room.
      room.on('connection', ({ status }) => {
        if (status === 'online') this.#restart();
      }),
    ];
  }

  get notices(): readonly Notice[] {
    return this.#notices;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /** Notes new faces. Those that are known change their names by events only. */
  #meet(): void {
    const { names } = this.#room.state;
    if (names === this.#met) return;
    this.#met = names;
    for (const [id, name] of names) if (!this.#names.has(id)) this.#names.set(id, name);
  }

  #count(): void {
    this.#accounts.clear();
    for (const { id, account } of this.#room.state.members.values())
      if (account !== null) this.#accounts.set(id, account);
  }

  /** Whether an account is here with another device than this one. */
  #isElsewhere(account: string | null, device: string): boolean {
    if (account === null) return false;
    for (const [id, other] of this.#accounts) if (other === account && id !== device) return true;
    return false;
  }

  #nameOfAccount(account: string): string | null {
    for (const [id, other] of this.#accounts) if (other === account) return this.#names.get(id) ?? null;
    return null;
  }

  #restart(): void {
    this.#count();
    const { names, policy, self, room } = this.#room.state;
    for (const [id, name] of names) this.#names.set(id, name);
    this.#policy = policy;
    this.#rights = self.rights;
    this.#roomName = room.name;
  }

  #note(at: number, content: NoticeContent): void {
    const notice: Notice = { id: this.#next, at, ...content };
    this.#next += 1;
    this.#notices = [...this.#notices.slice(1 - NOTICES_KEPT), notice];
    for (const listener of this.#listeners) listener();
  }

  #hear(event: RoomEvent): void {
    switch (event.t) {
      case 'member.joined': {
        const { id, name, account } = event.member;
        this.#names.set(id, name);
        if (!this.#isGroup && id !== this.#room.state.self.id && !this.#isElsewhere(account, id))
          this.#note(event.at, { kind: 'joined', names: [name] });
        if (account !== null) this.#accounts.set(id, account);
        break;
      }
      case 'member.left': {
        const name = this.#names.get(event.member);
        const account = this.#accounts.get(event.member) ?? null;
        this.#accounts.delete(event.member);
        if (!this.#isGroup && name !== undefined && !this.#isElsewhere(account, event.member))
          this.#note(event.at, { kind: WENT[event.reason] ?? 'left', names: [name] });
        break;
      }
      case 'member.renamed': {
        const was = this.#names.get(event.member);
        this.#names.set(event.member, event.name);
        if (was !== undefined && was !== event.name)
          this.#note(event.at, { kind: 'renamed', was, name: event.name });
        break;
      }
      case 'policy.changed':
        this.#hearPolicy(event);
        break;
      case 'rights.changed':
        if (event.member === this.#room.state.self.id) this.#hearRights(event);
        break;
      case 'role.changed':
        if (event.member === this.#room.state.self.id)
          this.#note(event.at, { kind: 'role', role: event.role });
        break;
      case 'room.updated':
        if (event.name !== this.#roomName) this.#note(event.at, { kind: 'roomRenamed', name: event.name });
        this.#roomName = event.name;
        break;
      case 'hand.called':
      case 'host.changed': {
        // The host as before, with another device.
        if (event.t === 'host.changed' && event.reason === 'device') break;
        const name = this.#names.get(event.member);
        if (name !== undefined)
          this.#note(event.at, { kind: event.t === 'hand.called' ? 'called' : 'newHost', name });
        break;
      }
      case 'group.enrolled':
        this.#enrolled.set(event.person.id, event.person.name);
        this.#note(event.at, { kind: 'enrolled', names: [event.person.name] });
        break;
      case 'group.left': {
        const name = this.#enrolled.get(event.account) ?? this.#nameOfAccount(event.account);
        if (name !== null) this.#note(event.at, { kind: 'ceased', names: [name] });
        break;
      }
      case 'poll.opened':
        this.#note(event.at, { kind: 'pollOpened', question: event.question });
        break;
      case 'poll.closed': {
        const question = this.#room.state.polls.all.get(event.poll)?.question;
        if (question !== undefined) this.#note(event.at, { kind: 'pollClosed', question });
        break;
      }
      case 'room.announced':
        this.#note(event.at, { kind: 'announced', from: event.from ?? '', text: event.text });
        break;
      default:
    }
  }

  #hearPolicy({ at, policy }: RoomEvent<'policy.changed'>): void {
    const opened = changed(this.#policy, policy, true);
    const locked = changed(this.#policy, policy, false);
    this.#policy = policy;
    if (opened.length > 0) this.#note(at, { kind: 'opened', permissions: opened });
    if (locked.length > 0) this.#note(at, { kind: 'locked', permissions: locked });
  }

  #hearRights({ at, rights }: RoomEvent<'rights.changed'>): void {
    const before = this.#rights;
    this.#rights = rights;
    const differing = OFFERED.filter((flag) => before[flag] !== rights[flag]);
    for (const kind of ['granted', 'denied', 'asRoom'] as const) {
      const permissions = differing.filter((flag) => (rights[flag] ?? 'asRoom') === kind);
      if (permissions.length > 0) this.#note(at, { kind, permissions });
    }
  }
}

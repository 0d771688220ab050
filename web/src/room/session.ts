import {
  joinRoom,
  ParleyError,
  type RoomConnection,
  reopenRoom,
  roomStatus,
} from '../../../src/client/index.ts';
import type { StatusResponse } from '../../../src/protocol/index.ts';
import { accounts } from '../account/accounts.ts';
import { readInviteSecret } from '../app/routes.ts';
import { Activity } from './activity.ts';
import { takeIntent } from './intent.ts';
import { canHoldSeats, holdSeat, isSeatHeld } from './seat-lock.ts';
import { hostKeys, hostPasses, inviteSecrets, lastGuests, lastName, memberTokens } from './storage.ts';

/** Where somebody stands with a room, from looking at its door to being inside. */
export type Phase =
  | { readonly at: 'looking' }
  | {
      readonly at: 'door';
      readonly status: StatusResponse | null;
      readonly refusal: unknown;
      readonly joining: boolean;
      /** Another tab of this browser is in the room. */
      readonly elsewhere: boolean;
    }
  | { readonly at: 'coming' }
  | {
      readonly at: 'inside';
      readonly room: RoomConnection;
      readonly activity: Activity;
      readonly newHostKey: string | null;
      freeSeat(): void;
    };

/** What a host shows who is not inside. */
interface HostPass {
  /** The host key, or the token. */
  readonly bearer: string;
  /** Of the host that this tab was. */
  readonly token: string | null;
  readonly mayReopen: boolean;
}

interface Credentials {
  readonly name?: string;
  readonly hostKey?: string;
  readonly token?: string;
  readonly passcode?: string;
  readonly invite?: string;
}

/** Refusals after which a kept seat is worth nothing. */
const SEAT_LOST: ReadonlySet<string> = new Set([
  'token_invalid',
  'member_gone',
  'room_ended',
  'room_not_found',
]);
/** Refusals that only say that the seat is gone: the door is shown as to anybody. */
const QUIET: ReadonlySet<string> = new Set(['token_invalid', 'member_gone']);

const codeOf = (error: unknown): string => (error instanceof ParleyError ? error.code : '');

/** The name of an account is kept with the account, and not for the next guest of this browser. */
function rememberGuest(name: string): void {
  if (accounts.current === null) lastName.set(name);
}

/** One room in one tab: finds out what is there, goes in, comes back. Held outside React, which only shows it. */
export class Session {
  readonly code: string;
  #phase: Phase = { at: 'looking' };
  readonly #listeners = new Set<() => void>();
  /** Answers to attempts that are no longer the newest are dropped. */
  #attempt = 0;

  constructor(code: string) {
    this.code = code;
  }

  get phase(): Phase {
    return this.#phase;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #show(phase: Phase): void {
    this.#phase = phase;
    for (const listener of this.#listeners) listener();
  }

  start(): void {
    const intent = takeIntent(this.code);
    const token = memberTokens.get(this.code);
    const invite = intent?.invite ?? this.#takeInvite();
    // Who has a seat in this tab comes back to it.
    if (intent !== null && token === null) void this.#enter(intent, intent.hostKey ?? null);
    else if (token !== null) void this.#enter({ token, ...(invite === null ? {} : { invite }) });
    else void this.look();
  }

  /** The secret in the address is kept for this tab, and goes out of the address, from where it might be passed on. */
  #takeInvite(): string | null {
    const invite = readInviteSecret(location.hash);
    if (invite === null) return null;
    inviteSecrets.set(this.code, invite);
    history.replaceState(history.state, '', location.pathname);
    return invite;
  }

  /** Asks what anybody with the code may know. */
  async look(refusal: unknown = null): Promise<void> {
    const attempt = ++this.#attempt;
    if (this.#phase.at !== 'door') this.#show({ at: 'looking' });
    const door = await roomStatus({ code: this.code }).then(
      (status) => ({ status, refusal }),
      (error: unknown) => ({ status: null, refusal: error }),
    );
    const elsewhere = await isSeatHeld(this.code);
    if (attempt === this.#attempt) this.#show({ at: 'door', joining: false, elsewhere, ...door });
  }

  /**
   * Goes in by the door; with a host key as the host, with an invitation where this tab has one. A guest who has closed
   * their tab comes back under their name as who they were: what they had begun, such as an upload, is theirs.
   */
  async join(name: string, hostKey: string | null, passcode = ''): Promise<void> {
    rememberGuest(name);
    const invite = hostKey === null ? inviteSecrets.get(this.code) : null;
    const token = await this.#lastGuest(name);
    return this.#enter({
      name,
      ...(token === null ? {} : { token }),
      ...(hostKey === null ? {} : { hostKey }),
      ...(passcode === '' ? {} : { passcode }),
      ...(invite === null ? {} : { invite }),
    });
  }

  /** The token of the guest of this name who was here last; null: there was none, or another tab may be them still. */
  async #lastGuest(name: string): Promise<string | null> {
    const [token = '', ...names] = (lastGuests.get(this.code) ?? '').split(' ');
    if (accounts.current !== null || names.join(' ') !== name.trim() || !canHoldSeats()) return null;
    return (await isSeatHeld(this.code)) ? null : token;
  }

  /** Goes in again after the connection was closed for good: in the same seat where there still is one. */
  comeBack(): Promise<void> {
    const token = memberTokens.get(this.code);
    if (token !== null) return this.#enter({ token });
    if (this.#phase.at !== 'inside') return this.look();
    const { self } = this.#phase.room.state;
    return this.join(self.name, self.role === 'host' ? hostKeys.get(this.code) : null);
  }

  /** What shows that this browser is a host of the room when nobody is let in any more; null: it is none. */
  get pass(): HostPass | null {
    const inside = this.#phase.at === 'inside' ? this.#phase.room : null;
    const [role = '', token = null] =
      inside === null
        ? (hostPasses.get(this.code)?.split(' ') ?? [])
        : [inside.state.self.role, inside.token];
    const hostKey = hostKeys.get(this.code);
    const bearer = hostKey ?? token;
    return bearer === null ? null : { bearer, token, mayReopen: hostKey !== null || role === 'host' };
  }

  /** Opens the ended room again, as its host; who was inside comes back, who stands at the door sees it open. */
  async reopen(): Promise<void> {
    const { pass } = this;
    if (pass === null) return;
    await reopenRoom({ code: this.code, bearer: pass.bearer });
    const { token } = pass;
    if (token === null) return this.look();
    memberTokens.set(this.code, token);
    return this.comeBack();
  }

  async #enter(credentials: Credentials, newHostKey: string | null = null): Promise<void> {
    const attempt = ++this.#attempt;
    const before = this.#phase;
    this.#close();
    this.#show(before.at === 'door' ? { ...before, joining: true, refusal: null } : { at: 'coming' });
    // A seat is kept for whoever took it, whoever is logged in now.
    const account = credentials.token === undefined ? { account: accounts } : {};
    const joined = await joinRoom({ code: this.code, ...account, ...credentials }).then(
      (room) => ({ room }),
      (error: unknown) => ({ error }),
    );
    if (attempt !== this.#attempt) {
      if ('room' in joined) joined.room.close();
      return;
    }
    if ('error' in joined) return this.#refused(joined.error, credentials);
    this.#keep(joined.room, credentials);
    this.#show({
      at: 'inside',
      room: joined.room,
      activity: new Activity(joined.room),
      newHostKey,
      freeSeat: holdSeat(this.code),
    });
  }

  #keep(room: RoomConnection, { hostKey }: Credentials): void {
    if (hostKey !== undefined) hostKeys.set(this.code, hostKey);
    // The browser's other tabs are told of each change, so it is written only when it is one.
    let told: string | null = null;
    const who = accounts.current?.account.id;
    const remember = () => {
      // Whoever has logged out meanwhile has left nothing behind, and leaves nothing now.
      if (who !== undefined && accounts.current?.account.id !== who) return;
      const { connection, self } = room.state;
      const isHost = self.role === 'host' || self.role === 'cohost';
      hostPasses.set(this.code, isHost ? `${self.role} ${room.token}` : null);
      const over =
        connection.status === 'closed' && (connection.name === 'left' || connection.name === 'ended');
      memberTokens.set(this.code, over ? null : room.token);
      if (accounts.current !== null) return;
      const guest = over ? null : `${room.token} ${self.name}`;
      const isOther = guest === null && lastGuests.get(this.code) !== told;
      if (guest !== told && !isOther) lastGuests.set(this.code, guest);
      told = guest;
    };
    remember();
    room.subscribe(remember);
    room.on('member.renamed', (event) => {
      if (event.member === room.state.self.id) rememberGuest(event.name);
    });
  }

  async #refused(error: unknown, credentials: Credentials): Promise<void> {
    const code = codeOf(error);
    if (SEAT_LOST.has(code)) memberTokens.set(this.code, null);
    if (SEAT_LOST.has(code) && credentials.token !== undefined) lastGuests.set(this.code, null);
    // Who stood at the door has said all that it takes to come in anew.
    if (QUIET.has(code) && credentials.token !== undefined && credentials.name !== undefined) {
      const { token: _, ...anew } = credentials;
      return this.#enter(anew);
    }
    if (code === 'invite_invalid') inviteSecrets.set(this.code, null);
    if (code === 'host_key_wrong' && credentials.hostKey === hostKeys.get(this.code))
      hostKeys.set(this.code, null);
    await this.look(QUIET.has(code) && credentials.token !== undefined ? null : error);
  }

  #close(): void {
    if (this.#phase.at !== 'inside') return;
    this.#phase.activity.stop();
    this.#phase.freeSeat();
    this.#phase.room.close();
  }

  /** Goes away without leaving: the seat is kept for the grace period. */
  stop(): void {
    this.#attempt += 1;
    this.#close();
    this.#phase = { at: 'looking' };
  }
}

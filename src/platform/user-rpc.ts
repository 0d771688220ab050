import type { Command, ImageType, MyGroupsResponse, Outcome, Person, RoomEvent } from '../protocol/index.ts';
import type { RoomNews } from './room-news.ts';
import type { CommandOutcome, ImageAsked, ImageMeta } from './room-rpc.ts';

/** These logins, or all but one; by id. */
export type EndedLogins = { readonly logins: readonly string[] } | { readonly but: string };

/** A ticket for the socket of one of a person's devices. */
export interface DeviceOpened {
  readonly device: string;
  readonly ticket: string;
  /** ms. */
  readonly ticketExpiresAt: number;
}

/**
 * What one person's object sends to another's: numbered from 1 for this pair and direction, so that what comes twice is
 * taken once. `kind` names the receiver's internal command, `data` are its fields beside `from`.
 */
export interface LinkItem {
  readonly number: number;
  readonly kind: string;
  readonly data: object;
}

/** Items in order, the oldest that wait first. `epoch`: the life of the sending object, in which numbers are used once. */
export interface LinkBatch {
  readonly epoch: string;
  readonly items: readonly LinkItem[];
}

/** upTo: everything up to this number has been taken, and is on disk. gone: nobody is there (any more). */
export type LinkTaken = { readonly upTo: number } | { readonly gone: true };

/** How somebody is, as their object tells others. */
export interface PresenceNews {
  readonly status: 'online' | 'away' | 'meeting' | 'offline';
  /** ms; since when. With `offline`: when they were last there; null: they don't say. */
  readonly since: number | null;
  /** ms by the teller's clock; what is older than what is known counts for nothing. */
  readonly at: number;
}

/** Whom somebody sees because of what stands between them, by account id. */
export interface Visible {
  readonly contacts: readonly string[];
  readonly blocked: readonly string[];
}

/** Asks to send a picture to somebody. */
export interface DirectImageAsk {
  /** An account. */
  readonly to: string;
  /** Bytes. */
  readonly size: number;
  readonly caption: string;
  /** An Idempotency-Key. */
  readonly request?: string;
}

/** The calls to a person's object. Each answers after the commit of what it did. Errors are values. */
export interface UserRpc {
  /**
   * For the Worker: a ticket for one of the devices; without `device` (or with one that is forgotten) a new one. `login`:
   * the one whose token was shown; null: the provider's.
   */
  openDevice(me: Person, device: string | null, login: string | null): Promise<Outcome<DeviceOpened>>;
  /** For the Worker: a command over HTTP, in the name of a device. */
  run(me: Person, device: string, command: Command): Promise<Outcome<CommandOutcome>>;
  /** For the Worker: the groups of this person, with those they are invited to or ask to belong to. */
  groups(account: string): Promise<Outcome<MyGroupsResponse>>;
  /** For the Worker: makes somebody known, so that commands may speak of them. */
  introduce(me: Person, person: Person): Promise<Outcome<null>>;
  /** For the Worker: whose presence the person may see beside that of shared groups, and whose never. */
  visible(account: string): Promise<Outcome<Visible>>;
  /** For the Worker: name or picture have changed. Does nothing where no object was ever made. */
  changed(me: Person): Promise<Outcome<null>>;
  /** For the Worker: logins have ended, and with them the devices that came by them. */
  signedOut(which: EndedLogins): Promise<Outcome<null>>;
  /**
   * For the Worker, before it deletes the account: the object will look whether that came about, whatever becomes of the
   * Worker. Does nothing where no object was ever made.
   */
  expectFarewell(): Promise<Outcome<null>>;
  /** For the Worker: the account is deleted. What others were told by it becomes a tombstone; then all is purged. */
  remove(): Promise<Outcome<null>>;
  /** For the Worker: asks to send a picture. Where it answers `pending`, the bytes go to the key, and `shareImage` follows. */
  askImage(ask: DirectImageAsk): Promise<Outcome<ImageAsked<RoomEvent<'direct.sent'>>>>;
  /** For the Worker: sends it; the bytes are under the key by now. */
  shareImage(image: string, meta: ImageMeta): Promise<Outcome<RoomEvent<'direct.sent'>>>;
  /** For the Worker: gives up a pending picture. */
  cancelImage(image: string): Promise<Outcome<null>>;
  /** For the Worker: where a sent picture's bytes are. `reader`: who asks; null: a signed link vouches for them. */
  readImage(
    reader: string | null,
    image: string,
  ): Promise<Outcome<{ readonly key: string; readonly type: ImageType }>>;
  /** From another person's object, for the person `to`. */
  take(from: Person, to: string, batch: LinkBatch): Promise<Outcome<LinkTaken>>;
  /** From another person's object: how they are now. Kept in memory only; nothing is promised. */
  seen(from: string, news: PresenceNews): Promise<void>;
  /** From a room, for the person `to`. Where no object was ever made for them it is heard and forgotten. */
  told(to: string, news: RoomNews): Promise<Outcome<null>>;
}

/** A person's object as others reach it: its calls, and `fetch` for the WebSocket upgrade. */
export interface UserStub extends UserRpc {
  fetch(request: Request): Promise<Response>;
}

/** The part of a Durable Object namespace that people need; objects are named by account id. */
export interface UserNamespace<Stub = UserStub> {
  getByName(name: string): Stub;
}

import type { Person } from '../protocol/index.ts';
import type { PresenceNews } from './user-rpc.ts';

/** How somebody is, by their account id. */
export interface KnownPresence {
  readonly account: string;
  readonly news: PresenceNews;
}

/** A page of those who are there. `next` asks for the page behind it; null: this was the last. */
export interface OnlinePage {
  readonly people: readonly { readonly person: Person; readonly news: PresenceNews }[];
  readonly next: string | null;
}

/** Whom somebody may see. The people of the groups that they are enrolled in are seen in any case. */
export interface Sight {
  readonly viewer: string;
  /** Everybody on this server; else the contacts, and the people of shared groups, everybody's not counted. */
  readonly everybody: boolean;
  readonly contacts: readonly string[];
  /** Never: those whom the viewer has blocked. */
  readonly except: readonly string[];
}

/** An account is no more, or was not at a time: people of the provider may come again, under the same id. */
export interface Farewell {
  /** ms; when it was deleted. */
  readonly at: number;
  /** Somebody has come again since. */
  readonly isBack: boolean;
}

/** Somebody who is to take this person for gone, whatever they do. */
export interface LooksGone {
  readonly account: string;
  /** ms; when they seem to have been here last; null: they don't say. */
  readonly since: number | null;
  /** ms; when that was said. */
  readonly at: number;
}

/** What somebody's object says of how they are. */
export interface PresenceEntry {
  readonly news: PresenceNews;
  /** ms; from then on they are taken for gone, whatever became of their object. */
  readonly until: number;
  /** They show nobody how they are: to all others they are offline. */
  readonly hidden: boolean;
  /** People to whom they look as if they had gone, once and for all. */
  readonly hiddenFrom: readonly LooksGone[];
}

/**
 * Where all people of a server can be looked up. Lists may hold as many ids as an account has contacts. Times in ms. What
 * it can't reach rejects.
 */
export interface Directory {
  /** The people with these ids that exist, in any order. */
  people(ids: readonly string[]): Promise<readonly Person[]>;
  /** By the whole user name; capitals make no difference. */
  byUserName(userName: string): Promise<Person | null>;
  /**
   * By the beginning of user name or name, at most `limit`, in the order of user names (of names where there is none).
   * Capitals of ASCII letters make no difference.
   */
  search(beginning: string, limit: number): Promise<readonly Person[]>;
  /** Puts a person of the deployer's own provider in, or what has changed of them. */
  putProviderPerson(person: Person): Promise<void>;
  /** Drops a person of the deployer's own provider with all that is kept of them here, and keeps the farewell. */
  dropProviderPerson(account: string, now: number): Promise<void>;

  /** Whether an account was deleted. Null: it was not, or months ago. */
  farewellOf(account: string): Promise<Farewell | null>;
  /** Those of an account's logins, by id, that have ended or expired. */
  endedLogins(account: string, logins: readonly string[], now: number): Promise<readonly string[]>;

  /**
   * Says how somebody is, in place of what was said before. What is older (`news.at`) than what stands there changes
   * nothing, and so does what is said of somebody who does not exist.
   */
  putPresence(account: string, entry: PresenceEntry): Promise<void>;
  /**
   * How these people are, as far as the viewer may know: who is hidden from them seems to have gone. Who is not named is
   * offline and doesn't say since when. Somebody
   * whose time has run out is offline since they last said anything.
   */
  presenceOf(viewer: string, ids: readonly string[], now: number): Promise<readonly KnownPresence[]>;
  /** Who of these is there, shown or not: whom it is worth telling something. */
  there(ids: readonly string[], now: number): Promise<readonly string[]>;
  /** Who is there among those whom the viewer may see, by name; at most `limit`. `after`: an earlier page's `next`. */
  online(sight: Sight, after: string | null, limit: number, now: number): Promise<OnlinePage>;

  /**
   * The index of who belongs to which group; the group's object is the one that decides. Again: the same. Who does not
   * exist is left out.
   */
  putEnrolled(group: string, accounts: readonly string[]): Promise<void>;
  dropEnrolled(group: string, accounts: readonly string[] | 'all'): Promise<void>;
  /** Those enrolled in a group who are there now, shown or not; the last heard of first. */
  enrolledOnline(group: string, now: number): Promise<readonly string[]>;
}

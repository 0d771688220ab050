/**
 * What goes wrong with a commit. statement: a write is refused. middle: one is refused after others of its transaction
 * were made. sync: everything is written, and waiting for the disk fails. hang: waiting never ends, until the object is
 * reset. abort: the object is reset in the turn of the commit.
 */
export const FAULTS = ['statement', 'middle', 'sync', 'hang', 'abort'] as const;
export type Fault = (typeof FAULTS)[number];

/** When an alarm kills its object: before it does anything, in its commit, or once that is written and nobody was told. */
export type Death = 'before' | 'commit' | 'written';

/** What a test may ask of a room's object, at `POST /chaos/<code>`. Each is answered with `Facts`. */
export type Order =
  | { readonly t: 'look' }
  /** Lets a commit fail, once: the one that is `after` such operations away. */
  | { readonly t: 'fail'; readonly fault: Fault; readonly after: number }
  /** Refuses every write that holds this text; null: none any more. */
  | { readonly t: 'poison'; readonly text: string | null }
  /** Resets the object as the platform does. */
  | { readonly t: 'abort' }
  /** Moves the clock of the whole process. ms. The alarms of rooms follow only when they are told to. */
  | { readonly t: 'clock'; readonly by: number }
  /** Sets the platform's alarm to what the object meant, by the clock as it is now. */
  | { readonly t: 'follow-clock' }
  /** Takes the platform's alarm away, which the object knows nothing of, and swallows its next `drop` settings. */
  | { readonly t: 'lose-alarm'; readonly drop: number }
  /** Announces a picture whose bytes never come; they are in the object store all the same. */
  | { readonly t: 'abandon-picture'; readonly member: string }
  /** Calls the alarm now, so many times at once. */
  | { readonly t: 'alarm'; readonly times: number }
  /** Resets the object the next so many times when its alarm goes off. */
  | { readonly t: 'die-in-alarm'; readonly times: number; readonly when: Death }
  /** Lets the next so many calls about that picture to the object store fail, after they were carried out. */
  | { readonly t: 'bucket'; readonly fail: number };

/** What an object has been through, its earlier lives in this process included. */
export interface Facts {
  /** ms; by the moved clock. */
  readonly now: number;
  /** ms, by the moved clock; null: no alarm is set. */
  readonly alarm: number | null;
  /** How often the object came to life. */
  readonly lives: number;
  /** How often it waited for the disk. */
  readonly syncs: number;
  /** How often its alarm went off. */
  readonly alarms: number;
  /** Faults that happened. */
  readonly faults: Readonly<Record<string, number>>;
  /** Calls from other rooms that it carried out, by kind. */
  readonly calls: Readonly<Record<string, number>>;
  /** How often all its storage was deleted. */
  readonly purges: number;
  /** What it still has to do. */
  readonly deadlines: readonly string[];
  readonly effects: readonly string[];
  /** The key of the picture that was abandoned last; empty: none was. */
  readonly picture: string;
  /** The object store of the process: what is in it, and how often each key was deleted. */
  readonly objects: readonly string[];
  readonly deleted: Readonly<Record<string, number>>;
}

import type { Media } from '../../protocol/permissions.ts';
import type { RoomView } from '../room-view.ts';

/** What somebody has on. */
export type On = Readonly<Record<Media, boolean>>;

export const NOTHING_ON: On = { camera: false, microphone: false, screen: false };

/** Somebody else who is in the call, or gone for a moment. */
export interface Stay {
  /** The id of their page in the call. */
  readonly call: string;
  /** What they have on; of somebody who is gone for a moment what they had on before. */
  readonly on: On;
  /** They are in the call no longer, and expected back: until then at the most, in ms of the timers. Infinity: while they are away. null: they are in it. */
  readonly until: number | null;
}
export type Stays = ReadonlyMap<string, Stay>;

/** The part of a room's view that tells who is in the call. */
export type StaysView = Pick<RoomView, 'self' | 'members' | 'media' | 'calls'>;

/**
 * ms that somebody who is here and not in the call is waited for, unless they have said that they go. From the moment in which the
 * room tells of their connection a page has to hear all that it missed, however slow its line is, and only then enters again.
 */
export const LINGER = 15_000;

const isSame = (a: On, b: On): boolean =>
  a.camera === b.camera && a.microphone === b.microphone && a.screen === b.screen;

function onOf(view: StaysView, member: string): On {
  const media = view.media.get(member);
  if (media === undefined) return NOTHING_ON;
  const { camera, microphone, screen } = media;
  return { camera, microphone, screen };
}

/** The same object where nothing has changed. */
const stay = (before: Stay | undefined, next: Stay): Stay =>
  before !== undefined &&
  before.call === next.call &&
  before.until === next.until &&
  isSame(before.on, next.on)
    ? before
    : next;

/**
 * Where somebody's connection to the room drops, the room says that they have nothing on and are not in the call, although picture
 * and sound go on between them and the others. So what counts for them is what was so before, for as long as they are away.
 */
function nextStay(view: StaysView, member: string, before: Stay | undefined, now: number): Stay | null {
  const known = view.members.get(member);
  const call = view.calls.get(member)?.call;
  if (known?.presence === 'away') return before === undefined ? null : { ...before, until: Infinity };
  if (call !== undefined) return { call, on: onOf(view, member), until: null };
  if (before === undefined || known === undefined) return null;
  const until = before.until === null || before.until === Infinity ? now + LINGER : before.until;
  return until <= now ? null : { ...before, until };
}

/** Who is in the call with you now, after what was known before; `now` in ms. */
export function nextStays(before: Stays, view: StaysView, now: number): Stays {
  const next = new Map<string, Stay>();
  for (const member of new Set([...before.keys(), ...view.calls.keys()])) {
    if (member === view.self.id) continue;
    const was = before.get(member);
    const found = nextStay(view, member, was, now);
    if (found !== null) next.set(member, stay(was, found));
  }
  return next;
}

/**
 * A host has switched something off. Of who is in, the room tells what is on now; of who is gone for a moment it knows nothing that it
 * could switch off, and what they go on sending counts no more.
 */
export function afterStop(stays: Stays, members: readonly string[], media: readonly Media[]): Stays {
  const off = Object.fromEntries(media.map((one) => [one, false]));
  return new Map(
    Array.from(stays, ([id, stay]) => {
      const isStopped = stay.until !== null && members.includes(id);
      return [id, isStopped ? { ...stay, on: { ...stay.on, ...off } } : stay];
    }),
  );
}

/** When somebody is waited for no longer, in ms of the timers; null: nobody is. */
export function nextEnd(stays: Stays): number | null {
  const ends = Array.from(stays.values(), ({ until }) => until ?? Infinity);
  const first = Math.min(Infinity, ...ends);
  return first === Infinity ? null : first;
}

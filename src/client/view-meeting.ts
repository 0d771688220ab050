import type { ReadyFrame } from '../protocol/frames.ts';
import type { Hand } from '../protocol/hands.ts';
import type { MediaRequest } from '../protocol/muting.ts';
import type { RoomEvent } from '../protocol/registry.ts';

/** Somebody who is writing a message. `at` is the server's time in ms when they last said so. */
export interface Typing {
  readonly at: number;
  /** To you alone. */
  readonly direct: boolean;
}

/** What goes on between those who are there. */
export interface Meeting {
  /** Raised hands, the first to be called first. */
  readonly hands: readonly Hand[];
  /** Who is large for everybody; null: nobody. */
  readonly spotlight: string | null;
  /** Requests to switch something on that have no answer: to you and by you, oldest first. */
  readonly requests: readonly MediaRequest[];
  /** By member, you never among them. They are taken out by themselves after some seconds. */
  readonly typing: ReadonlyMap<string, Typing>;
}

/** What an event changes; null: nothing. */
type Change<T extends RoomEvent['t']> = (
  now: Meeting,
  event: RoomEvent<T>,
  self: string,
) => Partial<Meeting> | null;

const without = (typing: Meeting['typing'], member: string): Meeting['typing'] =>
  new Map(Array.from(typing).filter(([id]) => id !== member));

/** What somebody wrote by then is sent, or will not be. What they write since (known from `ready.latest`) stays. */
function typingEnded({ typing }: Meeting, member: string, at: number): Partial<Meeting> | null {
  const known = typing.get(member);
  return known === undefined || known.at > at ? null : { typing: without(typing, member) };
}

const handLowered = ({ hands }: Meeting, { member }: { readonly member: string }): Partial<Meeting> => ({
  hands: hands.filter((hand) => hand.member !== member),
});

const requestClosed = (
  { requests }: Meeting,
  { request }: { readonly request: number },
): Partial<Meeting> => ({ requests: requests.filter((open) => open.request !== request) });

const typingChanged: Change<'typing.changed'> = ({ typing }, event, self) => {
  const { member, at } = event;
  if (member === self) return null;
  const direct = event.to !== undefined;
  if (event.typing) return { typing: new Map([...typing, [member, { at, direct }]]) };
  return typing.get(member)?.direct === direct ? { typing: without(typing, member) } : null;
};

/** What each event does to the meeting, besides what it does to the rest of the view. */
export const MEETING_CHANGES: { readonly [T in RoomEvent['t']]?: Change<T> } = {
  'hand.raised': ({ hands }, { member, at }) => ({
    hands: [...hands.filter((hand) => hand.member !== member), { member, at }],
  }),
  'hand.lowered': handLowered,
  'hand.called': handLowered,
  'hand.allLowered': () => ({ hands: [] }),
  'spotlight.changed': (_, { member }) => ({ spotlight: member }),
  'media.requested': ({ requests }, { seq, member, media, by, at }) => ({
    requests: [...requests, { request: seq, member, media, by: by ?? null, at }],
  }),
  'media.answered': requestClosed,
  'media.lapsed': requestClosed,
  'typing.changed': typingChanged,
  'chat.sent': (now, { by, to, at }) =>
    by !== undefined && now.typing.get(by)?.direct === (to !== undefined) ? typingEnded(now, by, at) : null,
  'member.away': (now, { member, at }) => typingEnded(now, member, at),
  'member.left': (now, event) => ({
    ...typingEnded(now, event.member, event.at),
    ...handLowered(now, event),
    // Private events are replayed before the public ones: a request that is newer than this belongs to the next stay.
    requests: now.requests.filter(({ member, request }) => member !== event.member || request > event.seq),
  }),
  'room.ended': ({ requests }, { seq }) => ({
    hands: [],
    spotlight: null,
    requests: requests.filter(({ request }) => request > seq),
  }),
};

/** The meeting as a snapshot tells it. */
export const readMeeting = ({ snapshot, requests }: ReadyFrame): Omit<Meeting, 'typing'> => ({
  hands: snapshot?.hands ?? [],
  spotlight: snapshot?.spotlight ?? null,
  requests: [...(requests ?? [])].sort((a, b) => a.request - b.request),
});

/** Who is writing, of the newest of each latest-only event. */
export function readTyping(latest: readonly RoomEvent[], self: string): Meeting['typing'] {
  const typing = new Map<string, Typing>();
  for (const event of latest) {
    if (event.t === 'typing.changed' && event.typing && event.member !== self)
      typing.set(event.member, { at: event.at, direct: false });
  }
  return typing;
}

/** Takes out somebody who has not said for too long that they still write. */
export const endTyping = <V extends Meeting>(view: V, member: string, since: Typing): V =>
  view.typing.get(member) === since ? { ...view, typing: without(view.typing, member) } : view;

import type { ReadyFrame } from '../protocol/frames.ts';
import { LIMITS } from '../protocol/limits.ts';
import type { Policy } from '../protocol/permissions.ts';
import { type EventFields, isEventType, type RoomEvent } from '../protocol/registry.ts';
import type { Room } from '../protocol/room.ts';
import type { Member } from '../protocol/roster.ts';

/** What a member has switched on. `at` is the server's time in ms when they said so. */
export type MediaState = Omit<EventFields<'media.changed'>, 'member'> & { readonly at: number };
/** What stands in a conversation. */
export type Message = RoomEvent<'chat.sent' | 'image.shared'>;

/** All that is known of a room at one position. Never changed: each change makes a new one. */
export interface View {
  readonly epoch: string;
  /** Position among the events for everybody. */
  readonly seq: number;
  /** Position among the events for you alone. */
  readonly private: number;
  readonly self: Member;
  readonly room: Room;
  readonly policy: Policy;
  /** The members that are known; above 200 in a room the rest is asked for with `roster`. */
  readonly members: ReadonlyMap<string, Member>;
  /** By member: what everybody is called who was ever met here. Who has left keeps the name they left with. */
  readonly names: ReadonlyMap<string, string>;
  /** Everybody in the room, known or not. */
  readonly count: number;
  /** By member; who has everything off is not in it. */
  readonly media: ReadonlyMap<string, MediaState>;
  /** Sorted by seq; removed pictures are gone; at most the newest 10,000. */
  readonly messages: readonly Message[];
  /** Hand it to `history`; null where nothing stands before. */
  readonly earlier: number | null;
}

/** Messages kept in memory. A client that runs for days must not grow for days; older ones are a `history` away. */
export const MESSAGES_KEPT = 10_000;

/** An event as a frame brings it: the envelope has been checked, the fields are the server's word. */
export interface Envelope {
  readonly t: string;
  readonly at: number;
  readonly seq?: number | undefined;
  readonly by?: string | undefined;
  readonly n?: number | undefined;
}

/**
 * Whether this version knows the event. Its fields are not validated again: a newer server may give a field a value
 * that is unknown here, and to drop the whole event for it would leave, say, somebody in the roster for ever.
 */
export const isKnown = (event: Envelope): event is RoomEvent => isEventType(event.t);

const isMessage = (event: RoomEvent): event is Message =>
  event.t === 'chat.sent' || event.t === 'image.shared';

/** One number for each message, whoever it is for: the one order of the room. */
const compare = (a: Message, b: Message): number => a.seq - b.seq;

/** Puts a message where it belongs. Most are newer than all, so the search starts at the end. */
function insert(messages: Message[], message: Message): void {
  messages.splice(messages.findLastIndex((other) => compare(other, message) < 0) + 1, 0, message);
}

/** Changes to a view while one frame is read. Collections are copied when first changed, once per frame. */
class Draft {
  readonly #from: View;
  #members: Map<string, Member> | undefined;
  #media: Map<string, MediaState> | undefined;
  #messages: Message[] | undefined;
  #names: Map<string, string> | undefined;
  #rest: Partial<View> = {};

  constructor(from: View) {
    this.#from = from;
  }

  get #now(): View {
    return { ...this.#from, ...this.#rest };
  }

  set(change: Partial<Omit<View, 'members' | 'media' | 'messages' | 'names'>>): void {
    this.#rest = { ...this.#rest, ...change };
  }

  putMember(member: Member): void {
    this.#members ??= new Map(this.#from.members);
    this.#members.set(member.id, member);
    this.meet(member.id, member.name);
    if (member.id === this.#from.self.id) this.set({ self: member });
  }

  meet(id: string, name: string): void {
    if ((this.#names ?? this.#from.names).get(id) === name) return;
    this.#names ??= new Map(this.#from.names);
    this.#names.set(id, name);
  }

  changeMember(id: string, change: Partial<Member>): void {
    const known = (this.#members ?? this.#from.members).get(id);
    if (known !== undefined) this.putMember({ ...known, ...change });
    else if (id === this.#from.self.id) this.set({ self: { ...this.#now.self, ...change } });
  }

  join(member: Member): void {
    if (!(this.#members ?? this.#from.members).has(member.id)) this.set({ count: this.#now.count + 1 });
    this.putMember(member);
  }

  rename(id: string, name: string): void {
    this.meet(id, name);
    this.changeMember(id, { name });
  }

  leave(id: string): void {
    this.#members ??= new Map(this.#from.members);
    this.#members.delete(id);
    this.set({ count: Math.max(0, this.#now.count - 1) });
  }

  setMedia(event: RoomEvent<'media.changed'>): void {
    this.#media ??= new Map(this.#from.media);
    const { member, camera, microphone, screen, speaking, at } = event;
    if (camera || microphone || screen || speaking)
      this.#media.set(member, { camera, microphone, screen, speaking, at });
    else this.#media.delete(member);
  }

  /** What a member had switched on by then is off. What they switched on later (known from `ready.latest`) stays. */
  dropMedia(member: string, at: number): void {
    const media = (this.#media ?? this.#from.media).get(member);
    if (media === undefined || media.at > at) return;
    this.#media ??= new Map(this.#from.media);
    this.#media.delete(member);
  }

  addMessage(message: Message): void {
    this.#messages ??= [...this.#from.messages];
    insert(this.#messages, message);
    if (this.#messages.length <= MESSAGES_KEPT) return;
    this.#messages.shift();
    this.set({ earlier: this.#messages[0]?.seq ?? null });
  }

  removeImage(image: string): void {
    const messages = this.#messages ?? this.#from.messages;
    this.#messages = messages.filter((message) => message.t !== 'image.shared' || message.image !== image);
  }

  setPolicy(policy: Policy): void {
    this.set({ policy, room: { ...this.#now.room, policy } });
  }

  updateRoom({ name, capacity, retentionSeconds, whenEmpty }: EventFields<'room.updated'>): void {
    this.set({ room: { ...this.#now.room, name, capacity, retentionSeconds, whenEmpty } });
  }

  finish(): View {
    return {
      ...this.#now,
      ...(this.#members === undefined ? {} : { members: this.#members }),
      ...(this.#media === undefined ? {} : { media: this.#media }),
      ...(this.#messages === undefined ? {} : { messages: this.#messages }),
      ...(this.#names === undefined ? {} : { names: this.#names }),
    };
  }
}

/** What each event does to a view. Events that are not here change nothing that is kept. */
const CHANGES: { readonly [T in RoomEvent['t']]?: (draft: Draft, event: RoomEvent<T>) => void } = {
  'member.joined': (draft, { member }) => draft.join(member),
  'member.away': (draft, { member, at }) => {
    draft.changeMember(member, { presence: 'away' });
    draft.dropMedia(member, at);
  },
  'member.returned': (draft, { member }) => draft.changeMember(member, { presence: 'online' }),
  'member.left': (draft, { member, at }) => {
    draft.leave(member);
    draft.dropMedia(member, at);
  },
  'member.renamed': (draft, { member, name }) => draft.rename(member, name),
  'role.changed': (draft, { member, role }) => draft.changeMember(member, { role }),
  'rights.changed': (draft, { member, rights }) => draft.changeMember(member, { rights }),
  'policy.changed': (draft, { policy }) => draft.setPolicy(policy),
  'room.updated': (draft, event) => draft.updateRoom(event),
  'chat.sent': (draft, event) => draft.addMessage(event),
  'image.shared': (draft, event) => draft.addMessage(event),
  'image.removed': (draft, { image }) => draft.removeImage(image),
  'media.changed': (draft, event) => draft.setMedia(event),
};

function change<T extends RoomEvent['t']>(draft: Draft, event: RoomEvent<T> & { readonly t: T }): void {
  CHANGES[event.t]?.(draft, event);
}

function applyAll(draft: Draft, events: readonly Envelope[]): void {
  for (const event of events) if (isKnown(event)) change(draft, event);
}

/**
 * Applies a numbered frame. `null`: something before it is missing, nothing was applied and the caller must resume.
 * The same view: the frame was known already.
 */
export function applyNumbered(
  view: View,
  counter: 'seq' | 'private',
  frame: { readonly prev: number; readonly last: number; readonly events: readonly Envelope[] },
): View | null {
  const position = view[counter];
  if (frame.last <= position) return view;
  if (frame.prev !== position) return null;
  const draft = new Draft(view);
  applyAll(draft, frame.events);
  draft.set({ [counter]: frame.last });
  return draft.finish();
}

/** Applies ephemeral and latest-only events. */
export function applyLive(view: View, events: readonly Envelope[]): View {
  const draft = new Draft(view);
  applyAll(draft, events);
  return draft.finish();
}

/** The latest-only state as `ready` tells it, whole. */
function readLatest(latest: readonly Envelope[]): ReadonlyMap<string, MediaState> {
  const media = new Map<string, MediaState>();
  for (const event of latest) {
    if (!isKnown(event) || event.t !== 'media.changed') continue;
    const { member, camera, microphone, screen, speaking, at } = event;
    if (camera || microphone || screen || speaking)
      media.set(member, { camera, microphone, screen, speaking, at });
  }
  return media;
}

/**
 * The view after a resume that missed nothing: as it was, with the newest latest-only state; everything durable
 * comes with the frames that follow.
 */
export const resumed = (view: View, ready: ReadyFrame): View => ({
  ...view,
  media: readLatest(ready.latest),
});

function readMessages(events: readonly Envelope[]): Message[] {
  const messages: Message[] = [];
  for (const event of events) if (isKnown(event) && isMessage(event)) insert(messages, event);
  return messages;
}

/**
 * From where on all messages are known. A server that does not say has sent the newest for everybody, and of the
 * newest that we may see the direct ones: as many as that have no hole.
 */
function earliest(ready: ReadyFrame, messages: readonly Message[]): number | null {
  if (ready.earlier !== undefined) return ready.earlier;
  return messages.at(-LIMITS.historyRecent)?.seq ?? null;
}

type Names = Readonly<Record<string, string>>;

/** The server's word on who is called what, put over what is known. Who is here comes last: no name is newer. */
function meetAll(
  known: ReadonlyMap<string, string>,
  told: Names,
  here: readonly Member[],
): Map<string, string> {
  const names = new Map([...known, ...Object.entries(told)]);
  for (const { id, name } of here) names.set(id, name);
  return names;
}

/** The view that a snapshot gives; null where `ready` brought none. `known`: names of those who were met before. */
export function fromSnapshot(ready: ReadyFrame, known: ReadonlyMap<string, string> = new Map()): View | null {
  const { snapshot } = ready;
  if (snapshot === undefined) return null;
  const { members } = snapshot.roster;
  const messages = readMessages([...snapshot.history, ...(ready.direct ?? [])]);
  return {
    epoch: ready.epoch,
    seq: ready.seq,
    private: ready.private,
    self: ready.self,
    room: snapshot.room,
    policy: ready.policy,
    members: new Map(members.map((member) => [member.id, member])),
    names: meetAll(known, { ...snapshot.names, ...ready.names }, [...members, ready.self]),
    count: snapshot.roster.count,
    media: readLatest(ready.latest),
    messages,
    earlier: earliest(ready, messages),
  };
}

/** Adds a page of the roster. */
export function mergeRoster(
  view: View,
  page: { readonly members: readonly Member[]; readonly count: number },
): View {
  const draft = new Draft(view);
  for (const member of page.members) draft.putMember(member);
  draft.set({ count: page.count });
  return draft.finish();
}

/**
 * Adds a page of history that was asked for with `before`. A page that does not reach up to what is known would leave
 * a hole, so it changes nothing.
 */
export function mergeHistory(
  view: View,
  before: number,
  page: { readonly events: readonly Envelope[]; readonly next: number | null; readonly names: Names },
): View {
  const reaches = view.earlier === null || before >= view.earlier;
  if (!reaches) return view;
  const messages = [...readMessages(page.events), ...view.messages]
    .sort(compare)
    .filter((message, index, all) => index === 0 || compare(all[index - 1] ?? message, message) !== 0);
  const earlier = view.earlier === null || page.next === null ? null : Math.min(view.earlier, page.next);
  return { ...view, messages, earlier, names: meetAll(view.names, page.names, [...view.members.values()]) };
}

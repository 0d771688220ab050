import type { MessageReactions } from '../protocol/chat.ts';
import type { Waiting } from '../protocol/door.ts';
import type { ReadyFrame, WaitingFrame } from '../protocol/frames.ts';
import { LIMITS } from '../protocol/limits.ts';
import type { Member } from '../protocol/roster.ts';
import { readBreakouts } from './view-breakouts.ts';
import { readCall, readCalls } from './view-call.ts';
import { applyAll } from './view-changes.ts';
import { fillPins, type Message, mergeReactions, readConversation } from './view-chat.ts';
import { asEmptyRoom, isHostRole } from './view-door.ts';
import { Draft } from './view-draft.ts';
import { readFiles, readUploads } from './view-files.ts';
import { readGroup } from './view-group.ts';
import { readMeeting, readTyping } from './view-meeting.ts';
import { readPolls } from './view-polls.ts';
import { readTimes } from './view-schedule.ts';
import {
  compare,
  type Envelope,
  insert,
  isKnown,
  isMessage,
  type MediaState,
  type View,
} from './view-state.ts';
import { readViewers, readWatch } from './view-watch.ts';

export type { Message, Reactions } from './view-chat.ts';
export { type Envelope, MESSAGES_KEPT, type MediaState, type View } from './view-state.ts';

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

const readDevices = ({ self, devices = [] }: ReadyFrame): ReadonlySet<string> =>
  new Set([self.id, ...devices]);

/**
 * The view after a resume that missed nothing: as it was, with the newest latest-only state; everything durable
 * comes with the frames that follow.
 */
export const resumed = (view: View, ready: ReadyFrame): View => ({
  ...view,
  // Told to the hosts who were there; who was not may have missed it, so each first frame has it whole.
  lobby: ready.lobby ?? view.lobby,
  devices: readDevices(ready),
  group: readGroup(ready, view.group),
  media: readLatest(ready.latest),
  typing: readTyping(ready.latest.filter(isKnown), view.self.id),
  files: { ...view.files, uploads: readUploads(ready.latest.filter(isKnown)) },
  watch: { ...view.watch, viewers: readViewers(ready.latest.filter(isKnown)) },
  ...readCalls(ready.latest.filter(isKnown)),
});

/** The messages among these events, in order. */
export function readMessages(events: readonly Envelope[]): Message[] {
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
    devices: readDevices(ready),
    room: snapshot.room,
    policy: ready.policy,
    members: new Map(members.map((member) => [member.id, member])),
    names: meetAll(known, { ...snapshot.names, ...ready.names }, [...members, ready.self]),
    count: snapshot.roster.count,
    media: readLatest(ready.latest),
    messages,
    earlier: earliest(ready, messages),
    ...readConversation(ready, readMessages),
    polls: readPolls(ready),
    files: readFiles(ready, ready.latest.filter(isKnown)),
    watch: readWatch(ready, ready.latest.filter(isKnown)),
    ...readCall(ready, ready.latest.filter(isKnown)),
    ...readTimes(snapshot),
    ...readBreakouts(snapshot),
    waiting: null,
    authority: snapshot.authority ?? null,
    door: snapshot.door ?? null,
    lobby: ready.lobby ?? [],
    ...readMeeting(ready),
    group: readGroup(ready, null),
    meetingOf: snapshot.meetingOf ?? null,
    typing: readTyping(ready.latest.filter(isKnown), ready.self.id),
  };
}

/** What somebody in the lobby sees. Nothing of what they knew before stays: they may have been sent back there. */
export function fromLobby(frame: WaitingFrame): View {
  const view = fromSnapshot(asEmptyRoom(frame));
  if (view === null) throw new Error('an empty room is a snapshot');
  return { ...view, names: new Map([[frame.self.id, frame.self.name]]), waiting: frame.lobby };
}

/** Whether this event gives you a host's or co-host's say. */
export const becameHost = (view: View, event: Envelope): boolean => {
  if (!isKnown(event) || !isHostRole(view.self.role)) return false;
  // Who was gone has missed what the hosts were told meanwhile.
  if (event.t === 'member.joined') return event.member.id === view.self.id && isHostRole(event.member.role);
  return event.t === 'role.changed' && event.member === view.self.id && isHostRole(event.role);
};

/** Who waits, as a host has asked. */
export const mergeLobby = (view: View, { waiting }: { readonly waiting: readonly Waiting[] }): View => ({
  ...view,
  lobby: waiting,
});

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
  page: {
    readonly events: readonly Envelope[];
    readonly next: number | null;
    readonly names: Names;
    readonly reactions?: MessageReactions | undefined;
  },
): View {
  const reaches = view.earlier === null || before >= view.earlier;
  if (!reaches) return view;
  const messages = [...readMessages(page.events), ...view.messages]
    .sort(compare)
    .filter((message, index, all) => index === 0 || compare(all[index - 1] ?? message, message) !== 0);
  const earlier = view.earlier === null || page.next === null ? null : Math.min(view.earlier, page.next);
  return {
    ...view,
    messages,
    earlier,
    names: meetAll(view.names, page.names, [...view.members.values()]),
    reactions: mergeReactions(view.reactions, page.reactions),
    pins: fillPins(view.pins, messages),
  };
}

/** Puts messages that were fetched one by one into their pins. */
export const fillPin = (view: View, events: readonly Envelope[]): View => ({
  ...view,
  pins: fillPins(view.pins, readMessages(events)),
});

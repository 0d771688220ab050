import { DELETED_NAME } from '../protocol/constants.ts';
import type { Place, Waiting } from '../protocol/door.ts';
import type { Policy } from '../protocol/permissions.ts';
import type { EventFields, RoomEvent } from '../protocol/registry.ts';
import type { Member } from '../protocol/roster.ts';
import type { AuthorityView } from './view-authority.ts';
import { breakoutsChanged } from './view-breakouts.ts';
import type { CallView } from './view-call.ts';
import { afterReaction, deletedMessage, isNone, type Message, type Reactions } from './view-chat.ts';
import { isHostRole } from './view-door.ts';
import type { FilesView } from './view-files.ts';
import type { RoomGroup } from './view-group.ts';
import type { Meeting } from './view-meeting.ts';
import { ownRoleChanged, type Polls } from './view-polls.ts';
import { insert, MESSAGES_KEPT, type MediaState, type View } from './view-state.ts';
import type { WatchView } from './view-watch.ts';

/** Changes to a view while one frame is read. Collections are copied when first changed, once per frame. */
export class Draft {
  readonly #from: View;
  #members: Map<string, Member> | undefined;
  #media: Map<string, MediaState> | undefined;
  #messages: Message[] | undefined;
  #names: Map<string, string> | undefined;
  #reactions: Map<number, Reactions> | undefined;
  #pins: Map<number, Message | null> | undefined;
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
    const { self, devices } = this.#now;
    if (member.id === self.id) this.set({ self: member });
    else if (member.account !== null && member.account === self.account && !devices.has(member.id))
      this.set({ devices: new Set([...devices, member.id]) });
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

  changeAuthority(change: (authority: AuthorityView) => AuthorityView): void {
    this.set({ authority: change(this.#now.authority) });
  }

  join(member: Member): void {
    if (!(this.#members ?? this.#from.members).has(member.id)) this.set({ count: this.#now.count + 1 });
    this.putMember(member);
  }

  rename(id: string, name: string): void {
    this.meet(id, name);
    this.changeMember(id, { name });
  }

  picture(id: string, avatar: string | null): void {
    const known = (this.#members ?? this.#from.members).get(id);
    const isSelf = id === this.#from.self.id;
    const { avatar: _, ...member } = known ?? this.#now.self;
    const pictured = avatar === null ? member : { ...member, avatar };
    if (known !== undefined) this.putMember(pictured);
    else if (isSelf) this.set({ self: pictured });
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
    const gone = this.#messages.shift();
    const isPinned = gone !== undefined && (this.#pins ?? this.#from.pins).get(gone.seq);
    if (gone !== undefined && !isPinned) this.setReactions(gone.seq, {});
    this.set({ earlier: this.#messages[0]?.seq ?? null });
  }

  removeImage(image: string): void {
    this.#removeMessages((message) => message.t === 'image.shared' && message.image === image);
  }
  removeFile(file: string): void {
    this.#removeMessages((message) => message.t === 'file.shared' && message.file === file);
  }
  #removeMessages(isIt: (message: Message) => boolean): void {
    const messages = this.#messages ?? this.#from.messages;
    for (const message of messages) if (isIt(message)) this.setReactions(message.seq, {});
    this.#messages = messages.filter((message) => !isIt(message));
  }

  /** The account of these members is deleted: nothing of what they wrote is left, and nobody is called by their name. */
  erase(ids: readonly string[]): void {
    const gone = new Set(ids);
    const messages = this.#messages ?? this.#from.messages;
    const isTheirs = ({ t, by }: Message) => t === 'chat.sent' && by !== undefined && gone.has(by);
    for (const { seq } of messages.filter(isTheirs)) {
      this.rewrite(seq, (before) => deletedMessage(before, undefined));
      this.setReactions(seq, {});
    }
    // Each is told to be removed as well, a little later.
    this.#removeMessages(({ t, by }) => t === 'file.shared' && by !== undefined && gone.has(by));
    this.changeFiles(({ newest }) => ({ newest: newest.filter(({ by }) => !gone.has(by)) }));
    for (const id of ids) this.rename(id, DELETED_NAME);
  }

  /** Where a message stands, or -1. */
  #find(message: number): number {
    return (this.#messages ?? this.#from.messages).findLastIndex(({ seq }) => seq === message);
  }

  /** Puts another message in the place of one that is known, and of its pin. */
  rewrite(message: number, to: (before: RoomEvent<'chat.sent'>) => RoomEvent<'chat.sent'>): void {
    const index = this.#find(message);
    const before = (this.#messages ?? this.#from.messages)[index];
    if (before?.t === 'chat.sent') {
      this.#messages ??= [...this.#from.messages];
      this.#messages[index] = to(before);
    }
    const pinned = (this.#pins ?? this.#from.pins).get(message);
    if (pinned?.t === 'chat.sent') this.setPin(message, to(pinned));
  }

  setReactions(message: number, reactions: Reactions): void {
    const isEmpty = isNone(reactions);
    if (isEmpty && !(this.#reactions ?? this.#from.reactions).has(message)) return;
    this.#reactions ??= new Map(this.#from.reactions);
    if (isEmpty) this.#reactions.delete(message);
    else this.#reactions.set(message, reactions);
  }

  react(event: EventFields<'chat.reacted'>): void {
    const { message } = event;
    // Reactions to what is not known here come with its page of history.
    if (this.#find(message) === -1 && !(this.#pins ?? this.#from.pins).get(message)) return;
    const before = (this.#reactions ?? this.#from.reactions).get(message) ?? {};
    this.setReactions(message, afterReaction(before, event));
  }

  pin(message: number): void {
    if ((this.#pins ?? this.#from.pins).has(message)) return;
    this.setPin(message, (this.#messages ?? this.#from.messages)[this.#find(message)] ?? null);
  }
  setPin(message: number, event: Message | null): void {
    this.#pins ??= new Map(this.#from.pins);
    this.#pins.set(message, event);
  }
  unpin(message: number): void {
    if (!(this.#pins ?? this.#from.pins).has(message)) return;
    this.#pins ??= new Map(this.#from.pins);
    this.#pins.delete(message);
    if (this.#find(message) === -1) this.setReactions(message, {});
  }

  changeMeeting(change: (now: Meeting, self: string) => Partial<Meeting> | null): void {
    const { hands, spotlight, requests, typing } = this.#from;
    const changed = change({ hands, spotlight, requests, typing, ...this.#rest }, this.#from.self.id);
    if (changed !== null) this.set(changed);
  }

  changeGroup(change: (group: RoomGroup, around: View) => Partial<RoomGroup> | null): void {
    const { group } = this.#now;
    if (group === null) return;
    const changed = change(group, { ...this.#now, members: this.#members ?? this.#from.members });
    if (changed !== null) this.set({ group: { ...group, ...changed } });
  }

  changeBreakouts(event: Parameters<typeof breakoutsChanged>[1]): void {
    this.set(breakoutsChanged(this.#now, event));
  }

  changePolls(change: (polls: Polls) => Polls): void {
    this.set({ polls: change(this.#now.polls) });
  }

  changeFiles(change: (files: FilesView) => Partial<FilesView> | null): void {
    const { files } = this.#now;
    const changed = change(files);
    if (changed !== null) this.set({ files: { ...files, ...changed } });
  }

  changeWatch(change: (watch: WatchView) => Partial<WatchView> | null): void {
    const { watch } = this.#now;
    const changed = change(watch);
    if (changed !== null) this.set({ watch: { ...watch, ...changed } });
  }

  changeCall(change: (now: CallView) => Partial<CallView> | null): void {
    const changed = change(this.#now);
    if (changed !== null) this.set(changed);
  }

  changeRole(member: string, role: Member['role'], seq: number): void {
    this.changeMember(member, { role });
    if (member !== this.#from.self.id) return;
    this.changePolls((polls) => ownRoleChanged(polls, role, seq));
    if (!isHostRole(role)) this.changeLobby(() => []);
  }

  changeLobby(change: (lobby: readonly Waiting[]) => readonly Waiting[]): void {
    this.set({ lobby: change(this.#now.lobby) });
  }

  /** Told to those who wait; one that arrives late changes nothing. */
  setPlace({ place, reason, message }: Place): void {
    if (this.#now.waiting !== null) this.set({ waiting: { place, reason, message } });
  }

  /** Whoever was there when the meeting ended has to come in anew. */
  empty(at: number): void {
    this.#members = new Map();
    // What somebody switched on since (known from `ready.latest`) stays.
    this.#media = new Map(Array.from(this.#media ?? this.#from.media).filter(([, media]) => media.at > at));
    this.set({ count: 0, ending: null });
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
      ...(this.#reactions === undefined ? {} : { reactions: this.#reactions }),
      ...(this.#pins === undefined ? {} : { pins: this.#pins }),
    };
  }
}

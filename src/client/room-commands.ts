import type { PolicyChange } from '../protocol/policy.ts';
import type { CommandInput, RoomCommandType } from '../protocol/registry.ts';
import type { Receipt } from './receipt.ts';

/** The commands of a room as methods, each by its own name. */
export abstract class RoomCommands {
  /** Sends a command; see `RoomConnection`. */
  abstract send<T extends RoomCommandType>(t: T, fields: CommandInput<T>): Promise<Receipt<T>>;

  /** Sends a text to all, or to one member (`to`); `mentions` are member ids, `replyTo` the `seq` of what it answers. */
  chat(
    text: string,
    more: { readonly to?: string; readonly mentions?: string[]; readonly replyTo?: number } = {},
  ): Promise<Receipt<'chat.send'>> {
    return this.send('chat.send', { body: { kind: 'text', text }, ...more });
  }

  /** Asks the hosts and co-hosts who are here; nobody else sees it. */
  ask(text: string): Promise<Receipt<'chat.send'>> {
    return this.send('chat.send', { body: { kind: 'text', text }, to: 'hosts' });
  }
  /** Puts another text in the place of your own message (its `seq`); `mentions` are all it has then. */
  edit(
    message: number,
    text: string,
    more: { readonly mentions?: string[] } = {},
  ): Promise<Receipt<'chat.edit'>> {
    return this.send('chat.edit', { message, body: { kind: 'text', text }, ...more });
  }
  /** Deletes your own message; hosts and co-hosts delete anyone's to all. */
  deleteMessage(message: number): Promise<Receipt<'chat.delete'>> {
    return this.send('chat.delete', { message });
  }
  /** Puts an emoji to a message or picture, or (`on: false`) takes it back. */
  reactTo(message: number, emoji: string, on = true): Promise<Receipt<'chat.react'>> {
    return this.send('chat.react', { message, emoji, on });
  }
  /** For hosts and co-hosts. */
  pin(message: number): Promise<Receipt<'chat.pin'>> {
    return this.send('chat.pin', { message });
  }
  unpin(message: number): Promise<Receipt<'chat.unpin'>> {
    return this.send('chat.unpin', { message });
  }
  /** Slow mode: seconds that a member waits between two messages to all; 0: none. */
  slow(slowSeconds: number): Promise<Receipt<'chat.settings'>> {
    return this.send('chat.settings', { slowSeconds });
  }

  rename(name: string): Promise<Receipt<'member.rename'>> {
    return this.send('member.rename', { name });
  }
  /** Leaves the room; to only drop the connection, `close`. */
  leave(): Promise<Receipt<'member.leave'>> {
    return this.send('member.leave', {});
  }
  setPolicy(policy: PolicyChange): Promise<Receipt<'policy.set'>> {
    return this.send('policy.set', { policy });
  }
  setRights(member: string, rights: CommandInput<'rights.set'>['rights']): Promise<Receipt<'rights.set'>> {
    return this.send('rights.set', { member, rights });
  }
  /** Makes a member co-host, member or viewer; for hosts. */
  setRole(member: string, role: CommandInput<'role.set'>['role']): Promise<Receipt<'role.set'>> {
    return this.send('role.set', { member, role });
  }
  /** Makes a member the host and you a co-host; for the host. */
  transferHost(member: string): Promise<Receipt<'host.transfer'>> {
    return this.send('host.transfer', { member });
  }
  /** Makes you the host again, if somebody stands in for you. */
  reclaimHost(): Promise<Receipt<'host.reclaim'>> {
    return this.send('host.reclaim', {});
  }
  /** Sets what happens when the host is gone and how far co-hosts may go; what is left out stays. For the host. */
  setAuthority(settings: CommandInput<'authority.set'>): Promise<Receipt<'authority.set'>> {
    return this.send('authority.set', settings);
  }
  /** Puts a member out; they may ask to come in again. They are told the reason. For hosts. */
  remove(member: string, reason?: string): Promise<Receipt<'member.remove'>> {
    return this.send('member.remove', { member, ...(reason === undefined ? {} : { reason }) });
  }
  /** Puts somebody out for good, with `addressSeconds` also new people from their address for a time. For hosts. */
  ban(
    member: string,
    more: { readonly reason?: string; readonly addressSeconds?: number } = {},
  ): Promise<Receipt<'member.ban'>> {
    return this.send('member.ban', { member, ...more });
  }
  liftBan(member: string): Promise<Receipt<'ban.lift'>> {
    return this.send('ban.lift', { member });
  }
  /** A page of those who are banned; hand `next` back as `after`. For hosts. */
  bans(page: CommandInput<'ban.list'> = {}): Promise<Receipt<'ban.list'>> {
    return this.send('ban.list', page);
  }
  /** A page of what was done with authority, the newest first; hand `next` back as `before`. For hosts. */
  audit(page: CommandInput<'audit.page'> = {}): Promise<Receipt<'audit.page'>> {
    return this.send('audit.page', page);
  }
  /** Announces what you have switched on or off; what is left out stays. */
  setMedia(media: CommandInput<'media.set'>): Promise<Receipt<'media.set'>> {
    return this.send('media.set', media);
  }
  /** Switches off what members have on, `all` of them or those named; for hosts. Whose it was is told. */
  stopMedia(stop: CommandInput<'media.stop'>): Promise<Receipt<'media.stop'>> {
    return this.send('media.stop', stop);
  }
  /** Asks a member to switch something on; for hosts. The answer comes as `media.answered`. */
  requestMedia(
    member: string,
    media: CommandInput<'media.request'>['media'],
  ): Promise<Receipt<'media.request'>> {
    return this.send('media.request', { member, media });
  }
  /** Answers a request (of `state.requests`). Accepting announces that it is on; switching it on is up to you. */
  answerRequest(request: number, accept: boolean): Promise<Receipt<'media.answer'>> {
    return this.send('media.answer', { request, accept });
  }
  raiseHand(): Promise<Receipt<'hand.raise'>> {
    return this.send('hand.raise', {});
  }
  /** Lowers your own hand, or as host that of a member. */
  lowerHand(member?: string): Promise<Receipt<'hand.lower'>> {
    return this.send('hand.lower', member === undefined ? {} : { member });
  }
  lowerAllHands(): Promise<Receipt<'hand.lowerAll'>> {
    return this.send('hand.lowerAll', {});
  }
  /** Calls on whoever raised a hand first, or on a member; for hosts. */
  callHand(member?: string): Promise<Receipt<'hand.call'>> {
    return this.send('hand.call', member === undefined ? {} : { member });
  }
  /** Shows everybody an emoji for a moment; it comes back as `reaction.sent`. */
  react(emoji: string): Promise<Receipt<'reaction.send'>> {
    return this.send('reaction.send', { emoji });
  }
  /** Says that you are writing, to all or to one member (`to`): say it again every three seconds, and when you stop. */
  setTyping(typing: boolean, to?: string): Promise<Receipt<'typing.set'>> {
    return this.send('typing.set', { typing, ...(to === undefined ? {} : { to }) });
  }
  /** Makes one member large for everybody, or (null) nobody; for hosts. */
  setSpotlight(member: string | null): Promise<Receipt<'spotlight.set'>> {
    return this.send('spotlight.set', { member });
  }
  update(settings: CommandInput<'room.update'>): Promise<Receipt<'room.update'>> {
    return this.send('room.update', settings);
  }
  /** Says who walks straight in, locks the room, and what those who wait are told; what is left out stays. */
  setDoor(door: CommandInput<'door.set'>): Promise<Receipt<'door.set'>> {
    return this.send('door.set', door);
  }
  /** Lets in who waits in the lobby; `state.lobby` says who does. */
  admit(members: CommandInput<'lobby.admit'>['members']): Promise<Receipt<'lobby.admit'>> {
    return this.send('lobby.admit', { members });
  }
  /** Turns away who waits in the lobby; they are told the reason. */
  turnAway(
    members: CommandInput<'lobby.refuse'>['members'],
    reason?: string,
  ): Promise<Receipt<'lobby.refuse'>> {
    return this.send('lobby.refuse', { members, ...(reason === undefined ? {} : { reason }) });
  }
  sendToLobby(member: string): Promise<Receipt<'lobby.send'>> {
    return this.send('lobby.send', { member });
  }
  /** Asks whoever comes in anew for a passcode, or (null) no longer; for hosts. */
  setPasscode(passcode: string | null): Promise<Receipt<'passcode.set'>> {
    return this.send('passcode.set', { passcode });
  }
  /** Makes an invitation; for hosts. Its secret is in the receipt's `result` and is shown this once; see `inviteLink`. */
  createInvite(invite: CommandInput<'invite.create'>): Promise<Receipt<'invite.create'>> {
    return this.send('invite.create', invite);
  }
  revokeInvite(invite: string): Promise<Receipt<'invite.revoke'>> {
    return this.send('invite.revoke', { invite });
  }
  /** All invitations; for hosts. */
  invites(): Promise<Receipt<'invite.list'>> {
    return this.send('invite.list', {});
  }
  /** Says when the room opens, ends, and how long it may last; what is left out stays, null takes it away. For hosts. */
  setSchedule(schedule: CommandInput<'schedule.set'>): Promise<Receipt<'schedule.set'>> {
    return this.send('schedule.set', schedule);
  }
  /** Ends the meeting for everybody. With the host key it can be opened again while it is kept. */
  end(): Promise<Receipt<'room.end'>> {
    return this.send('room.end', {});
  }
  /** Asks everybody a question; for hosts. The poll's id is the `seq` of the receipt's event. */
  openPoll(poll: CommandInput<'poll.open'>): Promise<Receipt<'poll.open'>> {
    return this.send('poll.open', poll);
  }
  /** Votes by positions in the list of options; none takes your vote back. */
  vote(poll: number, options: number[]): Promise<Receipt<'poll.vote'>> {
    return this.send('poll.vote', { poll, options });
  }
  closePoll(poll: number): Promise<Receipt<'poll.close'>> {
    return this.send('poll.close', { poll });
  }
  removePoll(poll: number): Promise<Receipt<'poll.remove'>> {
    return this.send('poll.remove', { poll });
  }
  /** Makes breakout rooms, one for each name; for hosts. Each is told of as `breakout.changed` when it is open. */
  openBreakouts(rooms: CommandInput<'breakout.open'>): Promise<Receipt<'breakout.open'>> {
    return this.send('breakout.open', rooms);
  }
  /** Sends members to breakout rooms, moves them, or (null) calls them back; for hosts. */
  assignBreakouts(members: Readonly<Record<string, string | null>>): Promise<Receipt<'breakout.assign'>> {
    return this.send('breakout.assign', { members });
  }
  /**
   * Goes to a breakout room, or (null) back. The way in comes as the event `breakout.called`: join the room that it
   * names with its token, beside this one. For the room where you belong already it comes anew.
   */
  chooseBreakout(breakout: string | null): Promise<Receipt<'breakout.choose'>> {
    return this.send('breakout.choose', { breakout });
  }
  /** Says something to the main room and all breakout rooms; for hosts. */
  broadcast(text: string): Promise<Receipt<'breakout.broadcast'>> {
    return this.send('breakout.broadcast', { text });
  }
  /** Calls everybody back: the breakout rooms end after so many seconds; for hosts. */
  closeBreakouts(afterSeconds?: number): Promise<Receipt<'breakout.close'>> {
    return this.send('breakout.close', afterSeconds === undefined ? {} : { afterSeconds });
  }
  removeImage(image: string): Promise<Receipt<'image.remove'>> {
    return this.send('image.remove', { image });
  }
  removeFile(file: string): Promise<Receipt<'file.remove'>> {
    return this.send('file.remove', { file });
  }
}

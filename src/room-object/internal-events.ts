import { internalEvent } from '../engine/feature.ts';
import type { KnownAccount } from '../platform/room-rpc.ts';
import type { Role } from '../protocol/index.ts';
import type { BanRow } from './ban-rows.ts';
import type { RoomRow } from './tables.ts';

/** The room was made. */
export const roomCreated = internalEvent<Omit<RoomRow, 'createdAt' | 'endedAt'>>('room.created');

/** A member has a new session, whether or not anybody is told of a join or a return. */
export const sessionOpened = internalEvent<{ readonly member: string; readonly session: number }>(
  'session.opened',
);

/** Somebody was there by what is written, and their connection is gone with the object's memory: what they had on is not known. */
export const sessionLost = internalEvent<{ readonly member: string }>('session.lost');

/** A ticket was given out, and with it a seat to those who have none. */
export interface SeatHeld {
  readonly member: string;
  readonly name: string;
  readonly role: Role;
  /** Whose device it is, if it is new; absent: a guest's, or known. */
  readonly account?: Pick<KnownAccount, 'id' | 'avatar'>;
  /** The invitation that they come with. */
  readonly invite?: string;
  /** They showed the host key: they are host as soon as they are in. */
  readonly showedKey: boolean;
  readonly ticket: string;
  readonly expiresAt: number;
  readonly address: string | null;
  /** The way leads to the lobby: no seat is held. */
  readonly toLobby: boolean;
}
export const seatHeld = internalEvent<SeatHeld>('seat.held');

/** A held seat was not taken in time. */
export const seatReleased = internalEvent<{ readonly member: string }>('seat.released');

/** Somebody with a ticket for the lobby is there now. */
export const lobbyEntered = internalEvent<{ readonly member: string }>('lobby.entered');

/** The connection of somebody who waits dropped. */
export const lobbyAway = internalEvent<{ readonly member: string }>('lobby.away');

/** Somebody who waited gave up, was turned away, or was not heard of for too long. */
export const lobbyLeft = internalEvent<{ readonly member: string }>('lobby.gone');

/** A host, or the rule of the door, has let somebody in. `comes`: at this moment; otherwise the door is open to them when they can. */
export const letIn = internalEvent<{ readonly member: string; readonly comes: boolean }>('lobby.let-in');

/** Somebody who is in already has shown the host key. */
export const keyShown = internalEvent<{ readonly member: string }>('host_key.shown');

/** The meeting is to end by a rule of the room. */
export const endWanted = internalEvent<{ readonly reason: 'parent' | 'host_gone' | 'time' | 'empty' }>(
  'room.end-wanted',
);

/** Somebody was put out: whatever the door's rule, a host has to let them in again. `reason` is what they were told. */
export const sentOut = internalEvent<{ readonly member: string; readonly reason: string }>('member.sent-out');

/** Somebody may not come back. `reason` is what they were told. */
export const memberBanned = internalEvent<{ readonly ban: BanRow & { readonly reason: string } }>(
  'member.ban-set',
);

/** Somebody who was banned may come back. */
export const banLifted = internalEvent<{ readonly member: string; readonly name: string }>(
  'member.ban-lifted',
);

/** Messages whose author's account is deleted have been emptied in the log. */
export const messagesErased = internalEvent<{ readonly messages: readonly number[] }>(
  'group.messages-erased',
);

/** Somebody tried what was refused to them, and a host should know. */
export const actRefused = internalEvent<{ readonly action: string; readonly member: string | null }>(
  'audit.refused',
);

/** A host switched these off for these members. */
export const mediaStopped = internalEvent<{
  readonly members: readonly string[];
  readonly media: readonly string[];
}>('media.stopped-for');

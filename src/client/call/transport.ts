import type { RoomConnection } from '../room.ts';
import type { Timers } from '../timers.ts';
import type { Published } from '../view-call.ts';
import type { Line, Source, Tracks } from './call-view.ts';
import type { Sample } from './quality.ts';
import type { Stays } from './stays.ts';

export type { Published };

/** What a call needs of a room. */
export type CallRoom = Pick<RoomConnection, 'calling' | 'on' | 'roster' | 'setMedia' | 'state' | 'subscribe'>;

/** `RTCPeerConnection`, or what behaves like it. */
export type PeerConnectionConstructor = new (configuration: RTCConfiguration) => RTCPeerConnection;

/** What every way of transport is made with. */
export interface TransportContext {
  readonly room: CallRoom;
  /** The id of this page in the call. */
  readonly call: string;
  readonly peerConnection: PeerConnectionConstructor;
  readonly timers: Timers;
  /** STUN and TURN servers, as fresh as they have to be for a new connection. */
  readonly iceServers: () => Promise<RTCIceServer[]>;
  /** Something was received, is received no longer, or the state of a connection has changed: look at it again. */
  readonly changed: () => void;
}

/** Somebody's tracks as they arrive. Nobody has asked yet whether they may be shown: that is the gate's. */
export interface Received {
  /** The page that they come from: its id in the call. */
  readonly from: string;
  /** null: nothing is sent. */
  readonly tracks: Tracks;
  readonly line: Line;
}

/**
 * The way that picture and sound take: from each to each (`openDirect`), or through an SFU. It is given what is to be sent and who
 * is in the call, and answers what arrives. It never decides what may be shown or switched on.
 */
export interface Transport {
  /** Sends this track from now, or (null) nothing. `track` is never stopped here. */
  setLocal(source: Source, track: MediaStreamTrack | null): void;
  /** Who is in the call now, and what is to be known of the room: called after each change of it while you are in. */
  follow(stays: Stays): void;
  /** Whose pictures are wanted, null: everybody's. Sound always is. What is not wanted need not be sent. */
  setWanted(members: ReadonlySet<string> | null): void;
  /** You are in the call (again): what could not be said meanwhile is said now. */
  entered(): void;
  /** The network of this machine has changed: ways that were found may lead nowhere. */
  networkChanged(): void;
  received(member: string): Received | undefined;
  /** How loud somebody is at this moment, 0 to 1. */
  level(member: string): number;
  /** What the connection to each has counted so far. */
  sample(): Promise<ReadonlyMap<string, Sample>>;
  /** Ends all connections. Nothing is called back any more. */
  close(): void;
}

export type OpenTransport = (context: TransportContext) => Transport;

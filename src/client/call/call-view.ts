import type { CallMode } from '../../protocol/call.ts';
import type { Media } from '../../protocol/permissions.ts';
import type { ParleyError } from '../http.ts';

/** What is sent and received, each as a track of its own. `screenSound` belongs to the medium `screen`. */
export const SOURCES = ['microphone', 'camera', 'screen', 'screenSound'] as const;
export type Source = (typeof SOURCES)[number];

/** The medium whose right and state decide about a source. */
export const MEDIUM: Readonly<Record<Source, Media>> = {
  microphone: 'microphone',
  camera: 'camera',
  screen: 'screen',
  screenSound: 'screen',
};

/** What kind of track a source is. */
export const KIND: Readonly<Record<Source, 'audio' | 'video'>> = {
  microphone: 'audio',
  camera: 'video',
  screen: 'video',
  screenSound: 'audio',
};

/** A track for each source; null: nothing is there, or it may not be shown. */
export type Tracks = Readonly<Record<Source, MediaStreamTrack | null>>;

export const NO_TRACKS: Tracks = { microphone: null, camera: null, screen: null, screenSound: null };

/**
 * How the line to a member is. connecting: not there yet. good: nothing is felt. fair: small faults. poor: picture or sound
 * break up. lost: nothing comes; it is being tried again.
 */
export type Quality = 'connecting' | 'good' | 'fair' | 'poor' | 'lost';

/** How it stands with the connection over which somebody's tracks arrive. */
export type Line = 'connecting' | 'connected' | 'lost';

/** Somebody else in the call. */
export interface CallMember extends Tracks {
  readonly quality: Quality;
}

/** What you send. */
export interface CallSelf extends Tracks {
  /** The microphone is held, and nobody hears it. `microphone` is what will be heard again. */
  readonly muted: boolean;
  /** You speak and are heard. */
  readonly speaking: boolean;
  /** You speak, and nobody hears you. */
  readonly speakingWhileMuted: boolean;
}

/**
 * entering: on the way in. in: you are. away: the connection to the room is lost; what goes on between you and the others goes
 * on, and you come in again by yourself. failed: you were not let in, `failure` says why; `enter` tries again. closed: it is over.
 */
export type CallStatus = 'entering' | 'in' | 'away' | 'failed' | 'closed';

/** A call as it is now. Never changed: each change makes a new object, and what has not changed in it stays the same object. */
export interface CallView {
  readonly mode: CallMode;
  readonly status: CallStatus;
  /** Why it is `failed`: `call_full`, … */
  readonly failure: ParleyError | null;
  /** By id, all others who are in the call, or away and expected back. */
  readonly members: ReadonlyMap<string, CallMember>;
  readonly self: CallSelf;
}

/** What was switched off without you: a host did, or the right to it is gone, or the device. */
export interface Taken {
  readonly media: Media;
  /**
   * room: a host has switched it off, or you may not use it any more. ended: the device is gone, or the browser ended it. unknown:
   * your line to the room was lost for so long that the room can't tell whether a host has; it may be switched on again.
   */
  readonly reason: 'room' | 'ended' | 'unknown';
  /** What the room said to it, where it was refused as you came in: `call_full`, `not_allowed`, … */
  readonly error: ParleyError | null;
}

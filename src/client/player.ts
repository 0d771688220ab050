import type { WatchFailure } from '../protocol/watch.ts';

/** The part of an HTMLMediaElement that is used. Times in seconds, as there. Volume, subtitles and size are left to whoever watches. */
export interface PlayerLike {
  currentTime: number;
  playbackRate: number;
  readonly paused: boolean;
  readonly ended: boolean;
  readonly seeking: boolean;
  /** 1: length and size are known. 3: it can play on for now. */
  readonly readyState: number;
  /** 1: it has a source, and fetches nothing of it at the moment. */
  readonly networkState: number;
  /** 1: called off, 2: it did not come, 3: it is broken, 4: of a kind that is not played. */
  readonly error: { readonly code: number } | null;
  play(): Promise<void> | undefined;
  pause(): void;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** The part of a document that is used. */
export interface PageLike {
  readonly hidden: boolean;
  addEventListener(type: 'visibilitychange', listener: () => void): void;
  removeEventListener(type: 'visibilitychange', listener: () => void): void;
}

/** That of this page; null: there is none. */
export function thePage(): PageLike | null {
  const found: unknown = Reflect.get(globalThis, 'document');
  return isPage(found) ? found : null;
}
const isPage = (found: unknown): found is PageLike =>
  typeof found === 'object' && found !== null && 'hidden' in found && 'addEventListener' in found;

export const HAS_LENGTH = 1;
const CAN_PLAY_ON = 3;

/** Whether it could play on at this moment. At its very end there is nothing left to load. */
export const canPlay = (player: PlayerLike): boolean =>
  !player.seeking && (player.readyState >= CAN_PLAY_ON || player.ended);

const IDLE = 1;

/** Whether it fetches nothing, be it that it has enough or that it waits until it is to play, as on mobile data. */
export const isIdle = ({ networkState }: PlayerLike): boolean => networkState === IDLE;

/** Whether it could begin where it stands, as far as can be known before it is told to. */
export const canBegin = (player: PlayerLike): boolean =>
  canPlay(player) || (!player.seeking && player.readyState >= HAS_LENGTH && isIdle(player));

/** Whatever happens to an element that may change what is to be done. */
export const PLAYER_EVENTS = [
  'canplay',
  'ended',
  'error',
  'loadedmetadata',
  'pause',
  'playing',
  'ratechange',
  'seeked',
  'seeking',
  'stalled',
  'timeupdate',
  'waiting',
] as const;

const REASONS: Readonly<Record<number, WatchFailure>> = { 2: 'unreachable', 3: 'broken', 4: 'unsupported' };

/** Why it can't be played; null: it can, or loading was called off for something else. */
export const failureOf = ({ error }: PlayerLike): WatchFailure | null =>
  error === null ? null : (REASONS[error.code] ?? null);

/** A browser refuses to play with sound before somebody has pressed something. */
export const isRefusal = (reason: unknown): boolean =>
  typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'NotAllowedError';

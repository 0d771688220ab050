import { LIMITS } from '../../../../src/protocol/index.ts';
import { posterOf } from './poster.ts';
import { attach, isOwn, type SourceFault } from './source.ts';

/** What is said of a video or audio when it is put on the list. */
export interface MediaFacts {
  /** ms; null: it does not say. */
  readonly duration: number | null;
  /** `data:` URL of a small picture; left out: it has none that can be read. */
  readonly poster?: string;
}

/** closed: this page was built so that it opens nothing of other servers. */
export type NoMediaReason = SourceFault | 'closed';

/** It is no video or audio, or none that can be watched here. */
export class NoMedia extends Error {
  override readonly name = 'NoMedia';
  readonly reason: NoMediaReason;

  constructor(reason: NoMediaReason) {
    super(`unable to read it; it is ${reason}`);
    this.reason = reason;
  }
}

/** ms that a server has for each step: to send the beginning, and to send a picture. */
const PATIENCE = 15_000;
/** Share of the film at which its picture is taken, and s behind which there is no need to look: the first is often black. */
const PICTURE_AT = 0.1;
const PICTURE_BEFORE = 20;
/** s by which the picture may be of another place, and ms that a browser has to draw it once it is there. */
const PICTURE_WITHIN = 1;
const DRAWN_WITHIN = 1_000;
/** s that nothing lasts: browsers that don't know a length go to the end to find it. */
const BEHIND_ALL = 1e7;

/** Resolves at one of the events `types`; rejects when the player fails, takes too long or is called off. */
function happens(player: HTMLMediaElement, types: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      for (const type of types) player.removeEventListener(type, done);
      player.removeEventListener('error', failed);
      signal.removeEventListener('abort', calledOff);
    };
    const calledOff = (): void => {
      stop();
      reject(signal.reason);
    };
    const done = (): void => {
      stop();
      resolve();
    };
    const failed = (): void => {
      stop();
      reject(new NoMedia(player.error?.code === 3 ? 'broken' : 'unsupported'));
    };
    const timer = setTimeout(failed, PATIENCE);
    for (const type of types) player.addEventListener(type, done);
    player.addEventListener('error', failed);
    signal.addEventListener('abort', calledOff);
    if (signal.aborted) calledOff();
  });
}

/** ms, as whole as the room wants it; null: without an end, or too long to be one. */
export function wholeDuration(seconds: number): number | null {
  const ms = Math.round(seconds * 1_000);
  return Number.isFinite(ms) && ms >= 1 && ms <= LIMITS.mediaDuration ? ms : null;
}

/** Recordings of browsers don't say how long they are. At their end it shows. */
async function findEnd(player: HTMLMediaElement, signal: AbortSignal): Promise<void> {
  const found = happens(player, ['durationchange', 'seeked'], signal);
  player.currentTime = BEHIND_ALL;
  await found;
}

/**
 * Resolves when the picture of this place (s) is what the player would draw: browsers say that they are there a moment before.
 * Where that can't be known, or the page is hidden and nothing is drawn, it resolves all the same.
 */
function isDrawn(player: HTMLVideoElement, at: number): Promise<void> {
  if (!('requestVideoFrameCallback' in player)) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, DRAWN_WITHIN);
    const look = (_: number, { mediaTime }: VideoFrameCallbackMetadata): void => {
      if (Math.abs(mediaTime - at) > PICTURE_WITHIN) {
        player.requestVideoFrameCallback(look);
        return;
      }
      clearTimeout(timer);
      resolve();
    };
    player.requestVideoFrameCallback(look);
  });
}

/** A picture of it, where there is one and it comes in time. */
async function readPoster(player: HTMLVideoElement, signal: AbortSignal): Promise<string | undefined> {
  const { duration } = player;
  if (player.videoWidth === 0) return undefined;
  const at = Number.isFinite(duration) ? Math.min(duration * PICTURE_AT, PICTURE_BEFORE) : 0;
  const there = happens(player, ['seeked'], signal);
  const drawn = isDrawn(player, at);
  player.currentTime = at;
  try {
    await there;
    await drawn;
  } catch (error) {
    // It plays, but there is no picture of this place: the list does without.
    if (error instanceof NoMedia) return undefined;
    throw error;
  }
  return posterOf(player);
}

/** Calls `closed` when the page's own rules keep it from opening other servers. Returns a function that ends it. */
function onClosed(closed: () => void): () => void {
  const look = ({ effectiveDirective }: SecurityPolicyViolationEvent): void => {
    if (/^(media|connect)-src/.test(effectiveDirective)) closed();
  };
  document.addEventListener('securitypolicyviolation', look);
  return () => document.removeEventListener('securitypolicyviolation', look);
}

async function readWith(
  url: string,
  type: string,
  crossOrigin: 'anonymous' | null,
  signal: AbortSignal,
): Promise<MediaFacts> {
  const player = document.createElement('video');
  player.muted = true;
  player.preload = 'auto';
  player.crossOrigin = crossOrigin;
  const failure = Promise.withResolvers<never>();
  const fail = (reason: NoMediaReason): void => failure.reject(new NoMedia(reason));
  const begun = happens(player, ['loadedmetadata'], signal);
  // Both may fail; the first is told.
  begun.catch(() => undefined);
  failure.promise.catch(() => undefined);
  const heard = onClosed(() => fail('closed'));
  let detach = (): void => undefined;
  try {
    detach = await attach(player, url, type, fail);
    await Promise.race([begun, failure.promise]);
    if (player.duration === Number.POSITIVE_INFINITY && isOwn(url)) await findEnd(player, signal);
    const poster = await Promise.race([readPoster(player, signal), failure.promise]);
    const duration = wholeDuration(player.duration);
    return poster === undefined ? { duration } : { duration, poster };
  } finally {
    heard();
    detach();
  }
}

/** Of these another way of asking for it changes nothing. */
const FINAL: ReadonlySet<NoMediaReason> = new Set(['live', 'closed']);

/**
 * Reads how long a video or audio is and takes a picture of it. Rejects with `NoMedia` where it can't be watched here. Pictures
 * of other servers can be read only where these allow it; others are played, and have none.
 */
export async function readMedia(url: string, type: string, signal: AbortSignal): Promise<MediaFacts> {
  if (isOwn(url)) return readWith(url, type, null, signal);
  try {
    return await readWith(url, type, 'anonymous', signal);
  } catch (error) {
    if (!(error instanceof NoMedia) || FINAL.has(error.reason)) throw error;
    return readWith(url, type, null, signal);
  }
}

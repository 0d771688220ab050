import { type EventDraft, happen } from '../engine/feature.ts';
import type { StateView } from '../engine/state.ts';
import { MEDIA, type Media } from '../protocol/index.ts';

/** What a member has on. */
export type MediaState = Readonly<Record<Media | 'speaking', boolean>>;

/** Everything off. */
export const OFF: MediaState = { camera: false, microphone: false, screen: false, speaking: false };

/** What a member has on now. Kept with the session, not on disk: it ends with it. */
export function mediaOf(state: StateView, member: string): MediaState {
  const fields = state.latest('media.changed', member)?.fields;
  if (fields === undefined) return OFF;
  return {
    camera: fields.camera === true,
    microphone: fields.microphone === true,
    screen: fields.screen === true,
    speaking: fields.speaking === true,
  };
}

export const isOff = (media: MediaState): boolean => !MEDIA.some((one) => media[one]);

/** Tells what a member has on from now. */
export const changed = (member: string, media: MediaState): EventDraft =>
  happen('media.changed', { member, ...media }, { about: member, ...(isOff(media) ? { forget: true } : {}) });

export const isSame = (a: MediaState, b: MediaState): boolean =>
  a.camera === b.camera &&
  a.microphone === b.microphone &&
  a.screen === b.screen &&
  a.speaking === b.speaking;

/** Who speaks has a microphone on; without one the flag falls with it. */
export const settle = (media: MediaState): MediaState => ({
  ...media,
  speaking: media.speaking && media.microphone,
});

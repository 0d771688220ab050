import { can, MEDIA, type Media, type Policy } from '../protocol/permissions.ts';
import type { Member } from '../protocol/roster.ts';

/** What a member wants to have on. */
export type Wanted = Readonly<Record<Media, boolean>>;

/** What somebody wants on: what the room knew, and over it what they have asked for since, oldest first. */
export function wantedMedia(
  known: Wanted | undefined,
  asked: readonly Readonly<Record<string, unknown>>[],
): Wanted {
  const wanted = { camera: false, microphone: false, screen: false, ...known };
  for (const command of asked) {
    for (const one of MEDIA) if (typeof command[one] === 'boolean') wanted[one] = command[one];
  }
  return wanted;
}

/** The part of it that may be on now, as fields of `media.set`; null where nothing is. */
export function allowedMedia(
  wanted: Wanted,
  self: Member,
  policy: Policy,
): Partial<Record<Media, true>> | null {
  const allowed = MEDIA.filter((one) => wanted[one] && can(self, policy, one));
  return allowed.length === 0 ? null : Object.fromEntries(allowed.map((one) => [one, true]));
}

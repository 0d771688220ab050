import type { Media } from '../../protocol/permissions.ts';
import { can, type Policy } from '../../protocol/permissions.ts';
import type { Member } from '../../protocol/roster.ts';
import type { On, Stay } from './stays.ts';

/** What is known of somebody whose tracks arrive. */
export interface Standing {
  /** undefined: not in the room, or the roster does not hold them yet. */
  readonly member: Pick<Member, 'role' | 'rights'> | undefined;
  /** undefined: not in the call. */
  readonly stay: Stay | undefined;
}

const NOTHING: On = { camera: false, microphone: false, screen: false };

/**
 * What of somebody may be shown and played, whatever arrives from them: only what they have on by the room's word, and what their
 * role, their rights and the room's policy allow at this moment. `from`: the id of the page that it arrives from; another one than
 * the room knows has no say. It trusts no sender: with direct connections nobody but the receiver can keep a track out.
 */
export function shown({ member, stay }: Standing, policy: Policy, from: string): On {
  if (member === undefined || stay === undefined || stay.call !== from) return NOTHING;
  const may = (media: Media): boolean => stay.on[media] && can(member, policy, media);
  return { camera: may('camera'), microphone: may('microphone'), screen: may('screen') };
}

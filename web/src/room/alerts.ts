import type { RoomView } from '../../../src/client/index.ts';
import type { RoomEvent } from '../../../src/protocol/index.ts';
import type { Tone } from '../alerts/tones.ts';

/** What an event is worth to somebody: the tone that is heard, and whether the system tells it while they are away. */
export interface Alert {
  readonly tone: Tone;
  /** Only while nobody looks at the page: whoever reads along needs no tone for each message. */
  readonly away: boolean;
}

type Seen = Pick<RoomView, 'self' | 'count' | 'devices'>;

/** People above which comings are a murmur and no news. */
const SMALL = 20;

function ofMessage(event: RoomEvent<'chat.sent'>, { self, devices }: Seen): Alert {
  // Whoever is mentioned is meant, on whichever device.
  const isMeant = (id: string): boolean => devices.has(id) || id === self.account;
  const isForThem = event.to !== undefined || (event.mentions?.some(isMeant) ?? false);
  return isForThem ? { tone: 'mention', away: false } : { tone: 'message', away: true };
}

/** null: it makes no sound. Hands are for hosts, and for whoever is called on. */
export function alertOf(event: RoomEvent, seen: Seen): Alert | null {
  const { self, count, devices } = seen;
  const isOwn = event.by !== undefined && event.by !== null && devices.has(event.by);
  const isHost = self.role === 'host' || self.role === 'cohost';
  switch (event.t) {
    case 'chat.sent':
      return isOwn ? null : ofMessage(event, seen);
    case 'image.shared':
    case 'file.shared':
      return isOwn ? null : { tone: 'message', away: true };
    case 'member.joined':
      return devices.has(event.member.id) || count > SMALL ? null : { tone: 'join', away: false };
    case 'lobby.joined':
      return isHost ? { tone: 'join', away: false } : null;
    case 'hand.raised':
      return isHost && !devices.has(event.member) ? { tone: 'hand', away: false } : null;
    case 'hand.called':
      return devices.has(event.member) ? { tone: 'mention', away: false } : null;
    default:
      return null;
  }
}

import type { RoomView } from '../room-view.ts';
import { type CallMember, MEDIUM, NO_TRACKS, type Quality, SOURCES, type Tracks } from './call-view.ts';
import { shown } from './gate.ts';
import { isSame } from './same.ts';
import type { On, Stay, Stays } from './stays.ts';
import type { Received, Transport } from './transport.ts';

/**
 * The tracks that the gate lets through. Those that it holds back are switched off as well: whoever still has one in an element
 * hears and sees nothing of it from this moment.
 */
function gated(tracks: Tracks, may: On): Tracks {
  const passed = { ...NO_TRACKS };
  for (const source of SOURCES) {
    const track = tracks[source];
    if (track === null) continue;
    track.enabled = may[MEDIUM[source]];
    if (track.enabled) passed[source] = track;
  }
  return passed;
}

const wordOf = ({ line }: Received, sampled: Quality | undefined): Quality =>
  line === 'connected' ? (sampled === 'connecting' || sampled === undefined ? 'good' : sampled) : line;

/** What is seen of the others. Keeps the same objects where nothing has changed. */
export class Seen {
  #members: ReadonlyMap<string, CallMember> = new Map();

  members(
    room: Pick<RoomView, 'members' | 'policy'>,
    stays: Stays,
    transport: Transport | null,
    qualityOf: (member: string) => Quality | undefined,
  ): ReadonlyMap<string, CallMember> {
    const next = new Map<string, CallMember>();
    for (const [member, stay] of stays) {
      const before = this.#members.get(member);
      const now = memberOf(room, member, stay, transport?.received(member), qualityOf(member));
      next.set(member, before !== undefined && isSame(before, now) ? before : now);
    }
    const isChanged =
      next.size !== this.#members.size || Array.from(next).some(([id, one]) => this.#members.get(id) !== one);
    if (isChanged) this.#members = next;
    return this.#members;
  }
}

function memberOf(
  { members, policy }: Pick<RoomView, 'members' | 'policy'>,
  member: string,
  stay: Stay,
  received: Received | undefined,
  sampled: Quality | undefined,
): CallMember {
  if (received === undefined) return { ...NO_TRACKS, quality: 'connecting' };
  const may = shown({ member: members.get(member), stay }, policy, received.from);
  return { ...gated(received.tracks, may), quality: wordOf(received, sampled) };
}

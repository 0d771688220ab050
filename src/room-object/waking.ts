import type { Engine } from '../engine/engine.ts';
import { SYSTEM } from '../engine/feature.ts';
import type { Sockets } from '../engine/sockets.ts';
import { type Standing, takeUpSockets, type Woken } from '../engine/waking.ts';
import { dropSession } from './features/roster.ts';
import { type MemberRow, memberTable } from './tables.ts';

const standingOf = ({ id, session, presence }: Readonly<MemberRow>): Standing => ({
  member: id,
  session,
  isThere: presence === 'online' || presence === 'waiting',
  scope: presence === 'waiting' ? 'own' : 'all',
});

/**
 * Takes up what outlived the object's memory: its sockets go on where they stood, and who is online without one is away
 * from here on. `now` in ms.
 */
export function takeUp(engine: Engine, sockets: Sockets, now: number): Woken {
  const members = engine.state.table(memberTable);
  return takeUpSockets({
    engine,
    sockets,
    now,
    standing: (member) => {
      const row = members.get(member);
      return row === undefined ? undefined : standingOf(row);
    },
    *all() {
      for (const row of members.values()) {
        // Whose connection was noticed to drop in the lobby is not lost once more.
        if (row.presence !== 'waiting' || row.awayAt === null) yield standingOf(row);
      }
    },
    drop: (member, session) => engine.perform(dropSession, { member, session, isLost: true }, SYSTEM),
  });
}

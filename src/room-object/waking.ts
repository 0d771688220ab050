import type { Engine } from '../engine/engine.ts';
import { SYSTEM } from '../engine/feature.ts';
import { dropSession } from './features/roster.ts';
import type { Sockets } from './sockets.ts';
import { memberTable } from './tables.ts';

/** An object that woke this soon after its last write did not fall asleep: it was thrown out in the middle. ms. */
const RECENT = 10_000;

/** How an object woke. */
export interface Woken {
  /** It did not fall asleep before: it was thrown out in the middle. */
  readonly wasThrownOut: boolean;
  /** Members who are online by what is written, and have no socket any more. */
  readonly lost: number;
}

/**
 * Takes up what outlived the object's memory: its sockets go on where they stood, and who is online without one is away
 * from here on. `now` in ms.
 */
export function takeUp(engine: Engine, sockets: Sockets, now: number): Woken {
  const members = engine.state.table(memberTable);
  const wasThrownOut = now - engine.lastAt < RECENT;
  for (const { session, attachment } of sockets.restore()) {
    const row = members.get(session.member);
    const isThere = row?.presence === 'online' || row?.presence === 'waiting';
    const isOurs = isThere && row.session === session.number && attachment.phase !== 'joining';
    if (!isOurs || session.phase.kind === 'closed') {
      session.close(row !== undefined && session.number < row.session ? 'replaced' : 'restart');
      // What it was handed before is held until it goes.
      engine.sessions.leave(session);
      continue;
    }
    engine.resumeSession(session, row.presence === 'waiting' ? 'own' : 'all');
    for (const event of attachment.latest) engine.state.setLatest(event);
    const position = {
      t: 'position',
      ...engine.position(session.member),
      acked: engine.acked(session.member),
    };
    if (session.scope === 'all' && (wasThrownOut || attachment.phase === 'lagging'))
      session.send(JSON.stringify(position));
  }
  let lost = 0;
  // Kills and resets fire no close event.
  for (const row of Array.from(members.values())) {
    const isThere = row.presence === 'online' || (row.presence === 'waiting' && row.awayAt === null);
    if (!isThere || engine.sessions.of(row.id) !== undefined) continue;
    engine.perform(dropSession, { member: row.id, session: row.session }, SYSTEM);
    lost += 1;
  }
  return { wasThrownOut, lost };
}

import type { Engine } from './engine.ts';
import type { Session } from './session.ts';
import type { Sockets } from './sockets.ts';

/** An object that woke this soon after its last write did not fall asleep: it was thrown out in the middle. ms. */
const RECENT = 10_000;

/** How an object woke. */
export interface Woken {
  /** It did not fall asleep before: it was thrown out in the middle. */
  readonly wasThrownOut: boolean;
  /** Members who are there by what is written, and have no socket any more. */
  readonly lost: number;
}

/** How a member stands by what is written. */
export interface Standing {
  readonly member: string;
  /** Number of their newest session. */
  readonly session: number;
  /** Whether they are connected. */
  readonly isThere: boolean;
  readonly scope: Session['scope'];
}

export interface WakingOptions {
  readonly engine: Engine;
  readonly sockets: Sockets;
  /** ms. */
  readonly now: number;
  readonly standing: (member: string) => Standing | undefined;
  /** Everybody who may be there. */
  readonly all: () => Iterable<Standing>;
  /** Has somebody, who has no socket any more, be there no longer. */
  readonly drop: (member: string, session: number) => void;
}

/** Takes up what outlived the object's memory: its sockets go on where they stood, and who is there without one is not. */
export function takeUpSockets(options: WakingOptions): Woken {
  const { engine, sockets, now, standing, all, drop } = options;
  const wasThrownOut = now - engine.lastAt < RECENT;
  for (const { session, attachment } of sockets.restore()) {
    const known = standing(session.member);
    const isOurs =
      known?.isThere === true && known.session === session.number && attachment.phase !== 'joining';
    if (!isOurs || session.phase.kind === 'closed') {
      session.close(known !== undefined && session.number < known.session ? 'replaced' : 'restart');
      // What it was handed before is held until it goes.
      engine.sessions.leave(session);
      continue;
    }
    engine.resumeSession(session, known.scope);
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
  for (const { member, session, isThere } of Array.from(all())) {
    if (!isThere || engine.sessions.of(member) !== undefined) continue;
    drop(member, session);
    lost += 1;
  }
  return { wasThrownOut, lost };
}

import { base64url } from 'jose';
import type { Tokens } from '../../platform/tokens.ts';
import { fail, type Outcome, succeed } from '../../protocol/index.ts';

/** So many at once, then one in so many ms. */
interface Pace {
  readonly burst: number;
  readonly everyMs: number;
}

/** Of one name from one place. Strict: whoever knows their password needs no more. */
const FROM_ONE_PLACE: Pace = { burst: 5, everyMs: 120_000 };
/**
 * Of one name from all places together, but for those that its owner logs in from. Loose: a stranger can use it up, and
 * then holds up whoever comes from somewhere new, for half a minute after the stranger's last try.
 */
const FROM_ANYWHERE: Pace = { burst: 100, everyMs: 30_000 };
const ANYWHERE = '';
/** Where tries from a place that the owner logs in from are counted, and stop nobody: so that they take the same time. */
const AT_HOME = 'home';

/**
 * Takes a try in one statement, so that many at once in many Workers are all counted (a leaky bucket as one time, known
 * as GCRA). A time further ahead than any try can have put it is from before the clock was put back.
 */
const TAKE = `INSERT INTO tries (name, place, free_at) VALUES (?1, ?2, ?3 + ?4)
  ON CONFLICT (name, place) DO UPDATE SET free_at = min(max(free_at, ?3), ?3 + ?5) + ?4
    WHERE free_at <= ?3 + ?5 OR free_at > ?3 + 2 * (?4 + ?5)
  RETURNING free_at`;
const LOOK = 'SELECT free_at FROM tries WHERE name = ?1 AND place = ?2';
const SWEEP = 'DELETE FROM tries WHERE free_at <= ?1';
const FORGET_PLACE = 'DELETE FROM tries WHERE name = ?1 AND place = ?2';
const GIVE_BACK = 'UPDATE tries SET free_at = free_at - ?3 WHERE name = ?1 AND place = ?2';
const FORGET_NAME = 'DELETE FROM tries WHERE name = ?1';

/** Counts passwords that are tried: per name and place strictly, per name loosely. */
export interface Tries {
  /** What stands for a place in the tables: nothing can be found out from it without the server's key. */
  placeOf(text: string): Promise<string>;
  /**
   * Takes one before the password is looked at, or else many at once would all be looked at. Answers what gives it back,
   * for the batch of whoever had the right one; `rate_limited` where there is none left. `known`: the owner logs in from
   * there, and what strangers try elsewhere does not count.
   */
  take(
    userName: string,
    place: string,
    known: boolean,
    now: number,
  ): Promise<Outcome<readonly D1PreparedStatement[]>>;
  /** Deletes all that is counted of a name. */
  forget(userName: string): Promise<D1PreparedStatement>;
}

export function createTries(db: D1Database, tokens: Tokens): Tries {
  const keyOf = async (kind: string, text: string): Promise<string> =>
    base64url.encode(await tokens.derive('tries', `${kind}\n${text}`)).slice(0, 22);
  const nameOf = (userName: string): Promise<string> => keyOf('name', userName.toLowerCase());

  /** ms to wait; 0: taken. */
  async function takeAt(name: string, place: string, { burst, everyMs }: Pace, now: number): Promise<number> {
    const slackMs = (burst - 1) * everyMs;
    const [, taken, left] = await db.batch<{ free_at: number }>([
      db.prepare(SWEEP).bind(now),
      db.prepare(TAKE).bind(name, place, now, everyMs, slackMs),
      db.prepare(LOOK).bind(name, place),
    ]);
    if (taken?.results[0] !== undefined) return 0;
    return Math.max(1, (left?.results[0]?.free_at ?? now) - slackMs - now);
  }

  return {
    placeOf: (text) => keyOf('place', text),

    async take(userName, place, known, now) {
      const name = await nameOf(userName);
      const wait = await takeAt(name, place, FROM_ONE_PLACE, now);
      if (wait > 0) return fail('rate_limited', { retry: wait });
      const all = known ? AT_HOME : ANYWHERE;
      const longer = await takeAt(name, all, FROM_ANYWHERE, now);
      if (longer > 0 && !known) {
        // No password was looked at.
        await db.prepare(GIVE_BACK).bind(name, place, FROM_ONE_PLACE.everyMs).run();
        return fail('rate_limited', { retry: longer });
      }
      return succeed([
        db.prepare(FORGET_PLACE).bind(name, place),
        db.prepare(GIVE_BACK).bind(name, all, FROM_ANYWHERE.everyMs),
      ]);
    },

    forget: async (userName) => db.prepare(FORGET_NAME).bind(await nameOf(userName)),
  };
}

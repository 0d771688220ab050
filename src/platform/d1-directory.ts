import type { Person } from '../protocol/index.ts';
import { EVERYBODYS_CODE } from './codes.ts';
import type {
  Directory,
  Farewell,
  KnownPresence,
  LooksGone,
  OnlinePage,
  PresenceEntry,
  Sight,
} from './directory.ts';
import type { PresenceNews } from './user-rpc.ts';

interface PersonRow {
  readonly id: string;
  readonly user_name: string | null;
  readonly name: string;
  readonly avatar: string | null;
}
interface PresenceRow {
  readonly account: string;
  readonly status: PresenceNews['status'];
  readonly since: number | null;
  readonly at: number;
  readonly until: number;
}
interface SeenRow extends PresenceRow {
  readonly hidden: 0 | 1;
  /** What the viewer is to take them for, as JSON; null: they may see. */
  readonly looks: string | null;
}
interface AccountRow {
  readonly account: string;
}

/** Comes behind every character that a name can hold. */
const BEHIND_ALL = '\u{10ffff}';

// D1 takes a hundred bound values at most, so a list travels as one: JSON that SQLite takes apart.
const among = (parameter: string): string => `IN (SELECT value FROM json_each(${parameter}))`;
const list = (ids: readonly unknown[]): string => JSON.stringify(ids);

const OURS = 'id, user_name, name, avatar FROM accounts';
const THEIRS = 'id, NULL AS user_name, name, avatar FROM people';
const BY_IDS = `SELECT ${OURS} WHERE id ${among('?1')} UNION ALL SELECT ${THEIRS} WHERE id ${among('?1')}`;
const BY_USER_NAME = `SELECT ${OURS} WHERE user_name = ?1`;
// Each part reads at most as many rows as it gives, in the order of an index.
const BEGINS_WITH = `SELECT id, user_name, name, avatar FROM (
    SELECT * FROM (SELECT ${OURS} WHERE user_name >= ?1 AND user_name < ?2 ORDER BY user_name LIMIT ?3)
    UNION SELECT * FROM (
      SELECT ${OURS} WHERE name >= ?1 COLLATE NOCASE AND name < ?2 COLLATE NOCASE
      ORDER BY name COLLATE NOCASE LIMIT ?3)
    UNION SELECT * FROM (
      SELECT ${THEIRS} WHERE name >= ?1 COLLATE NOCASE AND name < ?2 COLLATE NOCASE
      ORDER BY name COLLATE NOCASE LIMIT ?3)
  ) ORDER BY coalesce(user_name, name) COLLATE NOCASE, id LIMIT ?3`;
const PUT_PERSON = `INSERT INTO people (id, name, avatar) VALUES (?1, ?2, ?3)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, avatar = excluded.avatar
  WHERE name <> excluded.name OR avatar IS NOT excluded.avatar`;

/** Somebody who was deleted while an object was still speaking of them must not come back. */
const existing = (id: string): string =>
  `(EXISTS (SELECT 1 FROM accounts WHERE id = ${id}) OR EXISTS (SELECT 1 FROM people WHERE id = ${id}))`;
const PUT_PRESENCE = `INSERT INTO presence (account, status, since, at, until, hidden, hidden_from)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE ${existing('?1')}
  ON CONFLICT (account) DO UPDATE SET status = excluded.status, since = excluded.since, at = excluded.at,
    until = excluded.until, hidden = excluded.hidden, hidden_from = excluded.hidden_from
  WHERE excluded.at >= at`;
/** What the viewer (?1) is to take the person of the row for; null: they may see how they are. */
const LOOKS = "(SELECT value FROM json_each(p.hidden_from) WHERE json_extract(value, '$.account') = ?1)";
const PRESENCE_OF = `SELECT p.account, p.status, p.since, p.at, p.until, p.hidden, ${LOOKS} AS looks FROM presence p
  WHERE p.account ${among('?2')}`;
const THERE = `SELECT account FROM presence
  WHERE account ${among('?1')} AND status <> 'offline' AND until > ?2`;

const NAME = 'coalesce(a.name, x.name)';
const ONLINE = `SELECT p.account AS id, a.user_name, ${NAME} AS name, coalesce(a.avatar, x.avatar) AS avatar,
    p.account, p.status, p.since, p.at, p.until
  FROM presence p LEFT JOIN accounts a ON a.id = p.account LEFT JOIN people x ON x.id = p.account
  WHERE p.status <> 'offline' AND p.until > ?2 AND p.account <> ?1 AND p.hidden = 0 AND ${LOOKS} IS NULL
    AND NOT p.account ${among('?3')}
    AND (?4 OR p.account ${among('?5')} OR p.account IN (
      SELECT theirs.account FROM enrolled mine JOIN enrolled theirs ON theirs.group_id = mine.group_id
      WHERE mine.account = ?1 AND mine.group_id <> ?9))
    AND (${NAME} COLLATE NOCASE, p.account) > (?6, ?7)
  ORDER BY ${NAME} COLLATE NOCASE, p.account LIMIT ?8`;

const PUT_ENROLLED = `INSERT INTO enrolled (group_id, account) SELECT ?1, value FROM json_each(?2) WHERE ${existing('value')}
  ON CONFLICT DO NOTHING`;
const DROP_ENROLLED = `DELETE FROM enrolled WHERE group_id = ?1 AND account ${among('?2')}`;
const DROP_GROUP = 'DELETE FROM enrolled WHERE group_id = ?1';
const ENROLLED_ONLINE = `SELECT e.account FROM enrolled e JOIN presence p ON p.account = e.account
  WHERE e.group_id = ?1 AND p.status <> 'offline' AND p.until > ?2 ORDER BY p.at DESC`;

const DROP_PERSON = 'DELETE FROM people WHERE id = ?1';
const FORGET = ['presence', 'enrolled'].map(
  (table) => `DELETE FROM ${table} WHERE account = ?1 AND NOT ${existing('?1')}`,
);
const PUT_FAREWELL = `INSERT INTO farewells (account, at) SELECT ?1, ?2 WHERE NOT ${existing('?1')}
  ON CONFLICT (account) DO UPDATE SET at = excluded.at`;
const DROP_FAREWELLS = 'DELETE FROM farewells WHERE at < ?1';
const FAREWELL = `SELECT at, ${existing('?1')} AS is_back FROM farewells WHERE account = ?1`;
const ENDED_LOGINS = `SELECT value AS login FROM json_each(?2)
  WHERE value NOT IN (SELECT id FROM logins WHERE account = ?1 AND expires_at > ?3)`;

/** ms for which a farewell is kept. An object that has to look for its own tries again every hour. */
const FAREWELL_KEPT = 90 * 86_400_000;

/**
 * Drops all that the directory keeps of an account, where it is deleted, and keeps its farewell: for the batch that deletes
 * it, behind that.
 */
export const forgetDeleted = (db: D1Database, account: string, now: number): D1PreparedStatement[] => [
  ...FORGET.map((statement) => db.prepare(statement).bind(account)),
  db.prepare(PUT_FAREWELL).bind(account, now),
  db.prepare(DROP_FAREWELLS).bind(now - FAREWELL_KEPT),
];

const toPerson = ({ id, user_name, name, avatar }: PersonRow): Person => ({
  id,
  userName: user_name,
  name,
  avatar,
});

function newsOf({ status, since, at, until }: PresenceRow, now: number): PresenceNews {
  // Newer than anything that was said before, and older than whatever they say from now on.
  if (status !== 'offline' && until <= now) return { status: 'offline', since: at, at: until };
  return { status, since, at };
}

/** What somebody sees of a person; null: nothing. */
function seenOf({ hidden, looks, ...row }: SeenRow, now: number): KnownPresence | null {
  const { account } = row;
  if (looks === null) return hidden === 1 ? null : { account, news: newsOf(row, now) };
  // What `putPresence` wrote.
  const { since, at } = JSON.parse(looks) as LooksGone;
  return since === null ? null : { account, news: { status: 'offline', since, at } };
}

/** Where a page ends: name and id, so that whoever is renamed or goes meanwhile moves nobody else. */
const toCursor = ({ name, id }: PersonRow): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify([name, id]))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** What a page ended with; null: this is no cursor of ours. */
export function readCursor(cursor: string): readonly [name: string, id: string] | null {
  try {
    const binary = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(
      Uint8Array.from(binary, (unit) => unit.charCodeAt(0)),
    );
    const [name, id] = JSON.parse(text) as unknown[];
    return typeof name === 'string' && typeof id === 'string' ? [name, id] : null;
  } catch {
    return null;
  }
}

/** The directory in D1, beside the accounts. */
export function createDirectory(db: D1Database): Directory {
  const all = async <Row>(statement: string, ...values: readonly unknown[]): Promise<Row[]> =>
    (
      await db
        .prepare(statement)
        .bind(...values)
        .all<Row>()
    ).results;
  const run = async (statement: string, ...values: readonly unknown[]): Promise<void> => {
    await db
      .prepare(statement)
      .bind(...values)
      .run();
  };

  return {
    people: async (ids) => (ids.length === 0 ? [] : (await all<PersonRow>(BY_IDS, list(ids))).map(toPerson)),

    async byUserName(userName) {
      const [found] = await all<PersonRow>(BY_USER_NAME, userName);
      return found === undefined ? null : toPerson(found);
    },

    search: async (beginning, limit) =>
      (await all<PersonRow>(BEGINS_WITH, beginning, beginning + BEHIND_ALL, limit)).map(toPerson),

    putProviderPerson: ({ id, name, avatar }) => run(PUT_PERSON, id, name, avatar),

    async dropProviderPerson(account, now) {
      await db.batch([db.prepare(DROP_PERSON).bind(account), ...forgetDeleted(db, account, now)]);
    },

    async farewellOf(account): Promise<Farewell | null> {
      const [found] = await all<{ readonly at: number; readonly is_back: number }>(FAREWELL, account);
      return found === undefined ? null : { at: found.at, isBack: found.is_back === 1 };
    },

    async endedLogins(account, logins, now) {
      const rows = await all<{ readonly login: string }>(ENDED_LOGINS, account, list(logins), now);
      return rows.map(({ login }) => login);
    },

    putPresence: (account, { news, until, hidden, hiddenFrom }: PresenceEntry) =>
      run(PUT_PRESENCE, account, news.status, news.since, news.at, until, hidden ? 1 : 0, list(hiddenFrom)),

    async presenceOf(viewer, ids, now) {
      if (ids.length === 0) return [];
      const rows = await all<SeenRow>(PRESENCE_OF, viewer, list(ids));
      return rows.map((row) => seenOf(row, now)).filter((seen) => seen !== null);
    },

    async there(ids, now) {
      if (ids.length === 0) return [];
      return (await all<AccountRow>(THERE, list(ids), now)).map(({ account }) => account);
    },

    async online({ viewer, everybody, contacts, except }: Sight, after, limit, now): Promise<OnlinePage> {
      const [name, id] = (after === null ? null : readCursor(after)) ?? ['', ''];
      const seen = [viewer, now, list(except), everybody ? 1 : 0, list(contacts)];
      // One more than asked for: it tells whether there is a page behind.
      const rows = await all<PersonRow & PresenceRow>(ONLINE, ...seen, name, id, limit + 1, EVERYBODYS_CODE);
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        people: page.map((row) => ({ person: toPerson(row), news: newsOf(row, now) })),
        next: last === undefined ? null : toCursor(last),
      };
    },

    putEnrolled: (group, accounts) => run(PUT_ENROLLED, group, list(accounts)),
    dropEnrolled: (group, accounts) =>
      accounts === 'all' ? run(DROP_GROUP, group) : run(DROP_ENROLLED, group, list(accounts)),
    enrolledOnline: async (group, now) =>
      (await all<AccountRow>(ENROLLED_ONLINE, group, now)).map(({ account }) => account),
  };
}

import { LIMITS, type LoginsResponse } from '../../protocol/index.ts';

const DAY_MS = 86_400_000;
/** So long after its last renewal a login ends. */
const LIFE_MS = 30 * DAY_MS;
/** A use within so long of the end renews it: a row is written every 24 days, not with each request. */
const RENEWAL_MS = 6 * DAY_MS;
/** Characters of a User-Agent that are kept: browsers say what they are within these. */
const DEVICE_LENGTH = 200;

/** A login that is to be. */
export interface NewLogin {
  readonly id: string;
  readonly account: string;
  /** The hash that its password was checked by: it comes about only while the account has that one. */
  readonly password: string;
  readonly token: string;
  readonly tokenHash: string;
  readonly device: string;
  readonly place: string;
  /** ms since 1970-01-01 UTC. */
  readonly at: number;
}

interface FoundRow {
  readonly login: string;
  readonly expires_at: number;
  readonly id: string;
  readonly user_name: string;
  readonly name: string;
  readonly avatar: string | null;
}

interface LoginRow {
  readonly id: string;
  readonly device: string;
  readonly created_at: number;
  readonly expires_at: number;
}

const INSERT = `INSERT INTO logins (id, account, token_hash, device, place, created_at, expires_at)
  SELECT ?1, id, ?2, ?3, ?4, ?5, ?6 FROM accounts WHERE id = ?7 AND password = ?8 RETURNING id`;
const DELETE_EXPIRED = 'DELETE FROM logins WHERE account = ?1 AND expires_at <= ?2 RETURNING id';
const DELETE_OLDEST = `DELETE FROM logins WHERE account = ?1
  AND number NOT IN (SELECT number FROM logins WHERE account = ?1 ORDER BY number DESC LIMIT ?2) RETURNING id`;
const IS_KNOWN = 'SELECT 1 FROM logins WHERE account = ?1 AND place = ?2 LIMIT 1';
const FIND = `SELECT logins.id AS login, expires_at, accounts.id, user_name, name, avatar
  FROM logins JOIN accounts ON accounts.id = logins.account WHERE token_hash = ?1 AND expires_at > ?2`;
const RENEW = 'UPDATE logins SET expires_at = ?2 WHERE id = ?1';
const LIST = `SELECT id, device, created_at, expires_at FROM logins
  WHERE account = ?1 AND expires_at > ?2 ORDER BY number DESC`;
const END = 'DELETE FROM logins WHERE account = ?1 AND id = ?2 AND expires_at > ?3 RETURNING id';
const END_OTHERS = 'DELETE FROM logins WHERE account = ?1 AND id <> ?2';
const END_OTHERS_OF_PASSWORD = `${END_OTHERS} AND EXISTS (SELECT 1 FROM accounts WHERE id = ?1 AND password = ?3)`;

/** The logins of all accounts: their rows, and the statements that go into somebody's batch. */
export function createLogins(db: D1Database) {
  const expiryOf = ({ at }: NewLogin): number => at + LIFE_MS;

  return {
    expiryOf,

    /**
     * The first of them answers a row if it came about. Expired ones go, and the oldest where there are too many: the second
     * and the third answer their ids.
     */
    insert(login: NewLogin): D1PreparedStatement[] {
      const { id, account, password, tokenHash, place, at } = login;
      const device = login.device.slice(0, DEVICE_LENGTH);
      return [
        db.prepare(INSERT).bind(id, tokenHash, device, place, at, expiryOf(login), account, password),
        db.prepare(DELETE_EXPIRED).bind(account, at),
        db.prepare(DELETE_OLDEST).bind(account, LIMITS.logins),
      ];
    },

    /** Whether the account has a login that was made from this place. */
    isKnown: async (account: string, place: string): Promise<boolean> =>
      (await db.prepare(IS_KNOWN).bind(account, place).first()) !== null,

    /** The login with this token, and whose it is; renewed where its end is near. */
    async find(tokenHash: string, now: number): Promise<FoundRow | null> {
      const row = await db.prepare(FIND).bind(tokenHash, now).first<FoundRow>();
      if (row !== null && row.expires_at - now < RENEWAL_MS) {
        await db
          .prepare(RENEW)
          .bind(row.login, now + LIFE_MS)
          .run();
      }
      return row;
    },

    async list(account: string, current: string, now: number): Promise<LoginsResponse['logins']> {
      const { results } = await db.prepare(LIST).bind(account, now).all<LoginRow>();
      return results.map(({ id, device, created_at, expires_at }) => ({
        id,
        device,
        createdAt: created_at,
        expiresAt: expires_at,
        current: id === current,
      }));
    },

    /** Whether there was such a login. */
    end: async (account: string, login: string, now: number): Promise<boolean> =>
      (await db.prepare(END).bind(account, login, now).first()) !== null,

    async endAllBut(account: string, login: string): Promise<void> {
      await db.prepare(END_OTHERS).bind(account, login).run();
    },

    /** The same where the account has this password by now. */
    endOthers: (account: string, login: string, password: string): D1PreparedStatement =>
      db.prepare(END_OTHERS_OF_PASSWORD).bind(account, login, password),
  };
}

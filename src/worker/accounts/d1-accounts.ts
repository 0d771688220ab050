import type { Clock } from '../../platform/clock.ts';
import { randomId } from '../../platform/codes.ts';
import { forgetDeleted } from '../../platform/d1-directory.ts';
import { sha256 } from '../../platform/hash.ts';
import type { Tokens } from '../../platform/tokens.ts';
import { type Account, fail, type LogInResponse, type Outcome, succeed } from '../../protocol/index.ts';
import { drawAccountToken } from './account-token.ts';
import type { Accounts, Device } from './accounts.ts';
import { createLogins, type NewLogin } from './logins.ts';
import { weaknessOf } from './password-policy.ts';
import type { Passwords } from './passwords.ts';
import { createTries } from './tries.ts';

interface AccountRow {
  readonly id: string;
  readonly user_name: string;
  readonly name: string;
  readonly avatar: string | null;
}
interface SecretRow extends AccountRow {
  readonly password: string;
}

/** An account whose password was the right one. */
interface Checked {
  readonly row: SecretRow;
  readonly giveBack: readonly D1PreparedStatement[];
}

const SHOWN = 'id, user_name, name, avatar';
const INSERT = `INSERT INTO accounts (id, user_name, name, avatar, password, created_at)
  VALUES (?1, ?2, ?3, NULL, ?4, ?5) ON CONFLICT (user_name) DO NOTHING RETURNING ${SHOWN}`;
const BY_USER_NAME = `SELECT ${SHOWN}, password FROM accounts WHERE user_name = ?1`;
const BY_ID = `SELECT ${SHOWN}, password FROM accounts WHERE id = ?1`;
const RENAME = `UPDATE accounts SET name = ?2 WHERE id = ?1 RETURNING ${SHOWN}`;
const SET_AVATAR = `UPDATE accounts SET avatar = ?2 WHERE id = ?1 RETURNING ${SHOWN}`;
// Only if it is still the one that was checked: it may have been changed while its hash was made.
const SET_PASSWORD = 'UPDATE accounts SET password = ?3 WHERE id = ?1 AND password = ?2 RETURNING id';
const DELETE = 'DELETE FROM accounts WHERE id = ?1 AND password = ?2 RETURNING avatar';

const shown = ({ id, user_name, name, avatar }: AccountRow): Account => ({
  id,
  userName: user_name,
  name,
  avatar,
});

export interface AccountsOptions {
  readonly db: D1Database;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly passwords: Passwords;
}

/**
 * Accounts in D1. Whatever writes more than one row is one batch, which D1 runs as one transaction: there is no account
 * without a password, and no login that outlives its account or its password.
 */
export function createAccounts({ db, tokens, clock, passwords }: AccountsOptions): Accounts {
  const tries = createTries(db, tokens);
  const logins = createLogins(db);

  async function draw(account: string, password: string, device: Device): Promise<NewLogin> {
    const token = drawAccountToken();
    return {
      id: randomId('l_'),
      account,
      password,
      token,
      tokenHash: await sha256(token),
      device: device.userAgent,
      place: await tries.placeOf(device.address),
      at: clock.now(),
    };
  }

  /** The account, where the password is its; what gives the try back goes into the caller's batch. */
  async function check(account: string, login: string, password: string): Promise<Outcome<Checked>> {
    const row = await db.prepare(BY_ID).bind(account).first<SecretRow>();
    if (row === null) return fail('login_required');
    // Counted by login: a thief with one device has no more tries than that, and stops nobody on another.
    const taken = await tries.take(row.user_name, await tries.placeOf(login), true, clock.now());
    if (!taken.ok) return taken;
    if (!passwords.matches(password, row.password)) return fail('password_wrong');
    return succeed({ row, giveBack: taken.value });
  }

  const answer = (row: AccountRow, login: NewLogin): LogInResponse => ({
    account: shown(row),
    token: login.token,
    expiresAt: logins.expiryOf(login),
  });

  return {
    async register({ userName, password, name }, device) {
      const weakness = weaknessOf(password, userName);
      if (weakness !== null) return fail('password_weak', { detail: weakness });
      // Spares the hash; who of two at once is first is seen below.
      if ((await db.prepare(BY_USER_NAME).bind(userName).first()) !== null) return fail('user_name_taken');
      const hash = passwords.hash(password);
      const login = await draw(randomId('a_'), hash, device);
      const [inserted] = await db.batch<AccountRow>([
        db.prepare(INSERT).bind(login.account, userName, name ?? userName, hash, login.at),
        ...logins.insert(login),
      ]);
      const row = inserted?.results[0];
      return row === undefined ? fail('user_name_taken') : succeed(answer(row, login));
    },

    async logIn({ userName, password }, device) {
      const place = await tries.placeOf(device.address);
      const row = await db.prepare(BY_USER_NAME).bind(userName).first<SecretRow>();
      const known = await logins.isKnown(row?.id ?? '', place);
      const taken = await tries.take(userName, place, known, clock.now());
      if (!taken.ok) return taken;
      const isRight = passwords.matches(password, row?.password ?? null);
      if (row === null || !isRight) return fail('login_wrong');
      const login = await draw(row.id, row.password, device);
      const done = await db.batch<{ id: string }>([...logins.insert(login), ...taken.value]);
      const [inserted, expired, oldest] = done.map(({ results }) => results.map(({ id }) => id));
      // Deleted, or given another password, while the hash was made.
      if (inserted?.[0] === undefined) return fail('login_wrong');
      return succeed({ answer: answer(row, login), ended: [...(expired ?? []), ...(oldest ?? [])] });
    },

    async verify(token) {
      const found = await logins.find(await sha256(token), clock.now());
      if (found === null) return null;
      return { account: shown(found), login: found.login };
    },

    async change(account, { name }) {
      const row = await db.prepare(RENAME).bind(account, name).first<AccountRow>();
      return row === null ? fail('login_required') : succeed(shown(row));
    },

    async setAvatar(account, avatar) {
      const [before, after] = await db.batch<AccountRow>([
        db.prepare(BY_ID).bind(account),
        db.prepare(SET_AVATAR).bind(account, avatar),
      ]);
      const row = after?.results[0];
      if (row === undefined) return fail('login_required');
      return succeed({ before: before?.results[0]?.avatar ?? null, account: shown(row) });
    },

    async changePassword(account, login, { current, next }) {
      const checked = await check(account, login, current);
      if (!checked.ok) return checked;
      const { row, giveBack } = checked.value;
      const weakness = weaknessOf(next, row.user_name);
      if (weakness !== null) {
        await db.batch([...giveBack]);
        return fail('password_weak', { detail: weakness });
      }
      const hash = passwords.hash(next);
      const [changed] = await db.batch<{ id: string }>([
        db.prepare(SET_PASSWORD).bind(account, row.password, hash),
        logins.endOthers(account, login, hash),
        ...giveBack,
      ]);
      return changed?.results[0] === undefined ? fail('password_wrong') : succeed(null);
    },

    logins: (account, login) => logins.list(account, login, clock.now()),

    async endLogin(account, login, current) {
      if (login === null) await logins.endAllBut(account, current);
      else if (!(await logins.end(account, login, clock.now()))) return fail('login_unknown');
      return succeed(null);
    },

    async delete(account, login, password) {
      const checked = await check(account, login, password);
      if (!checked.ok) return checked;
      const { row } = checked.value;
      const [deleted] = await db.batch<{ avatar: string | null }>([
        db.prepare(DELETE).bind(account, row.password),
        await tries.forget(row.user_name),
        ...forgetDeleted(db, account, clock.now()),
      ]);
      const gone = deleted?.results[0];
      return gone === undefined ? fail('password_wrong') : succeed({ avatar: gone.avatar });
    },
  };
}

import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { createTokens } from '../../../src/platform/tokens.ts';
import { ERRORS, type ErrorCode, LogInResponseSchema } from '../../../src/protocol/index.ts';
import { createAccounts } from '../../../src/worker/accounts/d1-accounts.ts';
import type { Passwords } from '../../../src/worker/accounts/passwords.ts';
import type { Env } from '../../../src/worker/env.ts';
import { testKeys } from '../../support/keys.ts';
import { bearer, bodyOf, serve } from '../../unit/worker/fake-room.ts';

export const PASSWORD = 'correct horse battery staple';
/** The address that requests come from where a test names none. */
export const HOME = '192.0.2.1';
export const DAY_MS = 86_400_000;

const TABLES = [
  'logins',
  'accounts',
  'tries',
  'people',
  'presence',
  'enrolled',
  'farewells',
  'secrets',
] as const;
type Table = (typeof TABLES)[number];

export const rowsOf = async (table: Table): Promise<Record<string, unknown>[]> =>
  (await env.ACCOUNTS.prepare(`SELECT * FROM ${table}`).all()).results;

export async function emptyTables(): Promise<void> {
  await env.ACCOUNTS.batch(TABLES.map((table) => env.ACCOUNTS.prepare(`DELETE FROM ${table}`)));
}

/** Hashes that cost nothing, and a count of them: what was hashed or compared, in order. */
function cheapPasswords(): { readonly passwords: Passwords; readonly work: string[] } {
  const work: string[] = [];
  const passwords: Passwords = {
    hash(password) {
      work.push(password);
      return `plain ${password}`;
    },
    matches(password, stored) {
      work.push(password);
      return stored === `plain ${password}`;
    },
  };
  return { passwords, work };
}

interface Given {
  readonly password?: string;
  readonly address?: string;
  readonly name?: string;
}

/** A server with accounts in the real database, on a clock that stands still until moved. */
export function serveAccounts(vars: Partial<Env> = {}) {
  const { passwords, work } = cheapPasswords();
  const tokens = createTokens({ PARLEY_KEYS: testKeys });
  const clock = { now: (): number => server.time.now };
  const accounts = createAccounts({ db: env.ACCOUNTS, tokens, clock, passwords });
  const server = serve({}, { ACCOUNTS: env.ACCOUNTS, ...vars }, { accounts });

  const from = (address: string) => ({ 'cf-connecting-ip': address, 'user-agent': `Browser at ${address}` });
  const register = (userName: string, { password = PASSWORD, address = HOME, name }: Given = {}) =>
    server.send('POST', '/v1/accounts', { userName, password, name }, from(address));
  const logIn = (userName: string, { password = PASSWORD, address = HOME }: Given = {}) =>
    server.send('POST', '/v1/logins', { userName, password }, from(address));
  /** A request with the token of a login. */
  const as = (token: string, method: string, path: string, body?: unknown) =>
    body === undefined
      ? server.fetch(path, { method, headers: bearer(token) })
      : server.send(method, path, body, bearer(token));

  return {
    ...server,
    accounts,
    work,
    register,
    logIn,
    as,
    /** Registers, and answers what was answered. */
    async person(userName: string) {
      return bodyOf(await register(userName), LogInResponseSchema);
    },
    /** Logs in once more. */
    async another(userName: string, more?: Given) {
      return bodyOf(await logIn(userName, more), LogInResponseSchema);
    },
  };
}

export async function expectProblem(response: Response, code: ErrorCode): Promise<Record<string, unknown>> {
  const problem = await response.json<Record<string, unknown>>();
  expect(problem).toMatchObject({ code, status: ERRORS[code].status });
  expect(response.status).toBe(ERRORS[code].status);
  return problem;
}

/** Whether the token is good. */
export const isGood = async (server: ReturnType<typeof serveAccounts>, token: string): Promise<boolean> =>
  (await server.as(token, 'GET', '/v1/me')).status === 200;

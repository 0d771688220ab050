// Accounts outlive the server that made them: in good order, and in a power cut.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Accounts, avatarUrl } from '../../src/client/index.ts';
import { png } from '../support/pictures.ts';
import { logIn, refusal, register, UNLIMITED, whoIs } from './support/people.ts';
import { type LastingServer, startServer } from './support/server.ts';

const persistTo = mkdtempSync(join(tmpdir(), 'parley-accounts-'));
let server: LastingServer | undefined;
afterEach(async () => {
  await server?.close();
  rmSync(persistTo, { recursive: true, force: true });
});

test('a server that is killed right after the answer, and started again, knows the account and its login', async () => {
  server = await startServer({ persistTo, vars: UNLIMITED });
  const ada = await register(server.url, 'ada', 'Ada');
  const ben = await register(server.url, 'ben', 'Ben');
  await ben.logOut();
  await ada.setAvatar(png);
  const { token, ...account } = whoIs(ada);
  await server.kill();

  server = await startServer({ persistTo, vars: UNLIMITED });
  const { url } = server;
  const kept = JSON.stringify({ account, token });
  const storage = { getItem: () => kept, setItem: () => undefined, removeItem: () => undefined };
  expect(await new Accounts({ server: url, storage }).me()).toEqual(account);
  expect(whoIs(await logIn(url, 'ada')).id).toBe(account.id);
  expect(await refusal(register(url, 'ada'))).toBe('user_name_taken');
  const shown = await fetch(avatarUrl(account.avatar ?? '', url));
  expect(new Uint8Array(await shown.arrayBuffer())).toEqual(png);
  // What had ended has not come back.
  expect(await (await logIn(url, 'ben')).logins()).toHaveLength(1);
}, 90_000);

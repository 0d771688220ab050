import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { hmacKey } from '../../../src/platform/hash.ts';
import { createIdentity } from '../../../src/worker/accounts/identity.ts';
import type { IdentitySettings } from '../../../src/worker/settings.ts';
import { NOW, serve } from './fake-room.ts';

const ISSUER = 'https://id.example';
const AUDIENCE = 'parley';
const SECONDS = NOW / 1_000;
const secret = new TextEncoder().encode('s'.repeat(32));
const withSecret: IdentitySettings = { issuer: ISSUER, audience: AUDIENCE, keys: { secret } };
const withKeys: IdentitySettings = {
  issuer: ISSUER,
  audience: AUDIENCE,
  keys: { jwks: new URL('https://id.example/keys') },
};

const pair = await generateKeyPair('ES256', { extractable: true });
const stranger = await generateKeyPair('ES256');
const published = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }] };

const good: JWTPayload = { iss: ISSUER, aud: AUDIENCE, sub: 'user-7', exp: SECONDS + 300, name: 'Ada' };
const without = (...names: readonly string[]): JWTPayload =>
  Object.fromEntries(Object.entries(good).filter(([name]) => !names.includes(name)));

const sign = (payload: JWTPayload, key: CryptoKey | Uint8Array = secret, alg = 'HS256'): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg, kid: 'k1' }).sign(key);
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A provider whose keys are fetched from a function that counts. */
function provider(answer: () => Response = () => Response.json(published)) {
  const asked: string[] = [];
  const identity = createIdentity(withKeys, {
    fetchKeys: async (url) => {
      asked.push(url);
      return answer();
    },
  });
  return { identity, asked };
}

describe('a person', () => {
  const identity = createIdentity(withSecret);

  test('is known by an id of ours and by the name that the provider says', async () => {
    const person = await identity.verify(await sign(good), NOW);
    expect(person).toEqual({ id: expect.stringMatching(/^x_[\w-]{22}$/), name: 'Ada', avatar: null });
    const again = await sign({ ...good, exp: SECONDS + 9_999, name: 'Ada L.' });
    expect(await identity.verify(again, NOW)).toEqual({ ...person, name: 'Ada L.' });
  });

  test('has an id that only this server can work out, where people can be looked up by it', async () => {
    const token = await sign(good);
    const keyed = (byte: number) =>
      createIdentity(withSecret, { idKey: () => hmacKey(new Uint8Array(32).fill(byte)) });
    const ids = await Promise.all(
      [identity, keyed(1), keyed(1), keyed(2)].map(async (one) => (await one.verify(token, NOW))?.id),
    );
    expect(ids[1]).toMatch(/^x_[\w-]{22}$/);
    expect(ids[1]).toBe(ids[2]);
    expect(new Set(ids).size).toBe(3);
  });

  test('is another one for another subject, or at another provider', async () => {
    const elsewhere = createIdentity({ ...withSecret, issuer: 'https://id.other' });
    const ids = [
      await identity.verify(await sign(good), NOW),
      await identity.verify(await sign({ ...good, sub: 'user-8' }), NOW),
      await elsewhere.verify(await sign({ ...good, iss: 'https://id.other' }), NOW),
    ].map((person) => person?.id);
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain(undefined);
  });

  test.each([
    ['name', { name: ' Ada  ', preferred_username: 'ada7', nickname: 'a' }, 'Ada'],
    ['preferred_username', { preferred_username: 'ada7', nickname: 'a' }, 'ada7'],
    ['nickname', { nickname: 'a' }, 'a'],
    ['the first that can be one', { name: '\u202eadA', preferred_username: 7, nickname: 'a' }, 'a'],
    ['none of them, and has no name then', { name: 'x'.repeat(65), email: 'ada@example.org' }, ''],
  ])('is called by %s', async (_, claims, name) => {
    expect(await identity.verify(await sign({ ...without('name'), ...claims }), NOW)).toMatchObject({ name });
  });
});

describe('a token is refused', () => {
  const identity = createIdentity(withSecret);

  test.each<[string, JWTPayload]>([
    ['of another issuer', { ...good, iss: 'https://id.evil' }],
    ['of another issuer that begins the same', { ...good, iss: `${ISSUER}.evil` }],
    ['for somebody else', { ...good, aud: 'mail' }],
    ['without audience', without('aud')],
    ['without subject', without('sub')],
    ['with an empty subject', { ...good, sub: '' }],
    ['that never ends', without('exp')],
    ['that has ended', { ...good, exp: SECONDS - 31 }],
    ['that is not good yet', { ...good, nbf: SECONDS + 31 }],
  ])('%s', async (_, payload) => {
    expect(await identity.verify(await sign(payload), NOW)).toBeNull();
  });

  test('not for a clock that is half a minute off', async () => {
    expect(await identity.verify(await sign({ ...good, exp: SECONDS - 29 }), NOW)).not.toBeNull();
    expect(await identity.verify(await sign({ ...good, nbf: SECONDS + 29 }), NOW)).not.toBeNull();
  });

  test('signed with another secret, changed, or not signed at all', async () => {
    const token = await sign(good);
    const [head = '', , signature = ''] = token.split('.');
    for (const bad of [
      await sign(good, new TextEncoder().encode('t'.repeat(32))),
      `${head}.${part({ ...good, sub: 'user-8' })}.${signature}`,
      `${part({ alg: 'none' })}.${part(good)}.`,
      `${part({ alg: 'none' })}.${part(good)}.${signature}`,
      await sign(good, secret, 'HS512').catch(() => 'too short a key'),
      `${head}.${part(good)}`,
      'nonsense',
      '',
    ]) {
      expect(await identity.verify(bad, NOW)).toBeNull();
    }
  });
});

describe('public keys', () => {
  test('are fetched once, from where the settings say', async () => {
    const { identity, asked } = provider();
    const token = await sign(good, pair.privateKey, 'ES256');
    for (let count = 0; count < 3; count += 1)
      expect(await identity.verify(token, NOW)).toMatchObject({ name: 'Ada' });
    expect(asked).toEqual(['https://id.example/keys']);
  });

  test('are asked for no tokens that can not be theirs', async () => {
    const { identity, asked } = provider();
    expect(await identity.verify('a.b.c', NOW)).toBeNull();
    expect(await identity.verify(`${part({ alg: 'none' })}.${part(good)}.`, NOW)).toBeNull();
    expect(await identity.verify(await sign(good), NOW)).toBeNull();
    expect(asked).toEqual([]);
  });

  test('are never taken for a secret', async () => {
    const { identity } = provider();
    const forged = [
      await exportSPKI(pair.publicKey),
      JSON.stringify(published.keys[0]),
      String(published.keys[0]?.x),
    ];
    for (const text of forged) {
      const token = await sign(good, new TextEncoder().encode(text.padEnd(32, '\0')));
      expect(await identity.verify(token, NOW)).toBeNull();
    }
  });

  test('do not vouch for what another key signed, also under their name', async () => {
    const { identity, asked } = provider();
    expect(await identity.verify(await sign(good, stranger.privateKey, 'ES256'), NOW)).toBeNull();
    const unknown = await new SignJWT(good)
      .setProtectedHeader({ alg: 'ES256', kid: 'k2' })
      .sign(stranger.privateKey);
    for (let count = 0; count < 5; count += 1) expect(await identity.verify(unknown, NOW)).toBeNull();
    // Keys that nobody knows don't make us ask the provider again and again.
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['does not answer', () => Response.error()],
    ['answers with an error', () => new Response('sorry', { status: 503 })],
    ['answers with a page', () => new Response('<html>')],
    ['answers with something else', () => Response.json({ keys: 7 })],
  ])('that can not be had are no fault of the token: the provider %s', async (_, answer) => {
    const { identity } = provider(answer);
    await expect(identity.verify(await sign(good, pair.privateKey, 'ES256'), NOW)).rejects.toThrow();
  });
});

test('what is its own is told by the issuer, before anything is checked', async () => {
  const identity = createIdentity(withSecret);
  expect(identity.isOurs(await sign({ iss: ISSUER }, new Uint8Array(32)))).toBe(true);
  const member = await serve().token();
  for (const token of [
    member,
    await sign({ ...good, iss: 'https://id.evil' }),
    'acc_x',
    'hk_x',
    'a.b.c',
    '',
  ]) {
    expect(identity.isOurs(token)).toBe(false);
  }
});

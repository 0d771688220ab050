import { base64url, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createTokens } from '../../../src/platform/tokens.ts';

const CODE = 'abc-defg-hij';
const MEMBER = 'm_aaaaaaaaaaaaaaaaaaaaaa';
const NOW = Date.UTC(2026, 10, 20, 9);
const secret = (letter: string) => new TextEncoder().encode(letter.repeat(32));
const keyOf = (id: string, letter: string) => `${id}:${base64url.encode(secret(letter))}`;
const first = createTokens({ PARLEY_KEYS: keyOf('k1', 'a') });

describe('a member token', () => {
  test('says who of which room, until it expires', async () => {
    const { token, expiresAt } = await first.signMember(CODE, MEMBER, NOW);
    expect(expiresAt).toBe(NOW + 7_200_000);
    expect(await first.verifyMember(token, CODE, NOW)).toBe(MEMBER);
    expect(await first.verifyMember(token, CODE, expiresAt - 1_000)).toBe(MEMBER);
    expect(await first.verifyMember(token, CODE, expiresAt)).toBeNull();
    expect(await first.verifyMember(token, 'xyz-wxyz-xyz', NOW)).toBeNull();
  });

  test('lives as long as the setting says', async () => {
    const tokens = createTokens({ PARLEY_KEYS: keyOf('k1', 'a'), TOKEN_TTL_SECONDS: '60' });
    expect((await tokens.signMember(CODE, MEMBER, NOW)).expiresAt).toBe(NOW + 60_000);
  });

  test('outlives the change of the signing key while the old one is kept', async () => {
    const { token } = await first.signMember(CODE, MEMBER, NOW);
    const rotated = createTokens({ PARLEY_KEYS: `${keyOf('k2', 'b')}, ${keyOf('k1', 'a')}` });
    expect(await rotated.verifyMember(token, CODE, NOW)).toBe(MEMBER);
    const { token: newer } = await rotated.signMember(CODE, MEMBER, NOW);
    expect(await first.verifyMember(newer, CODE, NOW)).toBeNull();
    const dropped = createTokens({ PARLEY_KEYS: keyOf('k2', 'b') });
    expect(await dropped.verifyMember(token, CODE, NOW)).toBeNull();
    expect(await dropped.verifyMember(newer, CODE, NOW)).toBe(MEMBER);
  });

  test('signed with another key under the same id is refused', async () => {
    const { token } = await createTokens({ PARLEY_KEYS: keyOf('k1', 'b') }).signMember(CODE, MEMBER, NOW);
    expect(await first.verifyMember(token, CODE, NOW)).toBeNull();
  });

  test('that was changed is refused', async () => {
    const { token } = await first.signMember(CODE, MEMBER, NOW);
    const [header = '', , signature = ''] = token.split('.');
    const claims = { room: CODE, sub: 'm_other', aud: 'member', iat: NOW / 1_000, exp: NOW / 1_000 + 60 };
    const forged = base64url.encode(JSON.stringify(claims));
    expect(await first.verifyMember(`${header}.${forged}.${signature}`, CODE, NOW)).toBeNull();
    const none = base64url.encode('{"alg":"none","kid":"k1"}');
    expect(await first.verifyMember(`${none}.${forged}.`, CODE, NOW)).toBeNull();
  });

  test.each([
    ['another purpose', { room: CODE, aud: 'picture', exp: true }],
    ['no purpose', { room: CODE, exp: true }],
    ['no room', { aud: 'member', exp: true }],
    ['no end', { room: CODE, aud: 'member', exp: false }],
  ])('with %s is refused, though our key signed it', async (_, { exp, ...claims }) => {
    const jwt = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).setSubject(MEMBER);
    if (exp) jwt.setExpirationTime(NOW / 1_000 + 60);
    expect(await first.verifyMember(await jwt.sign(secret('a')), CODE, NOW)).toBeNull();
  });

  test.each(['', 'x', 'a.b.c', '....', 'hk_secret'])('that is none is refused: %j', async (token) => {
    expect(await first.verifyMember(token, CODE, NOW)).toBeNull();
  });
});

describe("a picture's link", () => {
  const IMAGE = 'i_aaaaaaaaaaaaaaaaaaaaaa';

  test('is good for this picture, room and time alone', async () => {
    const signature = await first.signLink(CODE, IMAGE, NOW);
    expect(signature).toMatch(/^[\w-]{43}$/);
    expect(await first.verifyLink(CODE, IMAGE, NOW, signature)).toBe(true);
    expect(await first.verifyLink('xyz-wxyz-xyz', IMAGE, NOW, signature)).toBe(false);
    expect(await first.verifyLink(CODE, `${IMAGE}b`, NOW, signature)).toBe(false);
    expect(await first.verifyLink(CODE, IMAGE, NOW + 1, signature)).toBe(false);
  });

  test('outlives the change of the signing key while the old one is kept', async () => {
    const signature = await first.signLink(CODE, IMAGE, NOW);
    const rotated = createTokens({ PARLEY_KEYS: `${keyOf('k2', 'b')},${keyOf('k1', 'a')}` });
    expect(await rotated.verifyLink(CODE, IMAGE, NOW, signature)).toBe(true);
    const dropped = createTokens({ PARLEY_KEYS: keyOf('k2', 'b') });
    expect(await dropped.verifyLink(CODE, IMAGE, NOW, signature)).toBe(false);
  });

  test.each(['', 'short', '!'.repeat(43), 'a'.repeat(43), 'a'.repeat(44)])(
    'with signature %j is refused',
    async (signature) => {
      expect(await first.verifyLink(CODE, IMAGE, NOW, signature)).toBe(false);
    },
  );
});

test('what is derived depends on key, purpose and text', async () => {
  const other = createTokens({ PARLEY_KEYS: keyOf('k1', 'b') });
  const texts = await Promise.all(
    [first.derive('a', 'x'), first.derive('b', 'x'), first.derive('a', 'y'), other.derive('a', 'x')].map(
      async (bytes) => base64url.encode(await bytes),
    ),
  );
  expect(new Set(texts).size).toBe(4);
  expect(base64url.encode(await first.derive('a', 'x'))).toBe(texts[0]);
});

test.each([
  ['', 'empty'],
  ['k1', '<id>:'],
  [':abc', '<id>:'],
  ['k 1:abc', '<id>:'],
  ['k1:***', 'base64url'],
  [`k1:${base64url.encode('short')}`, '32 bytes'],
  [`${keyOf('k1', 'a')},${keyOf('k1', 'b')}`, 'same id'],
])('keys %j are refused, saying why and not what they are', (keys, why) => {
  expect(() => createTokens({ PARLEY_KEYS: keys })).toThrow(why);
});

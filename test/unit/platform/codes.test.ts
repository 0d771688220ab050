import { describe, expect, test } from 'vitest';
import { codeFrom, drawCode, drawHostKey, looksLikeHostKey } from '../../../src/platform/codes.ts';
import { sameDigest, sha256 } from '../../../src/platform/hash.ts';
import { normalizeCode } from '../../../src/protocol/index.ts';

describe('a room code', () => {
  test('is one that people may write back', () => {
    for (const jurisdiction of [null, 'eu', 'us', 'fedramp'] as const) {
      const code = drawCode(jurisdiction);
      expect(normalizeCode(code)).toBe(code);
      expect(code.length).toBe(12 + (jurisdiction === null ? 0 : jurisdiction.length + 1));
    }
  });

  test('has every letter equally often', () => {
    // Every byte value once: each letter nine times, and what is over is passed by.
    const counts = new Map<string, number>();
    for (let byte = 0; byte < 256; byte += 1) {
      const letter = codeFrom(new Uint8Array([byte, ...Array<number>(9).fill(0)]), null)?.charAt(0) ?? 'none';
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    expect(counts.get('none')).toBe(22);
    counts.delete('none');
    expect([...counts.keys()].sort().join('')).toBe('abcdefghijklmnopqrstuvwxyz');
    expect(new Set(counts.values())).toEqual(new Set([9]));
  });
});

test('a host key is new each time and told from a token by its begin', () => {
  const key = drawHostKey();
  expect(key).toMatch(/^hk_[\w-]{43}$/);
  expect(drawHostKey()).not.toBe(key);
  expect(looksLikeHostKey(key)).toBe(true);
  expect(looksLikeHostKey('eyJhbGciOiJIUzI1NiJ9.e30.x')).toBe(false);
});

test('digests are compared whole', async () => {
  const digest = await sha256('abc');
  // FIPS 180-2, appendix B.1.
  expect(digest).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  expect(sameDigest(digest, await sha256(new Uint8Array([0x61, 0x62, 0x63])))).toBe(true);
  expect(sameDigest(digest, `${digest.slice(0, -1)}1`)).toBe(false);
  expect(sameDigest(digest, `x${digest.slice(1)}`)).toBe(false);
  expect(sameDigest(digest, digest.slice(1))).toBe(false);
});

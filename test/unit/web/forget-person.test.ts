import { afterEach, expect, test, vi } from 'vitest';
import { forgetPerson, hostKeys, hostPasses, recordingsOf } from '../../../web/src/room/storage.ts';

const CODE = 'abc-defg-hij';
afterEach(() => vi.unstubAllGlobals());

/** What a browser keeps: enumerable like a Storage. */
class Kept {
  [key: string]: unknown;
  getItem(key: string): string | null {
    return Object.hasOwn(this, key) ? String(this[key]) : null;
  }
  setItem(key: string, value: string): void {
    this[key] = value;
  }
  removeItem(key: string): void {
    delete this[key];
  }
}

test('whoever logs out leaves no key; their recordings stay, and are nobody else’s', () => {
  vi.stubGlobal('localStorage', new Kept());
  vi.stubGlobal('sessionStorage', new Kept());
  const getDirectory = vi.fn();
  vi.stubGlobal('navigator', { storage: { getDirectory } });
  hostKeys.set(CODE, 'hk_1');
  hostPasses.set(CODE, 'host token');
  const own = recordingsOf('a_ada');
  own.set(CODE, 'Stand-up');
  forgetPerson();
  for (const kind of [hostKeys, hostPasses]) expect(kind.get(CODE)).toBeNull();
  expect(own.codes()).toEqual([CODE]);
  expect(getDirectory).not.toHaveBeenCalled();
  for (const other of ['guest', 'a_ad', 'a_ada2']) {
    expect(recordingsOf(other).codes()).toEqual([]);
    expect(recordingsOf(other).get(CODE)).toBeNull();
  }
  own.set(CODE, null);
  expect(own.codes()).toEqual([]);
});

test('a browser that keeps nothing knows of its recordings as long as the page is there', () => {
  vi.stubGlobal('localStorage', undefined);
  vi.stubGlobal('sessionStorage', undefined);
  const own = recordingsOf('guest');
  own.set(CODE, 'Stand-up');
  expect(own.codes()).toEqual([CODE]);
  expect(own.get(CODE)).toBe('Stand-up');
  forgetPerson();
  expect(own.codes()).toEqual([CODE]);
  own.set(CODE, null);
  expect(own.codes()).toEqual([]);
  expect(own.get(CODE)).toBeNull();
});

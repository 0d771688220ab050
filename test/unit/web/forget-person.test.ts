import { afterEach, expect, test, vi } from 'vitest';
import { forgetPerson, hostKeys, hostPasses, recordings } from '../../../web/src/room/storage.ts';

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

test('whoever logs out leaves no key, and no recording of what others said', async () => {
  vi.stubGlobal('localStorage', new Kept());
  vi.stubGlobal('sessionStorage', new Kept());
  const removed: unknown[][] = [];
  const root = { removeEntry: async (...args: unknown[]) => void removed.push(args) };
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => root } });
  hostKeys.set('abc-defg-hij', 'hk_1');
  hostPasses.set('abc-defg-hij', 'host token');
  recordings.set('abc-defg-hij', 'left');
  recordings.set('xyz-defg-hij', 'left');
  forgetPerson();
  await vi.waitFor(() => expect(removed).toEqual([['recordings', { recursive: true }]]));
  for (const kind of [hostKeys, hostPasses, recordings]) expect(kind.get('abc-defg-hij')).toBeNull();
  expect(recordings.get('xyz-defg-hij')).toBeNull();
});

test('a browser that keeps no files is no fault', async () => {
  vi.stubGlobal('localStorage', new Kept());
  vi.stubGlobal('sessionStorage', new Kept());
  vi.stubGlobal('navigator', {});
  expect(forgetPerson).not.toThrow();
});

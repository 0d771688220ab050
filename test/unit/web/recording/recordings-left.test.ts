import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recordingsLeft } from '../../../../web/src/account/recordings-left.ts';
import { Archive } from '../../../../web/src/room/call/recording/archive.ts';
import { ownerNow } from '../../../../web/src/room/call/recording/owner.ts';
import { recordingsOf } from '../../../../web/src/room/storage.ts';
import { stubBrowser } from './fakes.ts';

const CODE = 'abc-defg-hij';
let browser: ReturnType<typeof stubBrowser>;
beforeEach(() => {
  browser = stubBrowser();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  recordingsOf(ownerNow()).set(CODE, null);
});

test('whoever never recorded logs out without loading what is needed for it', async () => {
  const load = vi.fn();
  recordingsOf('a_else').set(CODE, 'Stand-up');
  expect(await recordingsLeft(load)).toBeNull();
  expect(load).not.toHaveBeenCalled();
  recordingsOf('a_else').set(CODE, null);
});

test('what an earlier page left is found, and deleted only when that is asked for', async () => {
  const tape = await new Archive().begin(ownerNow(), CODE, 'Stand-up');
  tape.add(new Blob(['said']));
  await tape.whole();
  expect(await recordingsLeft(async () => new Archive())).toBeNull();
  // The page that held it is gone.
  vi.stubGlobal('navigator', { storage: navigator.storage });
  const left = await recordingsLeft(async () => new Archive());
  expect(left?.count).toBe(1);
  expect(browser.files()).toHaveLength(1);
  await left?.forget();
  expect(browser.files()).toEqual([]);
});

test('whoever has no network logs out all the same, and nothing is deleted', async () => {
  recordingsOf(ownerNow()).set(CODE, 'Stand-up');
  expect(await recordingsLeft(() => Promise.reject(new Error('offline')))).toBeNull();
});

test('one that can not be deleted keeps none of the others, and is told', async () => {
  recordingsOf(ownerNow()).set(CODE, 'Stand-up');
  const archive = new Archive();
  vi.spyOn(archive, 'left').mockResolvedValue(
    ['first', 'second'].map((key) => ({ key }) as Awaited<ReturnType<Archive['left']>>[number]),
  );
  const forget = vi.spyOn(archive, 'forget').mockRejectedValueOnce(new Error('busy'));
  const left = await recordingsLeft(async () => archive);
  await expect(left?.forget()).rejects.toThrow('busy');
  expect(forget.mock.calls).toEqual([['first'], ['second']]);
});

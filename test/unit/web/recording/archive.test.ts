import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Archive } from '../../../../web/src/room/call/recording/archive.ts';
import { holdPage } from '../../../../web/src/room/call/recording/hold-page.ts';
import { recordingsOf } from '../../../../web/src/room/storage.ts';
import { newHome, settle, stubBrowser } from './fakes.ts';

const CODE = 'abc-defg-hij';
const NAME = 'Stand-up';
const ADA = `a_${'A'.repeat(22)}`;
const recordings = recordingsOf(ADA);
let browser: ReturnType<typeof stubBrowser>;

beforeEach(() => {
  browser = stubBrowser();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A recording of this page with something in it. */
async function record(archive: Archive, content = 'what was said') {
  const tape = await archive.begin(ADA, CODE, NAME);
  if (content !== '') tape.add(new Blob([content]));
  await tape.whole();
  return tape;
}
const states = ({ list }: Archive) => list.map(({ state }) => state);

test('what was recorded goes into the files of the meeting, and is forgotten when it is there', async () => {
  const archive = new Archive();
  const { home, shelf } = newHome();
  const { key } = await record(archive);
  expect(archive.list).toMatchObject([
    { name: NAME, meeting: CODE, state: 'recording', isOnDisk: true, isOwn: true },
  ]);
  await archive.finish(key, home, false);
  expect(states(archive)).toEqual(['sharing']);
  expect(shelf.files.map(({ name }) => name)).toEqual([expect.stringMatching(/^Stand-up .*\.mp4$/)]);
  expect(await shelf.files[0]?.text()).toBe('what was said');
  expect(browser.files()).toHaveLength(1);
  shelf.share();
  await vi.waitFor(() => expect(archive.list).toEqual([]));
  await vi.waitFor(() => expect(recordings.get(CODE)).toBeNull());
  expect(browser.files()).toEqual([]);
  expect(browser.locks.held.size).toBe(0);
});

test.each([
  ['fails', (shelf: ReturnType<typeof newHome>['shelf']) => shelf.becomes('failed')],
  ['is called off', (shelf: ReturnType<typeof newHome>['shelf']) => shelf.cancel()],
])('one whose upload %s is kept, can be saved, and can be shared after all', async (_, happen) => {
  const archive = new Archive();
  const { home, shelf } = newHome();
  const { key } = await record(archive);
  await archive.finish(key, home, false);
  happen(shelf);
  expect(states(archive)).toEqual(['here']);
  await settle();
  expect(browser.files()).toHaveLength(1);
  expect(recordings.get(CODE)).toBe(NAME);

  await archive.save(key);
  expect(browser.downloads.map(({ name }) => name)).toEqual([shelf.files[0]?.name]);
  expect(await browser.downloads[0]?.blob.text()).toBe('what was said');
  // Nobody tells a page whether a download came to its end.
  expect(archive.list).toMatchObject([{ isSaved: true, state: 'here' }]);
  expect(browser.files()).toHaveLength(1);

  await archive.share(key, home);
  expect(states(archive)).toEqual(['sharing']);
  expect(shelf.list).toHaveLength(1);
  shelf.share();
  await vi.waitFor(() => expect(browser.files()).toEqual([]));
});

test('one whose upload failed is not sent twice: the upload goes on', async () => {
  const archive = new Archive();
  const { home, shelf } = newHome();
  const { key } = await record(archive);
  await archive.finish(key, home, false);
  shelf.becomes('failed');
  await archive.share(key, home);
  expect(shelf.resumed).toEqual([1]);
  expect(shelf.files).toHaveLength(1);
});

test('why an upload failed is known until it goes on', async () => {
  const archive = new Archive();
  const { home, shelf } = newHome();
  const { key } = await record(archive);
  await archive.finish(key, home, false);
  shelf.becomes('failed', 'quota_exceeded');
  expect(archive.list).toMatchObject([{ state: 'here', error: 'quota_exceeded' }]);
  await archive.share(key, home);
  expect(archive.list).toMatchObject([{ state: 'sharing', error: null }]);
});

test('an upload that is tried again in the list of files is looked after as before', async () => {
  const archive = new Archive();
  const { home, shelf } = newHome();
  const { key } = await record(archive);
  await archive.finish(key, home, false);
  shelf.becomes('failed');
  shelf.becomes('sending');
  expect(states(archive)).toEqual(['sharing']);
  shelf.share();
  await vi.waitFor(() => expect(archive.list).toEqual([]));
});

test('a meeting that ends, or is left, during the upload leaves it here', async () => {
  const archive = new Archive();
  const { home, room } = newHome();
  const { key } = await record(archive);
  await archive.finish(key, home, false);
  room.close();
  expect(states(archive)).toEqual(['here']);
  await archive.save(key);
  expect(browser.downloads).toHaveLength(1);
});

test('a meeting that is over takes no files; whoever recorded it can save it', async () => {
  const archive = new Archive();
  const { home, room, shelf } = newHome();
  const { key } = await record(archive);
  room.close();
  await archive.finish(key, home, true);
  expect(archive.list).toMatchObject([{ state: 'here', isCut: true }]);
  expect(shelf.files).toEqual([]);
});

test('one in which nothing is says so, and is not shared', async () => {
  const archive = new Archive();
  const { home, shelf } = newHome();
  const { key } = await record(archive, '');
  await archive.finish(key, home, false);
  expect(archive.list).toMatchObject([{ state: 'here', size: 0 }]);
  expect(shelf.files).toEqual([]);
  await archive.forget(key);
  expect(archive.list).toEqual([]);
  expect(recordings.get(CODE)).toBeNull();
});

test('a page finds what an earlier one has left, of each meeting, and forgets marks of nothing', async () => {
  const before = new Archive();
  await record(before);
  // The page is gone, and with it what it held.
  browser.locks.held.clear();
  recordings.set('xyz-defg-hij', 'Review');
  const archive = new Archive();
  await archive.look(ADA);
  expect(archive.list).toMatchObject([{ name: NAME, meeting: CODE, state: 'here', size: 13, isOwn: false }]);
  expect(recordings.codes()).toEqual([CODE]);
  const [left] = archive.list;
  await archive.forget(left?.key ?? '');
  expect(browser.files()).toEqual([]);
  expect(recordings.codes()).toEqual([]);
});

test('what was left can go into its meeting', async () => {
  await record(new Archive());
  browser.locks.held.clear();
  const archive = new Archive();
  await archive.look(ADA);
  const { home, shelf } = newHome();
  await archive.share(archive.list[0]?.key ?? '', home);
  expect(await shelf.files[0]?.text()).toBe('what was said');
  shelf.share();
  await vi.waitFor(() => expect(browser.files()).toEqual([]));
});

test('what another tab records or shares is its own', async () => {
  const one = new Archive();
  const two = new Archive();
  const { key } = await record(one);
  await two.look(ADA);
  expect(two.list).toEqual([]);
  expect(recordings.get(CODE)).toBe(NAME);

  // Both have found the same; one of them takes it.
  browser.locks.held.clear();
  await two.look(ADA);
  const three = new Archive();
  await three.look(ADA);
  const { home, shelf } = newHome();
  await two.share(key, home);
  await three.forget(key);
  await three.share(key, newHome().home);
  expect(three.list).toEqual([]);
  expect(browser.files()).toHaveLength(1);
  shelf.share();
  await vi.waitFor(() => expect(browser.files()).toEqual([]));
});

test('a tape on which another tab begins in this moment is not swept away', async () => {
  const tape = await new Archive().begin(ADA, CODE, NAME);
  await new Archive().look(ADA);
  tape.add(new Blob(['x']));
  await tape.whole();
  expect(browser.files()).toHaveLength(1);
  expect(recordings.get(CODE)).toBe(NAME);
});

test('one that another tab writes on is not begun', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(5);
  await new Archive().begin(ADA, CODE, NAME);
  await expect(new Archive().begin(ADA, CODE, NAME)).rejects.toThrow('another tab');
});

test('a full disk is told at once', async () => {
  const archive = new Archive();
  const tape = await record(archive);
  const told = vi.fn();
  archive.subscribe(told);
  browser.disk.isFull = true;
  tape.add(new Blob(['more']));
  await tape.whole();
  expect(archive.list).toMatchObject([{ isOnDisk: false }]);
  expect(told).toHaveBeenCalled();
});

test('pieces that are gone from the disk are no recording any more', async () => {
  const archive = new Archive();
  const { key } = await record(archive);
  const { home, room } = newHome();
  room.close();
  await archive.finish(key, home, false);
  const root = await navigator.storage.getDirectory();
  await root.removeEntry('recordings', { recursive: true });
  await archive.look(ADA);
  expect(archive.list).toEqual([]);
  expect(recordings.codes()).toEqual([]);
});

test('a recording is its owner’s: whoever else is logged in later finds nothing of it, and deletes nothing', async () => {
  const { key } = await record(new Archive());
  browser.locks.held.clear();
  const archive = new Archive();
  for (const other of ['guest', `a_${'B'.repeat(22)}`]) {
    await archive.look(other);
    expect(await archive.left(other)).toEqual([]);
  }
  expect(archive.list).toEqual([]);
  expect(browser.files()).toHaveLength(1);
  expect(await archive.left(ADA)).toMatchObject([{ key, owner: ADA, name: NAME }]);
  // In the memory of the page it is Ada's as before.
  expect(await archive.left('guest')).toEqual([]);
  expect(archive.list).toMatchObject([{ key, owner: ADA }]);
});

test('what is left to its owner is whole, has something in it, and nobody is busy with it', async () => {
  const { home, room } = newHome();
  room.close();
  const times = vi.spyOn(Date, 'now');
  const tab = new Archive();
  times.mockReturnValue(1);
  await record(tab);
  const archive = new Archive();
  times.mockReturnValue(2);
  await record(archive);
  for (const [since, content] of [
    [3, ''],
    [4, 'said'],
  ] as const) {
    times.mockReturnValue(since);
    await archive.finish((await record(archive, content)).key, home, false);
  }
  expect((await archive.left(ADA)).map(({ since }) => since)).toEqual([4]);
});

test('where not all can be read nothing is taken for gone', async () => {
  const archive = new Archive();
  const { home, room } = newHome();
  room.close();
  const { key } = await record(archive);
  await archive.finish(key, home, false);
  browser.disk.unreadable = '000000';
  await archive.look(ADA);
  expect(archive.list).toMatchObject([{ key, state: 'here' }]);
  const other = new Archive();
  await other.look(ADA);
  expect(other.list).toEqual([]);
  expect(recordings.codes()).toEqual([CODE]);
  browser.disk.unreadable = null;
  browser.locks.held.clear();
  await other.look(ADA);
  expect(other.list).toMatchObject([{ key }]);
});

test('a tape whose mark is lost gets one again', async () => {
  await record(new Archive());
  browser.locks.held.clear();
  recordings.set(CODE, null);
  await new Archive().look(ADA);
  expect(recordings.codes()).toEqual([CODE]);
});

test('one that another tab begins during the look is its own', async () => {
  await record(new Archive());
  const { locks } = browser;
  const { query } = locks;
  const tab = new Archive();
  locks.query = async () => {
    locks.query = query;
    const before = await query();
    vi.spyOn(Date, 'now').mockReturnValue(7);
    await tab.begin(ADA, 'xyz-defg-hij', 'Review');
    return before;
  };
  const archive = new Archive();
  await archive.look(ADA);
  expect(archive.list).toEqual([]);
  const tape = await tab.left(ADA);
  expect(tape).toEqual([]);
  const root = await navigator.storage.getDirectory();
  const all = await (await root.getDirectoryHandle('recordings')).getDirectoryHandle(ADA);
  const meeting = await all.getDirectoryHandle('xyz-defg-hij');
  await expect(meeting.getDirectoryHandle('7')).resolves.toBeDefined();
});

test('one that can not be deleted says so, and is here as before', async () => {
  const archive = new Archive();
  const { home, room } = newHome();
  room.close();
  const { key } = await record(archive);
  await archive.finish(key, home, false);
  browser.disk.isBusy = true;
  await expect(archive.forget(key)).rejects.toThrow();
  expect(archive.list).toMatchObject([{ key, state: 'here' }]);
  browser.disk.isBusy = false;
  await archive.forget(key);
  expect(archive.list).toEqual([]);
});

test('one that is shared and can not be deleted does not wait for ever', async () => {
  const archive = new Archive();
  const { home, shelf } = newHome();
  await archive.finish((await record(archive)).key, home, false);
  browser.disk.isBusy = true;
  shelf.share();
  await vi.waitFor(() => expect(states(archive)).toEqual(['here']));
});

test('with a recording that is deleted goes its failed upload, which nothing could be sent of any more', async () => {
  const archive = new Archive();
  const { home, shelf } = newHome();
  const { key } = await record(archive);
  await archive.finish(key, home, false);
  shelf.becomes('failed');
  await archive.forget(key);
  expect(shelf.list).toEqual([]);
});

test('one that another tab deletes during the look is not offered', async () => {
  const tab = new Archive();
  const { key } = await record(tab);
  const { locks } = browser;
  const { query } = locks;
  let asked = 0;
  locks.query = async () => {
    asked += 1;
    // The tapes were listed already.
    if (asked === 2) await tab.forget(key);
    return query();
  };
  const archive = new Archive();
  await archive.look(ADA);
  expect(browser.files()).toEqual([]);
  expect(archive.list).toEqual([]);
});

test('a page asks before it goes while a recording is in its memory alone, whoever is logged in, and not without need', async () => {
  const page = new EventTarget();
  vi.stubGlobal('window', page);
  const asks = () => !page.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  const archive = new Archive();
  holdPage(archive);
  const kept = await record(archive);
  expect([archive.list[0]?.isOnDisk, asks()]).toEqual([true, false]);
  browser.disk.isFull = true;
  kept.add(new Blob(['what else was said']));
  await kept.whole();
  expect([archive.list[0]?.isOnDisk, asks()]).toEqual([false, true]);
  await archive.look('guest');
  expect(asks()).toBe(true);
  await archive.finish(kept.key, newHome().home, false);
  expect(asks()).toBe(true);
  await archive.forget(kept.key);
  expect([archive.list, asks()]).toEqual([[], false]);
});

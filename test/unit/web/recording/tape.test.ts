import { afterEach, expect, test, vi } from 'vitest';
import { Tape } from '../../../../web/src/room/call/recording/tape.ts';
import { stubBrowser } from './fakes.ts';

const OF = { owner: 'a_ada', meeting: 'abc-defg-hij', since: 1_000 };
const never = () => undefined;
const textOf = async (tape: Tape | undefined) => (await tape?.whole())?.text();

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('a tape is pieces on the disk, which a later page finds in their order', async () => {
  const { files } = stubBrowser();
  const tape = await Tape.begin(OF, never);
  for (const piece of ['one ', 'two ', 'three']) tape.add(new Blob([piece]));
  expect(await textOf(tape)).toBe('one two three');
  expect(files()).toEqual(
    ['000000', '000001', '000002'].map((name) => `recordings/a_ada/abc-defg-hij/1000/${name}`),
  );
  const [left, ...others] = (await Tape.all('a_ada')).tapes;
  expect(others).toEqual([]);
  expect(left).toMatchObject({ meeting: 'abc-defg-hij', since: 1_000, size: 13, isOnDisk: true });
  expect(await textOf(left)).toBe('one two three');
});

test('tapes of all meetings are found, the oldest first', async () => {
  stubBrowser();
  for (const [meeting, since] of [
    ['b', 3],
    ['a', 20],
    ['b', 1],
  ] as const)
    (await Tape.begin({ ...OF, meeting, since }, never)).add(new Blob(['x']));
  expect((await Tape.all('a_ada')).tapes.map(({ meeting, since }) => `${meeting}/${since}`)).toEqual([
    'b/1',
    'b/3',
    'a/20',
  ]);
});

test('where the disk is full the rest stays in memory, and what is on the disk has no hole', async () => {
  const { disk, files } = stubBrowser();
  const full = vi.fn();
  const tape = await Tape.begin(OF, full);
  tape.add(new Blob(['one ']));
  await tape.whole();
  expect(tape.isOnDisk).toBe(true);
  disk.isFull = true;
  tape.add(new Blob(['two ']));
  await tape.whole();
  disk.isFull = false;
  tape.add(new Blob(['three']));
  expect(await textOf(tape)).toBe('one two three');
  expect(tape).toMatchObject({ isOnDisk: false, size: 13 });
  expect(full).toHaveBeenCalledOnce();
  // A file that was begun and not written is empty.
  expect(await textOf((await Tape.all('a_ada')).tapes[0])).toBe('one ');
  await tape.remove();
  expect(files()).toEqual([]);
});

test('a browser that keeps no files holds it in memory', async () => {
  stubBrowser({ keepsNoFiles: true });
  const tape = await Tape.begin(OF, never);
  tape.add(new Blob(['one']));
  expect(await textOf(tape)).toBe('one');
  expect(tape.isOnDisk).toBe(false);
  expect((await Tape.all('a_ada')).tapes).toEqual([]);
  await tape.remove();
});

test('a tape that nobody needs leaves nothing, and its neighbour stays', async () => {
  const { files } = stubBrowser();
  const tape = await Tape.begin(OF, never);
  const other = await Tape.begin({ ...OF, since: 2_000 }, never);
  for (const one of [tape, other]) one.add(new Blob(['x']));
  await other.whole();
  await tape.remove();
  expect(files()).toEqual(['recordings/a_ada/abc-defg-hij/2000/000000']);
});

test('a tape of which a piece can not be read hides no other, and it is known that there is more', async () => {
  const { disk } = stubBrowser();
  for (const [since, pieces] of [
    [1, 1],
    [2, 2],
    [3, 1],
  ] as const) {
    const tape = await Tape.begin({ ...OF, since }, never);
    for (let n = 0; n < pieces; n += 1) tape.add(new Blob(['x']));
    await tape.whole();
  }
  expect(await Tape.all('a_ada')).toMatchObject({ isWhole: true, tapes: { length: 3 } });
  disk.unreadable = '000001';
  const { tapes, isWhole } = await Tape.all('a_ada');
  expect(tapes.map(({ since }) => since)).toEqual([1, 3]);
  expect(isWhole).toBe(false);
});

test('what the browser has not finished to write is no piece', async () => {
  const { disk } = stubBrowser();
  const tape = await Tape.begin(OF, never);
  tape.add(new Blob(['one']));
  await tape.whole();
  const root = await navigator.storage.getDirectory();
  let folder = root;
  for (const name of ['recordings', 'a_ada', OF.meeting, String(OF.since)])
    folder = await folder.getDirectoryHandle(name);
  await folder.getFileHandle('000001.crswap', { create: true });
  disk.unreadable = '000001.crswap';
  const { tapes, isWhole } = await Tape.all('a_ada');
  expect(await textOf(tapes[0])).toBe('one');
  expect(isWhole).toBe(true);
});

test('tapes are found by their owner alone, and where nothing was ever recorded all is seen', async () => {
  stubBrowser();
  expect(await Tape.all('a_ada')).toEqual({ tapes: [], isWhole: true });
  await Tape.begin(OF, never);
  expect(await Tape.all('a_ben')).toEqual({ tapes: [], isWhole: true });
});

test('what can not be deleted is said', async () => {
  const { disk, files } = stubBrowser();
  const tape = await Tape.begin(OF, never);
  tape.add(new Blob(['one']));
  disk.isBusy = true;
  await expect(tape.remove()).rejects.toThrow();
  disk.isBusy = false;
  await tape.remove();
  expect(files()).toEqual([]);
  // Nobody minds that it is gone already.
  await tape.remove();
});

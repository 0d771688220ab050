import { afterEach, expect, test, vi } from 'vitest';
import { Tape } from '../../../../web/src/room/call/recording/tape.ts';
import { stubBrowser } from './fakes.ts';

const OF = { meeting: 'abc-defg-hij', since: 1_000 };
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
    ['000000', '000001', '000002'].map((name) => `recordings/abc-defg-hij/1000/${name}`),
  );
  const [left, ...others] = await Tape.all();
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
    (await Tape.begin({ meeting, since }, never)).add(new Blob(['x']));
  expect((await Tape.all()).map(({ key }) => key)).toEqual(['b/1', 'b/3', 'a/20']);
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
  expect(await textOf((await Tape.all())[0])).toBe('one ');
  await tape.remove();
  expect(files()).toEqual([]);
});

test('a browser that keeps no files holds it in memory', async () => {
  stubBrowser({ keepsNoFiles: true });
  const tape = await Tape.begin(OF, never);
  tape.add(new Blob(['one']));
  expect(await textOf(tape)).toBe('one');
  expect(tape.isOnDisk).toBe(false);
  expect(await Tape.all()).toEqual([]);
  await tape.remove();
});

test('a tape that nobody needs leaves nothing, and its neighbour stays', async () => {
  const { files } = stubBrowser();
  const tape = await Tape.begin(OF, never);
  const other = await Tape.begin({ ...OF, since: 2_000 }, never);
  for (const one of [tape, other]) one.add(new Blob(['x']));
  await other.whole();
  await tape.remove();
  expect(files()).toEqual(['recordings/abc-defg-hij/2000/000000']);
});

import { beforeEach, describe, expect, test } from 'vitest';
import { Journal } from '../../../src/engine/journal.ts';
import { Replay } from '../../../src/engine/replay.ts';
import { Trimmer } from '../../../src/engine/trimmer.ts';
import { MemoryLog } from '../../support/memory-log.ts';

let log: MemoryLog;
let journal: Journal;
let replay: Replay;
beforeEach(() => {
  log = new MemoryLog();
  log.initialize('e1');
  journal = new Journal({ last: 0, head: 0, marks: new Map(), sinceCheckpoint: 0 });
  replay = new Replay(log);
});

const say = (to?: string[], size = 1, at = 0) =>
  journal.append(
    { t: 'chat.sent', fields: { x: 'x'.repeat(size) }, ...(to === undefined ? {} : { to }) },
    { at },
    true,
  );
function commit(trim: number | null = null): void {
  const { segments, marks } = journal.take();
  log.commit({ segments, marks, rows: [], rewrites: new Map(), checkpoint: null, trim, alarm: null });
}
const seqs = (text: string) =>
  (JSON.parse(text) as { events: { seq: number }[] }).events.map(({ seq }) => seq);
const now = (member = 'ada') => {
  const newest = log.segments.at(-1);
  return {
    epoch: 'e1',
    head: newest?.head ?? 0,
    last: newest?.last ?? 0,
    private: journal.mark(member).private,
  };
};
const canResume = (seq: number, own = 0, epoch = 'e1', member = 'ada') =>
  replay.canResume({ epoch, seq, private: own }, member, now(member));

describe('frames', () => {
  test('merge what small commits left', () => {
    for (let index = 0; index < 10; index += 1) {
      say();
      commit();
    }
    const frame = replay.next(3, 10);
    expect(JSON.parse(frame?.text ?? '')).toMatchObject({ t: 'events', prev: 3, last: 10 });
    expect(seqs(frame?.text ?? '')).toEqual([4, 5, 6, 7, 8, 9, 10]);
  });

  test('are of about 64 KB, and follow on one another to the head', () => {
    for (let index = 0; index < 20; index += 1) {
      say(undefined, 20_000);
      commit();
    }
    const told: number[] = [];
    let position = 0;
    while (position < 20) {
      const frame = replay.next(position, 20);
      if (frame === null) throw new Error(`stuck at ${position}`);
      expect(frame.text.length).toBeLessThan(64 * 1024 + 21_000);
      told.push(...seqs(frame.text));
      position = frame.last;
    }
    expect(told).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  test('are made once for all who come from the same place', () => {
    say();
    commit();
    say();
    commit();
    const first = replay.next(1, 2);
    const { reads } = log;
    for (let index = 0; index < 500; index += 1) expect(replay.next(1, 2)).toBe(first);
    expect(log.reads).toBe(reads);
  });

  test('leave out what is private, without a gap', () => {
    say();
    say(['ben']);
    commit();
    say(['ben']);
    commit();
    say();
    commit();
    const frame = replay.next(0, 4);
    expect(seqs(frame?.text ?? '')).toEqual([1, 4]);
    expect(frame?.last).toBe(4);
  });
});

describe('a client can resume', () => {
  beforeEach(() => {
    say();
    say();
    commit();
    say(['ada', 'ben']);
    commit();
    say();
    commit();
  });

  test('at the head, and from the end of any commit, and from the beginning', () => {
    expect(now()).toMatchObject({ head: 4, private: 1 });
    for (const seq of [0, 2, 4]) expect(canResume(seq, seq === 4 ? 1 : 0), String(seq)).toBe(true);
  });

  test('but not from the middle of a commit: that is no frame’s end', () => {
    expect(canResume(1, 1)).toBe(false);
  });

  test('but not beyond the head, publicly or privately', () => {
    expect(canResume(5, 1)).toBe(false);
    expect(canResume(4, 2)).toBe(false);
  });

  test('but not from another epoch', () => {
    expect(canResume(4, 1, 'e2')).toBe(false);
  });

  test('but not when private events it missed can not be shown whole', () => {
    // It says that it is at 4, and yet has not seen what came before 4.
    expect(canResume(4, 0)).toBe(false);
    expect(canResume(2, 0)).toBe(true);
    const frame = replay.private('ada', 0, 2, 4);
    expect(seqs(frame?.text ?? '')).toEqual([3]);
    expect(JSON.parse(frame?.text ?? '')).toMatchObject({ t: 'private', prev: 0, last: 1 });
  });

  test('but not over a private event that is missing in the middle', () => {
    say(['ada']);
    commit();
    // From 4 on only the second is to be found; the first stands before it.
    expect(now().private).toBe(2);
    expect(canResume(4, 0)).toBe(false);
    expect(canResume(4, 1)).toBe(true);
  });

  test('each with their own private events', () => {
    say(['ben']);
    commit();
    expect(canResume(4, 1)).toBe(true);
    expect(canResume(4, 1, 'e1', 'ben')).toBe(true);
    expect(seqs(replay.private('ben', 1, 4, 5)?.text ?? '')).toEqual([5]);
    expect(canResume(4, 0, 'e1', 'eve')).toBe(true);
    expect(canResume(4, 1, 'e1', 'eve')).toBe(false);
  });

  test('but not from before what the log still holds', () => {
    log.commit({
      segments: [],
      marks: new Map(),
      rows: [],
      rewrites: new Map(),
      checkpoint: null,
      trim: 2,
      alarm: null,
    });
    expect(canResume(0, 0)).toBe(false);
    expect(canResume(2, 0)).toBe(true);
    expect(canResume(4, 1)).toBe(true);
  });

  test('at the head of a log that holds nothing any more', () => {
    const { head, last } = now();
    log.commit({
      segments: [],
      marks: new Map(),
      rows: [],
      rewrites: new Map(),
      checkpoint: null,
      trim: last,
      alarm: null,
    });
    const at = { epoch: 'e1', head, last, private: 1 };
    expect(replay.canResume({ epoch: 'e1', seq: head, private: 1 }, 'ada', at)).toBe(true);
    expect(replay.canResume({ epoch: 'e1', seq: head - 1, private: 1 }, 'ada', at)).toBe(false);
  });
});

describe('the log', () => {
  const retention = { events: 10, size: 1e9, age: 1e9 };
  const write = (trimmer: Trimmer, events: number, at = 0) => {
    for (let index = 0; index < events; index += 1) say(undefined, 1, at);
    const { segments, marks } = journal.take();
    const trim = trimmer.trim(segments, at);
    log.commit({ segments, marks, rows: [], rewrites: new Map(), checkpoint: null, trim, alarm: null });
    return trim;
  };
  const trimmerOf = (more: Partial<typeof retention> = {}) =>
    new Trimmer(log, { ...retention, ...more }, { count: 0, size: 0 });

  test('is cut when it is a tenth over its number of events, and then fits', () => {
    const trimmer = trimmerOf();
    const trims = Array.from({ length: 12 }, () => write(trimmer, 1));
    expect(trims).toEqual([...Array<null>(11).fill(null), 2]);
    expect(log.segments.map(({ last }) => last)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(write(trimmer, 1)).toBeNull();
  });

  test('loses whole commits only, and never the one that is being written', () => {
    const trimmer = trimmerOf();
    write(trimmer, 8);
    expect(write(trimmer, 8)).toBe(8);
    expect(write(trimmer, 50)).toBe(16);
    expect(log.segments).toMatchObject([{ first: 17, last: 66 }]);
  });

  test('is cut by its size', () => {
    const trimmer = trimmerOf({ size: 500 });
    for (let index = 0; index < 40; index += 1) write(trimmer, 1);
    const size = log.segments.reduce((sum, segment) => sum + segment.size, 0);
    expect(size).toBeLessThanOrEqual(550);
    expect(size).toBeGreaterThan(400);
  });

  test('is cut by its age, where something new is written', () => {
    const trimmer = trimmerOf({ age: 1_000 });
    write(trimmer, 1, 1);
    write(trimmer, 1, 500);
    expect(trimmer.trim([], 5_000)).toBeNull();
    expect(write(trimmer, 1, 1_101)).toBeNull();
    expect(write(trimmer, 1, 1_102)).toBe(1);
    expect(log.segments).toHaveLength(3);
  });

  test('is counted on from what was stored', () => {
    for (let index = 0; index < 11; index += 1) {
      say();
      commit();
    }
    const trimmer = new Trimmer(log, retention, { count: 11, size: 0 });
    expect(write(trimmer, 1)).toBe(2);
  });
});

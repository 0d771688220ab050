import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Viewer } from '../../../src/client/index.ts';
import {
  type FileInfo,
  isPlayable,
  LIMITS,
  NOTHING_PLAYS,
  PLAYABLE_TYPES,
} from '../../../src/protocol/index.ts';
import { headersFor, readAddresses } from '../../../web/headers.ts';
import { readPages } from '../../../web/src/room/files/read-pages.ts';
import { isWatchable, languageOfName, typeOfAddress } from '../../../web/src/room/screening/kinds.ts';
import { beforeAt } from '../../../web/src/room/screening/order.ts';
import { posterSize, shortEnough } from '../../../web/src/room/screening/poster.ts';
import { wholeDuration } from '../../../web/src/room/screening/read-media.ts';
import { showTime, stretchesOf } from '../../../web/src/room/screening/show-time.ts';
import { withNewer } from '../../../web/src/room/screening/use-files.ts';
import { placeOf } from '../../../web/src/room/screening/use-place.ts';
import { whenSeen } from '../../../web/src/room/screening/when-seen.ts';
import { lagging, waitedFor } from '../../../web/src/room/screening/who.ts';

describe('the order of the list', () => {
  const ids = [11, 12, 13, 14];
  /** What the room makes of it. */
  const moved = (item: number, place: number): number[] | null => {
    const before = beforeAt(ids, item, place);
    if (before === undefined) return null;
    const others = ids.filter((id) => id !== item);
    return others.toSpliced(before === null ? others.length : others.indexOf(before), 0, item);
  };

  test('an item ends up at the place to which it was moved, wherever it came from', () => {
    expect(moved(11, 2)).toEqual([12, 13, 11, 14]);
    expect(moved(14, 1)).toEqual([11, 14, 12, 13]);
    expect(moved(12, 0)).toEqual([12, 11, 13, 14]);
    expect(moved(12, 3)).toEqual([11, 13, 14, 12]);
    expect(moved(12, 99)).toEqual([11, 13, 14, 12]);
  });

  test('nothing is asked for an item that stays where it is, or is gone', () => {
    expect(moved(13, 2)).toBeNull();
    expect(moved(14, 99)).toBeNull();
    expect(moved(99, 0)).toBeNull();
  });
});

describe('the seek bar stands', () => {
  const position = () => 300_000;
  const player = { currentTime: 7.5 };

  test('where the own player is while it plays', () => {
    expect(placeOf({ status: 'playing', position }, player)).toBe(7_500);
  });

  test.each(['blocked', 'failed', 'loading', 'buffering', 'paused', 'holding', 'ended'] as const)(
    'where the room is while the own player is %s: from there a key takes all along',
    (status) => {
      expect(placeOf({ status, position }, player)).toBe(300_000);
      expect(placeOf({ status, position: () => null }, null)).toBe(0);
    },
  );
});

describe('what the page does once an element is seen', () => {
  const observers: { look: (seen: boolean) => void; isOn: boolean }[] = [];
  beforeEach(() => {
    observers.length = 0;
    vi.stubGlobal(
      'IntersectionObserver',
      class {
        readonly #one = { look: (_: boolean): void => undefined, isOn: false };
        constructor(told: (entries: readonly { readonly isIntersecting: boolean }[]) => void) {
          this.#one.look = (isIntersecting) => told([{ isIntersecting }]);
          observers.push(this.#one);
        }
        observe(): void {
          this.#one.isOn = true;
        }
        disconnect(): void {
          this.#one.isOn = false;
        }
      },
    );
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  test('it does once, and not before', () => {
    let runs = 0;
    whenSeen({} as Element, () => {
      runs += 1;
    });
    observers[0]?.look(false);
    expect([runs, observers[0]?.isOn]).toEqual([0, true]);
    observers[0]?.look(true);
    expect([runs, observers[0]?.isOn]).toEqual([1, false]);
  });

  test('it does no more when it was called off', () => {
    const stop = whenSeen({} as Element, () => undefined);
    stop();
    expect(observers[0]?.isOn).toBe(false);
  });
});

describe('the files to choose from', () => {
  const file = (id: number, type = 'video/mp4'): FileInfo =>
    ({ file: `f_${id}`, type, name: String(id), size: 1, at: 1, seq: id }) as FileInfo;
  const all = Array.from({ length: 450 }, (_, id) => file(id, id < 320 ? 'text/plain' : 'video/mp4'));
  const asked: (string | null)[] = [];
  const ask = async (after: string | null) => {
    asked.push(after);
    const from = Number(after ?? 0);
    const next = from + 100 < all.length ? String(from + 100) : null;
    return { files: all.slice(from, from + 100), count: all.length, next };
  };
  beforeEach(() => {
    asked.length = 0;
  });
  const isWanted = ({ type }: FileInfo) => type === 'video/mp4';

  test('are read on until there is one of use', async () => {
    const page = await readPages(ask, { isWanted, enough: 1 });
    expect(asked).toEqual([null, '100', '200', '300']);
    expect(page).toMatchObject({ count: 450, next: '400' });
    expect(page.files).toHaveLength(80);
    const rest = await readPages(ask, { from: page.next, isWanted, enough: 1 });
    expect(rest.files).toHaveLength(50);
    expect(rest.next).toBeNull();
  });

  test('are as many as were shown before, when they are read anew', async () => {
    expect((await readPages(ask, { enough: 250 })).files).toHaveLength(300);
    expect((await readPages(ask, { enough: 50 })).files).toHaveLength(100);
  });

  test('are not all read where none is of use', async () => {
    const endless = async (after: string | null) => {
      asked.push(after);
      return { files: [file(1)], count: 1, next: `${after}+` };
    };
    const page = await readPages(endless, { isWanted: () => false, enough: 1 });
    expect(page.files).toEqual([]);
    expect(page.next).not.toBeNull();
    expect(asked).toHaveLength(10);
  });

  test('have those before them that came since', () => {
    const known = [file(401), file(400)];
    const newest = [file(403), file(402, 'text/plain'), file(401)];
    const isVideo = (type: string) => type === 'video/mp4';
    expect(withNewer(known, newest, isVideo).map(({ name }) => name)).toEqual(['403', '401', '400']);
  });
});

test('a time is shown as on a clock', () => {
  expect([0, 999, 61_000, 599_999, 3_600_000, 36_061_000, -5].map(showTime)).toEqual([
    '0:00',
    '0:00',
    '1:01',
    '9:59',
    '1:00:00',
    '10:01:01',
    '0:00',
  ]);
});

test('what is loaded is shown as shares of the whole, and never beyond it', () => {
  const ranges = (...list: [number, number][]) => ({
    length: list.length,
    start: (index: number) => list[index]?.[0] ?? Number.NaN,
    end: (index: number) => list[index]?.[1] ?? Number.NaN,
  });
  expect(stretchesOf(ranges([0, 5], [7.5, 10.2]), 10_000)).toEqual([
    { from: 0, to: 0.5 },
    { from: 0.75, to: 1 },
  ]);
  expect(stretchesOf(ranges([12, 13]), 10_000)).toEqual([]);
});

describe('who is waited for', () => {
  const viewer = (viewing: Viewer['viewing'], version: number): Viewer => ({ viewing, version, at: 1 });
  const viewers = new Map([
    ['ready', viewer('ready', 5)],
    ['before', viewer('ready', 4)],
    ['slow', viewer('buffering', 5)],
    ['blocked', viewer('blocked', 5)],
    ['failed', viewer('failed', 5)],
  ]);
  const waitsFor = ['slow', 'gone', 'before', 'ready', 'blocked', 'failed'];

  test('those who watch and are not ready for where it goes on, in the order of the room', () => {
    const playback = { ...NOTHING_PLAYS, status: 'holding' as const, jump: 5, version: 6, waitsFor };
    expect(waitedFor({ playback, viewers })).toEqual(['slow', 'before']);
  });

  test('nobody while it plays', () => {
    expect(waitedFor({ playback: { ...NOTHING_PLAYS, status: 'playing', waitsFor }, viewers })).toEqual([]);
  });

  test('whose player lacks something is told of, and one does not tell oneself', () => {
    expect(lagging(viewers, 'ready')).toEqual(['slow']);
    expect(lagging(viewers, 'slow')).toEqual([]);
  });
});

describe('what can be watched', () => {
  test('is video or audio that the server hands to a player, and no subtitles', () => {
    for (const type of PLAYABLE_TYPES) expect([type, isWatchable(type)]).toEqual([type, type !== 'text/vtt']);
    expect(isPlayable('text/vtt')).toBe(true);
    for (const type of ['video/x-unknown', 'image/png', 'application/octet-stream'])
      expect(isWatchable(type)).toBe(false);
  });

  test('an address says by its ending what it leads to, whatever stands behind it', () => {
    expect(typeOfAddress('https://films.example/a.MP4?token=x.mp3#t=5')).toBe('video/mp4');
    expect(typeOfAddress('https://films.example/live/list.m3u8')).toBe('application/vnd.apple.mpegurl');
    expect(typeOfAddress('https://films.example/a.mp3')).toBe('audio/mpeg');
    for (const text of ['https://films.example/', 'https://films.example/a.exe', 'a.mp4', ''])
      expect(typeOfAddress(text)).toBeNull();
  });

  test('subtitles say their language before the ending of their name', () => {
    expect(languageOfName('film.en.vtt')).toBe('en');
    expect(languageOfName('My film_zh-Hans.VTT')).toBe('zh-Hans');
    expect(languageOfName('film.vtt')).toBeNull();
  });

  test('a length is whole and within what the room takes, or not known', () => {
    expect(wholeDuration(1.2346)).toBe(1_235);
    for (const seconds of [Number.NaN, Number.POSITIVE_INFINITY, 0, LIMITS.mediaDuration])
      expect(wholeDuration(seconds)).toBeNull();
  });
});

describe('the picture of an item', () => {
  test('keeps its shape, fits, and is never made larger', () => {
    expect(posterSize(1_920, 1_080)).toEqual({ width: 320, height: 180 });
    expect(posterSize(1_080, 1_920)).toEqual({ width: 101, height: 180 });
    expect(posterSize(160, 90)).toEqual({ width: 160, height: 90 });
    expect(posterSize(4_000, 2)).toEqual({ width: 320, height: 1 });
  });

  test('is the best that is short enough; where none is, there is no picture', () => {
    const encode = (quality: number): string =>
      `data:image/jpeg;base64,${'A'.repeat(Math.round(quality * 40_000))}`;
    const url = shortEnough(encode) ?? '';
    expect(url.length).toBeLessThanOrEqual(LIMITS.posterLength);
    expect(url).toBe(encode(0.5));
    expect(shortEnough(() => 'A'.repeat(LIMITS.posterLength + 1))).toBeUndefined();
    // What a canvas without area answers.
    expect(shortEnough(() => 'data:,')).toBeUndefined();
  });
});

describe("the page's headers", () => {
  const root = new URL('../../../', import.meta.url);
  const headers = readFileSync(new URL('web/public/_headers', root), 'utf8');

  test('let nothing in from other servers unless their addresses are taken', () => {
    expect(headersFor(headers, 'off')).toBe(headers);
    expect(headers).not.toContain('https:');
  });

  test('let media in, and nothing else, where they are', () => {
    const policy = /Content-Security-Policy: (.*)/.exec(headersFor(headers, 'https'))?.[1] ?? '';
    const open = policy.split('; ').filter((part) => part.includes('https:'));
    expect(open).toEqual(["media-src 'self' blob: https:", "connect-src 'self' https:"]);
    expect(policy.split('; ').length).toBe(
      /Content-Security-Policy: (.*)/.exec(headers)?.[1]?.split('; ').length,
    );
  });

  test('are not written with a rule that can not be opened', () => {
    expect(() => headersFor("Content-Security-Policy: default-src 'self'", 'https')).toThrow(
      'unable to open',
    );
  });

  test('follow wrangler.toml', () => {
    expect(readAddresses('[vars]\nA = "1"\nMEDIA_ADDRESSES = "https"\n')).toBe('https');
    expect(readAddresses('[vars]\n# MEDIA_ADDRESSES = "https"\n')).toBe('off');
    const two =
      '[vars]\nMEDIA_ADDRESSES = "off"\n[env.club.vars]\nMEDIA_ADDRESSES = "https"\n[env.work.vars]\n';
    expect([readAddresses(two), readAddresses(two, 'club'), readAddresses(two, 'work')]).toEqual([
      'off',
      'https',
      'off',
    ]);
    expect(readAddresses(readFileSync(new URL('wrangler.toml', root), 'utf8'))).toBe('off');
  });
});

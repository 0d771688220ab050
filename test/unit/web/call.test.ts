import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NO_TRACKS } from '../../../src/client/call/call-view.ts';
import type { CallView } from '../../../src/client/call/index.ts';
import { mirror } from '../../../web/src/room/call/preferences.ts';
import { fileName } from '../../../web/src/room/call/recording/file-name.ts';
import { coverOf, HEIGHT, placesOf, WIDTH } from '../../../web/src/room/call/recording/frame.ts';
import { soundsOf } from '../../../web/src/room/call/recording/mixer.ts';
import { actionOf, leavesField } from '../../../web/src/room/call/shortcuts.ts';
import {
  fitting,
  GAP,
  gridOf,
  hearing,
  largeOf,
  type Seen,
  SILENCE,
  shownOf,
  tilesOf,
} from '../../../web/src/room/call/tiles.ts';
import { keepWish, readWish } from '../../../web/src/room/call/wish.ts';

const seen = (id: string, more: Partial<Seen> = {}): Seen => ({
  id,
  camera: false,
  screen: false,
  spoke: 0,
  ...more,
});
const keys = (tiles: readonly { readonly key: string }[]) => tiles.map(({ key }) => key);

describe('the tiles', () => {
  const people = [seen('me', { camera: true }), seen('ada'), seen('ben', { camera: true }), seen('cyn')];

  test('show cameras before initials, in the order in which people came, and you last', () => {
    expect(keys(tilesOf(people, 'me', null))).toEqual([
      'person ben',
      'person ada',
      'person cyn',
      'person me',
    ]);
  });

  test('begin with what is shared, and with whoever is in the spotlight', () => {
    const sharing = [...people, seen('dan', { screen: true })];
    expect(keys(tilesOf(sharing, 'me', 'cyn')).slice(0, 3)).toEqual([
      'screen dan',
      'person cyn',
      'person ben',
    ]);
  });

  test('do not move when somebody speaks', () => {
    const before = tilesOf(people, 'me', null);
    const after = tilesOf(
      people.map((one) => (one.id === 'cyn' ? { ...one, spoke: 9 } : one)),
      'me',
      null,
    );
    expect(keys(after)).toEqual(keys(before));
  });

  test('that find no room are those who spoke longest ago; you and what is shared stay', () => {
    const many = Array.from({ length: 9 }, (_, at) => seen(`p${at}`, { spoke: at === 7 ? 5 : 0 }));
    const tiles = tilesOf([...many, seen('me'), seen('dan', { screen: true })], 'me', null);
    const spoke = (member: string) => many.find(({ id }) => id === member)?.spoke ?? 0;
    const { shown, rest } = shownOf(tiles, 5, { self: 'me', spoke });
    expect(keys(shown)).toEqual(['screen dan', 'person p0', 'person p7', 'person me']);
    expect(rest).toBe(tiles.length - 4);
    expect(shownOf(tiles, tiles.length, { self: 'me', spoke })).toEqual({ shown: tiles, rest: 0 });
    expect(keys(shownOf(tilesOf(people, 'me', null), 2, { self: 'me', spoke }).shown)).toEqual([
      'person ben',
    ]);
  });
});

describe('who is large', () => {
  const tiles = tilesOf([seen('me'), seen('ada'), seen('ben', { screen: true })], 'me', null);
  const none = { self: 'me', pinned: null, spotlight: null, speaker: undefined };

  test('is whoever was pressed on, before a screen, before the spotlight, before whoever speaks', () => {
    const all = { self: 'me', pinned: 'person me', spotlight: 'ben', speaker: 'ada' };
    expect(largeOf(tiles, all)?.key).toBe('person me');
    expect(largeOf(tiles, { ...all, pinned: 'person gone' })?.key).toBe('screen ben');
    const faces = tiles.filter(({ kind }) => kind === 'person');
    expect(largeOf(faces, { ...all, pinned: null })?.key).toBe('person ben');
    expect(largeOf(faces, { ...all, pinned: null, spotlight: null })?.key).toBe('person ada');
  });

  test('is nobody where all are alike, and one of the others where nobody has spoken yet', () => {
    const faces = tiles.filter(({ kind }) => kind === 'person');
    expect(largeOf(faces, none)).toBeNull();
    expect(largeOf(faces, { ...none, speaker: null })?.key).toBe('person ada');
    expect(largeOf(tilesOf([seen('me')], 'me', null), { ...none, speaker: null })).toBeNull();
  });

  test('is never your own screen by itself', () => {
    expect(largeOf(tilesOf([seen('me', { screen: true }), seen('ada')], 'me', null), none)).toBeNull();
  });
});

describe('who speaks', () => {
  test('stays large for as long as they speak, whoever speaks meanwhile; then comes who began last', () => {
    const one = hearing(SILENCE, new Set(['ada']), 'me');
    expect(one.speaker).toBe('ada');
    const two = hearing(one, new Set(['ada', 'ben', 'cyn']), 'me');
    expect(two.speaker).toBe('ada');
    const three = hearing(two, new Set(['ben', 'cyn']), 'me');
    expect(three.speaker).toBe('cyn');
    expect(hearing(three, new Set(), 'me').speaker).toBe('cyn');
  });

  test('is not you, and you count for who spoke last all the same', () => {
    const spoken = hearing(SILENCE, new Set(['me']), 'me');
    expect(spoken.speaker).toBeNull();
    expect(spoken.order.get('me')).toBe(1);
  });
});

describe('a grid', () => {
  test.each([
    [1, 1_000, 600],
    [2, 1_000, 600],
    [3, 700, 680],
    [6, 1_400, 800],
    [12, 344, 480],
    [25, 1_400, 800],
  ])(
    'of %i tiles stays in a box of %i by %i, and none is higher than 4 by 3 or wider than 16 by 9',
    (count, width, height) => {
      const grid = gridOf(count, width, height);
      const rows = Math.ceil(count / grid.columns);
      expect(grid.columns * (grid.width + GAP) - GAP).toBeLessThanOrEqual(width);
      expect(rows * (grid.height + GAP) - GAP).toBeLessThanOrEqual(height);
      expect(grid.width / grid.height).toBeGreaterThanOrEqual(1.3);
      expect(grid.width / grid.height).toBeLessThanOrEqual(1.8);
      expect(grid.width).toBeGreaterThan(80);
    },
  );

  test('puts two side by side in a wide box, and one above the other in a high one', () => {
    expect(gridOf(2, 1_000, 500).columns).toBe(2);
    expect(gridOf(2, 344, 480).columns).toBe(1);
  });

  test('has room for as many as can be told apart', () => {
    expect(fitting(344, 480)).toBe(10);
    expect(fitting(100, 50)).toBe(1);
    expect(fitting(3_000, 2_000)).toBe(25);
  });
});

describe('a key', () => {
  class FakeElement {
    readonly #within: string;
    constructor(within = '') {
      this.#within = within;
    }
    closest(selector: string) {
      return this.#within !== '' && selector.split(', ').includes(this.#within) ? this : null;
    }
  }
  class FakeArea extends FakeElement {
    value = '';
  }
  beforeEach(() => {
    vi.stubGlobal('Element', FakeElement);
    vi.stubGlobal('HTMLTextAreaElement', FakeArea);
  });
  afterEach(() => void vi.unstubAllGlobals());
  const within = (what: string) => new FakeElement(what) as unknown as EventTarget;
  const pressed = { altKey: false, ctrlKey: false, metaKey: false, target: null };

  test('acts where nothing is written, whatever the case, and not together with others', () => {
    expect(actionOf({ ...pressed, key: 'm' })).toBe('microphone');
    expect(actionOf({ ...pressed, key: 'V' })).toBe('camera');
    expect(actionOf({ ...pressed, key: ' ', target: within('') })).toBe('talk');
    expect(actionOf({ ...pressed, key: 'm', ctrlKey: true })).toBeNull();
    expect(actionOf({ ...pressed, key: 'x' })).toBeNull();
  });

  test.each(['textarea', 'input', '[role="dialog"]', '[role="menu"]'])('does nothing in %s', (what) => {
    expect(actionOf({ ...pressed, key: 'm', target: within(what) })).toBeNull();
  });

  test('presses the button that has the focus, where it is the space bar', () => {
    expect(actionOf({ ...pressed, key: ' ', target: within('button') })).toBeNull();
    expect(actionOf({ ...pressed, key: 'm', target: within('button') })).toBe('microphone');
  });

  test('leaves a field, where it is Escape and nothing is written', () => {
    const field = new FakeArea();
    const target = field as unknown as EventTarget;
    expect(leavesField({ key: 'Escape', target, defaultPrevented: false })).toBe(field);
    expect(leavesField({ key: 'Escape', target, defaultPrevented: true })).toBeNull();
    expect(leavesField({ key: 'm', target, defaultPrevented: false })).toBeNull();
    field.value = 'half a sentence';
    expect(leavesField({ key: 'Escape', target, defaultPrevented: false })).toBeNull();
  });
});

function memory(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  const map = new Map<string, string>();
  return {
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  };
}

describe('what is remembered', () => {
  beforeEach(() => {
    vi.stubGlobal('sessionStorage', memory());
    vi.stubGlobal('localStorage', memory());
  });
  afterEach(() => void vi.unstubAllGlobals());

  test.each([
    { microphone: true, camera: true },
    { microphone: false, camera: true },
    { microphone: false, camera: false },
    'left' as const,
  ])('of a call comes back as it was: %o', (wish) => {
    keepWish('abc-mcdl-cmc', wish);
    expect(readWish('abc-mcdl-cmc')).toEqual(wish);
  });

  test('of one meeting says nothing of another', () => {
    keepWish('one', { microphone: true, camera: true });
    expect(readWish('two')).toBeNull();
    keepWish('one', null);
    expect(readWish('one')).toBeNull();
  });

  test('of how one likes it is what it was at the start until it is changed', () => {
    expect(mirror.get()).toBe(true);
    mirror.set(false);
    expect(mirror.get()).toBe(false);
    expect(localStorage.getItem('parley.mirror')).toBe('off');
  });
});

describe('a recording', () => {
  const tiles = tilesOf([seen('me'), ...Array.from({ length: 20 }, (_, at) => seen(`p${at}`))], 'me', null);

  test.each([1, 2, 3, 7, 16, 21])(
    'of %i people shows each within the picture, none over another',
    (count) => {
      for (const large of [null, tiles[0] ?? null]) {
        const places = placesOf(tiles.slice(0, count), large);
        expect(places.length).toBe(large === null ? Math.min(count, 16) : Math.min(count, 7));
        for (const [at, one] of places.entries()) {
          expect(one.x).toBeGreaterThanOrEqual(0);
          expect(one.y).toBeGreaterThanOrEqual(0);
          expect(one.x + one.width).toBeLessThanOrEqual(WIDTH);
          expect(one.y + one.height).toBeLessThanOrEqual(HEIGHT);
          for (const other of places.slice(at + 1)) {
            const isApart =
              one.x + one.width <= other.x ||
              other.x + other.width <= one.x ||
              one.y + one.height <= other.y ||
              other.y + other.height <= one.y;
            expect(isApart).toBe(true);
          }
        }
      }
    },
  );

  test('shows a screen whole, and cuts a face to its place', () => {
    const place = { x: 10, y: 20, width: 100, height: 100 };
    const wide = { width: 200, height: 100 };
    expect(coverOf(wide, place, true)).toEqual([
      { x: 0, y: 0, width: 200, height: 100 },
      { x: 10, y: 45, width: 100, height: 50 },
    ]);
    expect(coverOf(wide, place, false)).toEqual([{ x: 50, y: 0, width: 100, height: 100 }, place]);
  });

  test('holds the sound of all, of their screens, and yours while you are not muted', () => {
    const track = (id: string) => ({ id }) as MediaStreamTrack;
    const [own, ada, film] = [track('own'), track('ada'), track('film')];
    const view = (muted: boolean): CallView => ({
      mode: 'direct',
      status: 'in',
      failure: null,
      members: new Map([
        ['ada', { ...NO_TRACKS, microphone: ada, screenSound: film, quality: 'good' }],
        ['ben', { ...NO_TRACKS, quality: 'good' }],
      ]),
      self: { ...NO_TRACKS, microphone: own, muted, speaking: false, speakingWhileMuted: false },
    });
    expect(soundsOf(view(false))).toEqual(new Set([own, ada, film]));
    expect(soundsOf(view(true))).toEqual(new Set([ada, film]));
  });

  test('is named after the meeting and the minute, in a way that every file system takes', () => {
    const since = new Date(2026, 10, 20, 9, 5, 7).getTime();
    expect(fileName('Q4: plan/review', since, 'video/webm')).toBe('Q4 plan review 2026-11-20 09.05.07.webm');
    expect(fileName('例会', since, 'video/mp4')).toBe('例会 2026-11-20 09.05.07.mp4');
  });
});

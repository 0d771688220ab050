import type { TFunction } from 'i18next';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Contact, DirectMessage, Favourite, Meeting } from '../../../src/protocol/index.ts';
import { titleOf } from '../../../web/src/app/title.ts';
import { directLines, messageKey } from '../../../web/src/people/chat/lines.ts';
import { countNew } from '../../../web/src/people/count.ts';
import { sortContacts } from '../../../web/src/people/list/order.ts';
import { presenceText } from '../../../web/src/people/presence-text.ts';
import { AWAY_AFTER, PresenceWatch } from '../../../web/src/people/presence-watch.ts';
import { favouriteRooms, shelve } from '../../../web/src/people/rooms/shelves.ts';
import { daysBetween, longTime, shortTime } from '../../../web/src/people/when.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const MINUTE = 60_000;
const NOON = new Date(2026, 0, 15, 12).getTime();
const ADA = 'a_ada';
const BEN = 'a_ben';

const said = (from: string, number: number, sentAt: number): DirectMessage => ({
  t: 'direct.sent',
  seq: number,
  with: BEN,
  from,
  number,
  sentAt,
  body: { kind: 'text', text: `${number}` },
  prev: null,
});

describe('a conversation', () => {
  const shape = (messages: readonly DirectMessage[], readUpTo: number | null = null) =>
    directLines(messages, BEN, readUpTo).map((line) =>
      line.kind === 'message'
        ? `${messageKey(line.message)}${line.first ? ' first' : ''}${line.last ? ' last' : ''}`
        : line.kind,
    );

  test('puts together what one of the two wrote within five minutes', () => {
    expect(
      shape([
        said(ADA, 1, NOON),
        said(ADA, 2, NOON + 4 * MINUTE),
        said(BEN, 1, NOON + 4 * MINUTE),
        said(BEN, 2, NOON + 10 * MINUTE),
      ]),
    ).toEqual(['day', `${ADA} 1 first`, `${ADA} 2 last`, `${BEN} 1 first last`, `${BEN} 2 first last`]);
  });

  test('begins each day with a line, and nothing belongs together over midnight', () => {
    const late = new Date(2026, 0, 15, 23, 59).getTime();
    expect(shape([said(ADA, 1, late), said(ADA, 2, late + 2 * MINUTE)])).toEqual([
      'day',
      `${ADA} 1 first last`,
      'day',
      `${ADA} 2 first last`,
    ]);
  });

  test('has one line before the first of theirs that was not read, and none for what you wrote', () => {
    const messages = [said(BEN, 1, NOON), said(ADA, 1, NOON), said(BEN, 2, NOON), said(BEN, 3, NOON)];
    expect(shape(messages, 1)).toEqual([
      'day',
      `${BEN} 1 first last`,
      `${ADA} 1 first last`,
      'unread',
      `${BEN} 2 first`,
      `${BEN} 3 last`,
    ]);
    // Each of the two counts their own.
    expect(shape([said(ADA, 9, NOON), said(BEN, 2, NOON)], 1).slice(0, 3)).toEqual([
      'day',
      `${ADA} 9 first last`,
      'unread',
    ]);
    expect(shape(messages, 3)).not.toContain('unread');
    expect(shape(messages)).not.toContain('unread');
  });
});

describe('a time in a list', () => {
  const tell = (at: number, now = NOON) => shortTime('en-GB', at, now, 'Yesterday');

  test('is the shorter, the nearer it is', () => {
    expect(tell(NOON - 60 * MINUTE)).toBe('11:00');
    expect(tell(NOON - 13 * 60 * MINUTE)).toBe('Yesterday');
    expect(tell(new Date(2026, 0, 12, 8).getTime())).toBe('Mon');
    expect(tell(new Date(2026, 0, 5, 8).getTime())).toBe('5 Jan');
    expect(tell(new Date(2025, 11, 5, 8).getTime())).toBe('05/12/2025');
    // By another clock that is ahead.
    expect(tell(NOON + MINUTE)).toBe('12:01');
  });

  test('counts days by the calendar', () => {
    expect(daysBetween(new Date(2026, 0, 14, 23, 59).getTime(), new Date(2026, 0, 15, 0, 1).getTime())).toBe(
      1,
    );
    expect(daysBetween(NOON, NOON + 11 * 60 * MINUTE)).toBe(0);
    // The clocks go back: a day of 25 hours is one.
    vi.stubEnv('TZ', 'Europe/Berlin');
    const day = (date: number) => new Date(2026, 9, date, 12).getTime();
    expect(day(26) - day(25)).toBe(24 * 60 * MINUTE);
    expect(day(25) - day(24)).toBe(25 * 60 * MINUTE);
    expect(daysBetween(day(25), day(26))).toBe(1);
  });

  test('has its date in a sentence where it is not today', () => {
    expect(longTime('en-GB', NOON, NOON)).toBe('12:00');
    expect(longTime('en-GB', new Date(2026, 0, 14, 9).getTime(), NOON)).toBe('14 Jan 2026, 09:00');
  });
});

describe('presence', () => {
  const t = ((key: string, values?: { time: string }) =>
    values === undefined ? key : `${key} ${values.time}`) as unknown as TFunction;

  test('is told in words, with when somebody was last here where they say so', () => {
    expect(presenceText(t, 'en-GB', { status: 'meeting', since: NOON }, NOON)).toBe('presence.meeting');
    expect(presenceText(t, 'en-GB', { status: 'offline', since: NOON }, NOON)).toBe('presence.seen 12:00');
    expect(presenceText(t, 'en-GB', { status: 'offline', since: null }, NOON)).toBe('presence.offline');
  });

  /** A page that is looked at, and a clock that is moved by hand. */
  function watched() {
    let now = 0;
    let isVisible = true;
    let due: { readonly at: number; readonly check: () => void } | null = null;
    const tell = vi.fn();
    const watch = new PresenceWatch(
      {
        isVisible: () => isVisible,
        now: () => now,
        later: (check, ms) => {
          const own = { at: now + ms, check };
          due = own;
          return () => {
            if (due === own) due = null;
          };
        },
      },
      tell,
    );
    return {
      watch,
      tell,
      pass: (ms: number) => {
        now += ms;
        if (due !== null && due.at <= now) due.check();
      },
      show: (visible: boolean) => {
        isVisible = visible;
        if (visible) watch.touched();
        else watch.look();
      },
      isWaiting: () => due !== null,
    };
  }

  test('is away after five minutes in which nothing was touched, and back with the first touch', () => {
    const { watch, tell, pass } = watched();
    pass(AWAY_AFTER - 1);
    watch.touched();
    pass(1);
    expect(tell).not.toHaveBeenCalled();
    pass(AWAY_AFTER - 1);
    expect(tell.mock.calls).toEqual([['away']]);
    watch.touched();
    expect(tell.mock.calls).toEqual([['away'], ['online']]);
    pass(AWAY_AFTER);
    expect(tell).toHaveBeenLastCalledWith('away');
  });

  test('is away while the page is hidden, whatever is touched, and looks at no clock meanwhile', () => {
    const { watch, tell, pass, show, isWaiting } = watched();
    show(false);
    expect(tell.mock.calls).toEqual([['away']]);
    expect(isWaiting()).toBe(false);
    watch.touched();
    pass(AWAY_AFTER);
    expect(tell.mock.calls).toEqual([['away']]);
    show(true);
    expect(tell.mock.calls).toEqual([['away'], ['online']]);
    watch.end();
    expect(isWaiting()).toBe(false);
  });
});

const contact = (id: string): Contact => ({
  person: { id, userName: id, name: id, avatar: null },
  state: 'contact',
  since: 0,
  note: '',
});

test('contacts who are here stand before those who are not, each by name', () => {
  const presence = new Map([
    ['d', { status: 'online' as const }],
    ['c', { status: 'away' as const }],
    ['b', { status: 'meeting' as const }],
  ]);
  const sorted = sortContacts(['a', 'b', 'c', 'd', 'e'].map(contact), presence);
  expect(sorted.map(({ person }) => person.id)).toEqual(['b', 'd', 'c', 'a', 'e']);
});

test('what is new are messages, and people and groups that wait for an answer', () => {
  const group = {
    group: 'abc-defg-hij',
    name: 'Tea',
    role: null,
    invitedBy: null,
    everybody: false,
    at: 0,
    news: null,
  };
  expect(
    countNew({
      unreadTotal: 5,
      asking: [contact('a')],
      groups: [
        { ...group, state: 'invited' },
        { ...group, state: 'asked' },
        { ...group, state: 'enrolled' },
      ],
    }),
  ).toBe(7);
});

describe('the rooms of somebody', () => {
  const meeting = (code: string, more: Partial<Meeting> = {}): Meeting => ({
    code,
    name: `Room ${code}`,
    hosted: false,
    schedule: null,
    enteredAt: 1,
    leftAt: 2,
    endedAt: null,
    invitedBy: null,
    at: 2,
    ...more,
  });
  const from = contact('a').person;
  const at = (opensAt: number) => ({ schedule: { opensAt } as Meeting['schedule'] });

  test('stand on one shelf each', () => {
    const shelves = shelve(
      [
        meeting('visited'),
        meeting('own', { hosted: true }),
        meeting('later', { ...at(20), hosted: true }),
        meeting('sooner', { ...at(10), invitedBy: from, enteredAt: null }),
        meeting('open now', { ...at(4), hosted: true }),
        meeting('called off', { ...at(30), endedAt: 3 }),
        meeting('invited', { invitedBy: from, enteredAt: null }),
        meeting('invited once', { invitedBy: from }),
        meeting('too late', { invitedBy: from, enteredAt: null, endedAt: 3 }),
      ],
      5,
    );
    const codes = Object.entries(shelves).map(([name, rooms]: [string, Meeting[]]) => [
      name,
      rooms.map(({ code }) => code),
    ]);
    expect(Object.fromEntries(codes)).toEqual({
      invited: ['invited'],
      scheduled: ['sooner', 'later'],
      hosted: ['own', 'open now'],
      recent: ['visited', 'called off', 'invited once', 'too late'],
    });
  });

  test('are found again among the favourites, by the name that they have now', () => {
    const favourite = (kind: 'room' | 'media', id: string): Favourite => ({
      kind,
      id,
      title: 'as it was',
      room: null,
      at: 0,
    });
    const favourites = [favourite('room', 'own'), favourite('media', 'own'), favourite('room', 'elsewhere')];
    expect(favouriteRooms(favourites, [meeting('own')])).toEqual([
      { code: 'own', name: 'Room own' },
      { code: 'elsewhere', name: 'as it was' },
    ]);
  });
});

test('the title tells of a call first, and counts what is unread here and elsewhere', () => {
  const parts = { base: 'Tea · Parley', here: 0, elsewhere: 0, call: null };
  expect(titleOf(parts)).toBe('Tea · Parley');
  expect(titleOf({ ...parts, here: 1, elsewhere: 2 })).toBe('(3) Tea · Parley');
  expect(titleOf({ ...parts, elsewhere: 2, call: 'Ben is calling' })).toBe(
    'Ben is calling · (2) Tea · Parley',
  );
});

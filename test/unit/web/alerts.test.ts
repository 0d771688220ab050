import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RoomEvent } from '../../../src/protocol/index.ts';
import { notify, notifyState, wantNotes } from '../../../web/src/alerts/notify.ts';
import { notifying } from '../../../web/src/alerts/preferences.ts';
import { playTone, TONE_NAMES, TONES } from '../../../web/src/alerts/tones.ts';
import { choice, preference } from '../../../web/src/app/preference.ts';
import { alertOf } from '../../../web/src/room/alerts.ts';
import { actionOf } from '../../../web/src/room/call/shortcuts.ts';
import { addNote, readingTime, takeNotes } from '../../../web/src/ui/toast-queue.ts';

type Seen = Parameters<typeof alertOf>[1];
const ME = 'm_me';
const seenBy = (role: 'host' | 'member', count = 3): Seen =>
  ({ self: { id: ME, role, account: 'a_me' }, devices: new Set([ME, 'm_phone']), count }) as unknown as Seen;
const event = (fields: Record<string, unknown>): RoomEvent =>
  ({ seq: 1, at: 0, by: 'm_ben', ...fields }) as unknown as RoomEvent;
const said = (more: Record<string, unknown> = {}) =>
  event({ t: 'chat.sent', body: { kind: 'text', text: 'Hello' }, ...more });
const tone = (what: RoomEvent, seen = seenBy('member')) => alertOf(what, seen)?.tone ?? null;

describe('what is heard', () => {
  test('of messages: one of others while one looks elsewhere, one that is meant for oneself always', () => {
    expect(alertOf(said(), seenBy('member'))).toEqual({ tone: 'message', away: true });
    for (const mine of [{ mentions: [ME] }, { mentions: ['m_phone'] }, { mentions: ['a_me'] }, { to: ME }])
      expect(alertOf(said(mine), seenBy('member'))).toEqual({ tone: 'mention', away: false });
    expect(tone(said({ mentions: ['m_cyn'] }))).toBe('message');
    expect(tone(event({ t: 'file.shared' }))).toBe('message');
  });

  test('nothing of what one does oneself, on whichever device', () => {
    for (const by of [ME, 'm_phone']) {
      expect(tone(said({ by, mentions: [ME] }))).toBeNull();
      expect(tone(event({ t: 'image.shared', by }))).toBeNull();
      expect(tone(event({ t: 'member.joined', member: { id: by } }))).toBeNull();
      expect(tone(event({ t: 'hand.raised', member: by }), seenBy('host'))).toBeNull();
    }
  });

  test('of comings in small rooms, and of hands by hosts and whoever is called on', () => {
    const joined = event({ t: 'member.joined', member: { id: 'm_cyn' } });
    expect([tone(joined), tone(joined, seenBy('member', 21))]).toEqual(['join', null]);
    const raised = event({ t: 'hand.raised', member: 'm_cyn' });
    expect([tone(raised), tone(raised, seenBy('host'))]).toEqual([null, 'hand']);
    expect(tone(event({ t: 'hand.called', member: ME }))).toBe('mention');
    expect(tone(event({ t: 'hand.called', member: 'm_cyn' }))).toBeNull();
    const waiting = event({ t: 'lobby.joined' });
    expect([tone(waiting), tone(waiting, seenBy('host'))]).toEqual([null, 'join']);
    expect(tone(event({ t: 'member.left' }))).toBeNull();
  });
});

describe('tones', () => {
  const contexts: FakeContext[] = [];
  class FakeContext {
    readonly currentTime = 5;
    readonly destination = {};
    readonly started: number[] = [];
    closed = false;
    end: (() => void) | null = null;
    constructor() {
      contexts.push(this);
    }
    createGain() {
      return { connect() {}, gain: { setValueAtTime() {}, linearRampToValueAtTime() {} } };
    }
    createOscillator() {
      return {
        type: '',
        frequency: { value: 0 },
        connect() {},
        addEventListener: (_: string, end: () => void) => {
          this.end = end;
        },
        start: (at: number) => this.started.push(at),
        stop() {},
      };
    }
    async close() {
      this.closed = true;
    }
  }
  beforeEach(() => void vi.stubGlobal('AudioContext', FakeContext));
  afterEach(() => {
    contexts.length = 0;
    vi.unstubAllGlobals();
  });

  test('are played note by note, and leave nothing open', () => {
    vi.stubGlobal('navigator', { userActivation: { hasBeenActive: true } });
    for (const name of TONE_NAMES) playTone(name);
    expect(contexts.map(({ started }) => started.length)).toEqual(
      TONE_NAMES.map((name) => TONES[name].length),
    );
    for (const context of contexts) {
      expect(context.started[0]).toBe(5);
      expect(context.closed).toBe(false);
      context.end?.();
      expect(context.closed).toBe(true);
    }
  });

  test('are silent before the page was touched', () => {
    vi.stubGlobal('navigator', { userActivation: { hasBeenActive: false } });
    playTone('join');
    expect(contexts).toEqual([]);
  });
});

describe('notifications', () => {
  const shown: { title: string; body: string; tag: string }[] = [];
  class FakeNotification {
    static permission = 'default';
    static answer = 'granted';
    static asked = 0;
    static async requestPermission() {
      FakeNotification.asked += 1;
      FakeNotification.permission = FakeNotification.answer;
      return FakeNotification.answer;
    }
    constructor(title: string, { body, tag }: { body: string; tag: string }) {
      shown.push({ title, body, tag });
      notes.push(this);
    }
    readonly #hears = new Map<string, () => void>();
    isClosed = false;
    addEventListener(name: string, listener: () => void) {
      this.#hears.set(name, listener);
    }
    press() {
      this.#hears.get('click')?.();
    }
    close() {
      this.isClosed = true;
      this.#hears.get('close')?.();
    }
  }
  const notes: FakeNotification[] = [];
  const page = { hidden: true, hasFocus: () => false, addEventListener() {}, removeEventListener() {} };
  beforeEach(() => {
    Object.assign(FakeNotification, { permission: 'default', answer: 'granted', asked: 0 });
    vi.stubGlobal('Notification', FakeNotification);
    vi.stubGlobal('isSecureContext', true);
    vi.stubGlobal('document', page);
    notifying.set(false);
    vi.stubGlobal('window', new EventTarget());
    shown.length = 0;
    notes.length = 0;
  });
  afterEach(() => vi.unstubAllGlobals());
  const note = { title: 'Stand-up', text: 'Ben: Hello', of: 'abc' };

  test('come only once they were wanted and allowed, and nobody looks', async () => {
    notify(note);
    expect([shown, FakeNotification.asked]).toEqual([[], 0]);
    expect(await wantNotes()).toBe('on');
    notify(note);
    expect(shown).toEqual([{ title: 'Stand-up', body: 'Ben: Hello', tag: 'abc' }]);
    vi.stubGlobal('document', { ...page, hidden: false, hasFocus: () => true });
    notify(note);
    vi.stubGlobal('document', page);
    notifying.set(false);
    notify(note);
    expect(shown).toHaveLength(1);
  });

  test('are off where the browser forbids them, whatever was wanted', async () => {
    FakeNotification.answer = 'denied';
    expect(await wantNotes()).toBe('denied');
    expect(notifying.get()).toBe(false);
    notifying.set(true);
    notify(note);
    expect(shown).toEqual([]);
    vi.stubGlobal('isSecureContext', false);
    expect(notifyState(true)).toBe('none');
  });

  test('are taken back when somebody looks again, whether the tab comes up or its window gets the focus', async () => {
    await wantNotes();
    const look = { hidden: false, hasFocus: false };
    const tab = Object.assign(new EventTarget(), { hasFocus: () => look.hasFocus });
    Object.defineProperty(tab, 'hidden', { get: () => look.hidden });
    const added = vi.spyOn(tab, 'addEventListener');
    vi.stubGlobal('document', tab);
    notify(note);
    notify({ ...note, of: 'xyz' });
    // Its window is seen beside the one that somebody works in.
    tab.dispatchEvent(new Event('visibilitychange'));
    expect(notes.map(({ isClosed }) => isClosed)).toEqual([false, false]);
    look.hasFocus = true;
    window.dispatchEvent(new Event('focus'));
    expect(notes.map(({ isClosed }) => isClosed)).toEqual([true, true]);
    look.hidden = true;
    notify(note);
    look.hidden = false;
    tab.dispatchEvent(new Event('visibilitychange'));
    expect(notes[2]?.isClosed).toBe(true);
    // However many there were, the page listens once.
    expect(new Set(added.mock.calls.map(([, listener]) => listener)).size).toBe(1);
  });

  test('bring the page up when they are pressed', async () => {
    await wantNotes();
    const focus = vi.fn();
    vi.stubGlobal('window', Object.assign(new EventTarget(), { focus }));
    notify(note);
    notes[0]?.press();
    expect([focus.mock.calls.length, notes[0]?.isClosed]).toEqual([1, true]);
  });

  test('that the browser can not show stop nothing', async () => {
    await wantNotes();
    vi.stubGlobal(
      'Notification',
      Object.assign(
        class {
          constructor() {
            throw new TypeError('Illegal constructor');
          }
        },
        { permission: 'granted' },
      ),
    );
    expect(() => notify(note)).not.toThrow();
  });
});

describe('notes in passing', () => {
  test('stay for as long as it takes to read them, in any script', () => {
    expect(readingTime('Saved')).toBeLessThan(5_000);
    const what =
      "Camera: your browser doesn't let this page use it. Press the icon beside the address, allow it.";
    expect(readingTime(what)).toBeGreaterThan(10_000);
    const same = '摄像头：浏览器不允许本页面使用。请点击地址栏旁的图标，允许后重试。';
    expect(Math.abs(readingTime(same) - readingTime(what))).toBeLessThan(2_000);
  });

  test('are two when they say the same twice', () => {
    addNote({ title: 'Ben has raised a hand.' });
    addNote({ title: 'Ben has raised a hand.' });
    const ids = takeNotes().map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(takeNotes()).toEqual([]);
  });
});

describe('what this browser remembers', () => {
  const store = new Map<string, string>();
  beforeEach(() => {
    store.clear();
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => store.get(key) ?? null,
      setItem: (key: string, value: string) => store.set(key, value),
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  test('is one of the values that there are, else the standard', () => {
    store.set('a', 'purple');
    expect(choice('a', ['light', 'dark'], 'dark').get()).toBe('dark');
    const look = choice('a', ['light', 'dark'], 'dark');
    look.set('light');
    expect([look.get(), store.get('a'), choice('a', ['light', 'dark'], 'dark').get()]).toEqual([
      'light',
      'light',
      'light',
    ]);
  });

  test('is a switch that is on or off', () => {
    expect([preference('s', true).get(), preference('s', false).get()]).toEqual([true, false]);
    preference('s', true).set(false);
    expect([store.get('s'), preference('s', true).get()]).toEqual(['off', false]);
  });
});

describe('the question mark', () => {
  test('opens the settings, with whatever keys it is typed', () => {
    vi.stubGlobal('Element', class {});
    const pressed = { key: '?', altKey: false, ctrlKey: false, metaKey: false, target: null };
    expect(actionOf(pressed)).toBe('help');
    expect(actionOf({ ...pressed, ctrlKey: true })).toBeNull();
    vi.unstubAllGlobals();
  });
});

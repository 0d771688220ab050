// The page as people find it: what it loads and whom it asks, by keyboard alone, what it sounds like, and after the meeting.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { PHONE, picture, Stage, stage, WIDE } from './support/calls.ts';
import { field, said, say } from './support/meeting-page.ts';
import { button, inspect, seen, takeFaults } from './support/page.ts';
import { UNLIMITED } from './support/people.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let browser: Browser;
let pages: Stage;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-page-'));
  [server, browser] = await Promise.all([startServer({ vars: UNLIMITED }), launchBrowser()]);
  pages = new Stage(browser, server.url);
});
afterEach(async () => {
  await pages.close();
  expect(takeFaults()).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const settings = (page: Page) => page.getByRole('dialog', { name: 'Settings' });

type Watch = { sums: () => Promise<number>; shift: () => Promise<number>; broken: () => Promise<string[]> };

/** Opens a page while it is written down what it loads, what moves while it does, and what its content policy forbids. */
async function watched(path: string, look = WIDE): Promise<{ page: Page; asked: string[]; watch: Watch }> {
  const page = await pages.open('/favicon.svg', look);
  const asked: string[] = [];
  const scripts = new Map<string, Promise<number>>();
  page.on('request', (request) => void asked.push(request.url()));
  page.on('websocket', (socket) => void asked.push(socket.url()));
  page.on('response', (response) => {
    if (/\.js$/.test(new URL(response.url()).pathname))
      scripts.set(
        response.url(),
        response.body().then((body) => gzipSync(body, { level: 9 }).length),
      );
  });
  await page.addInitScript(() => {
    const seenHere = { shift: 0, broken: [] as string[] };
    Object.assign(window, { seenHere });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      seenHere.broken.push(`${violatedDirective} ${blockedURI}`);
    });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
        seenHere.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(server.url + path);
  const look2 = <T>(name: string): Promise<T> => page.evaluate(`seenHere.${name}`);
  const watch = {
    /** What came out of the browser's cache is not counted. */
    sums: async () => {
      const came = await page.evaluate(() =>
        (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
          .filter(({ transferSize }) => transferSize > 0)
          .map(({ name }) => name),
      );
      const sizes = await Promise.all(came.map((name) => scripts.get(name) ?? 0));
      return sizes.reduce((sum, size) => sum + size, 0);
    },
    shift: () => look2<number>('shift'),
    broken: () => look2<string[]>('broken'),
  };
  return { page, asked, watch };
}

const KB = 1_000;

test('the first view stands still from the start, and comes with little JavaScript, a meeting included', async () => {
  const { path } = await pages.start('Ada');
  for (const look of [WIDE, PHONE]) {
    const { page, watch } = await watched('/', look);
    await seen(button(page, 'Start the meeting'));
    await page.waitForLoadState('networkidle');
    expect(await watch.shift()).toBe(0);
    expect(await watch.sums()).toBeLessThan(150 * KB);
  }
  const { page, watch } = await watched(path);
  await seen(page.getByRole('heading', { name: 'Join Stand-up' }));
  await page.waitForLoadState('networkidle');
  expect(await watch.shift()).toBe(0);
  await page.getByLabel('Your name').fill('Ben');
  await button(page, 'Join').click();
  await say(page, 'Here I am');
  await seen(said(page, 'Here I am'));
  expect(await watch.sums()).toBeGreaterThan(100 * KB);
  expect(await watch.sums()).toBeLessThan(200 * KB);
});

test('a whole meeting asks nobody but its own server, and keeps to its content policy', async () => {
  const { page: ada, path } = await pages.start('Ada');
  const ben = await watched(path);
  const { page } = ben;
  await page.getByLabel('Your name').fill('Ben');
  await button(page, 'Camera and microphone').click();
  await button(page, 'Camera').click();
  await seen(picture(page, 'Ben'));
  await button(page, 'Join').click();
  await seen(picture(ada, 'Ben'));
  await say(page, 'Look, https://example.org');
  await button(page, 'Settings').click();
  await seen(settings(page));
  await page.keyboard.press('Escape');
  await button(page, 'React').click();
  await page.getByRole('dialog', { name: 'React' }).getByRole('button').first().click();
  await button(page, 'Files').click();
  await page
    .getByRole('dialog', { name: 'Files' })
    .locator('input[type=file]')
    .setInputFiles({
      name: 'notes.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('Notes'),
    });
  await seen(page.getByRole('dialog', { name: 'Files' }).getByText('notes.txt').first());
  await page.keyboard.press('Escape');
  await button(stage(page), 'Hang up').click();
  await button(page, 'Leave').click();
  await seen(page.getByRole('heading', { name: 'You have left' }));
  const { host } = new URL(server.url);
  const others = ben.asked.filter((url) => /^(https?|wss?):/.test(url) && new URL(url).host !== host);
  expect(others).toEqual([]);
  expect(ben.asked.length).toBeGreaterThan(10);
  expect(await ben.watch.broken()).toEqual([]);
});

test('a meeting that nobody gave a name is called after whoever starts it', async () => {
  const page = await pages.open('/');
  await page.getByLabel('Your name').fill('Ada');
  await button(page, 'Start the meeting').click();
  await seen(page.getByText('This address leads to this machine alone', { exact: false }));
  await button(page, 'To the meeting').click();
  await seen(page.getByRole('heading', { level: 1, name: "Ada's meeting" }));
});

/** From now on the page has neither mouse nor finger, as on a machine of keys alone: Chromium cannot say so by itself. */
async function takePointers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const ask = window.matchMedia.bind(window);
    const pointers = /\((?:any-)?(?:pointer: (?:fine|coarse)|hover: hover)\)/g;
    window.matchMedia = (query) => ask(query.replaceAll(pointers, '(width < 0px)'));
  });
  await page.reload();
}

/** Goes on by the Tab key until something has the focus. */
async function tabTo(page: Page, goal: Locator, back = false): Promise<void> {
  for (let press = 0; press < 80; press += 1) {
    const is = await goal.evaluateAll((found) => found.some((element) => element === document.activeElement));
    if (is) return;
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
  }
  throw new Error(`the Tab key does not lead to ${goal}`);
}

test('by the keyboard alone one comes in, writes, mentions, looks at the people, opens the settings and leaves', async () => {
  const { path } = await pages.start('Ada');
  const ben = await pages.open(path);
  await takePointers(ben);
  await seen(ben.getByRole('heading', { name: 'Join Stand-up' }));
  await tabTo(ben, ben.getByLabel('Your name'));
  await ben.keyboard.type('Ben');
  await tabTo(ben, button(ben, 'Join'));
  await ben.keyboard.press('Enter');
  await seen(field(ben));
  await tabTo(ben, field(ben));
  await ben.keyboard.type('Hello @A');
  await seen(ben.getByRole('listbox', { name: 'People to mention' }));
  await ben.keyboard.press('Enter');
  await ben.keyboard.press('Enter');
  await seen(ben.getByLabel('Messages').getByText('@Ada'));

  await tabTo(ben, button(ben, 'Actions for Ada'));
  await ben.keyboard.press('Enter');
  await seen(ben.getByRole('menu'));
  await ben.keyboard.press('ArrowDown');
  expect(await ben.evaluate(() => document.activeElement?.textContent)).toBe('Write privately');
  await ben.keyboard.press('Escape');
  await ben.getByRole('menu').waitFor({ state: 'detached' });
  expect(await ben.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    'Actions for Ada',
  );

  // The list of keys is there without a call.
  await ben.keyboard.press('?');
  await seen(settings(ben).getByText('Raise or lower the hand'));
  await ben.keyboard.press('Escape');
  await settings(ben).waitFor({ state: 'detached' });
  await ben.keyboard.press('h');
  await seen(ben.getByRole('button', { name: /^Raise your hand/, pressed: true }));
  await tabTo(ben, button(ben, 'Leave'), true);
  await ben.keyboard.press('Enter');
  await seen(ben.getByRole('heading', { name: 'You have left' }));
  await tabTo(ben, button(ben, 'Come back'));
  await ben.keyboard.press('Enter');
  await seen(field(ben));
});

/** Counts tones, keeps what the system was to show, and lets the page believe that nobody looks. */
function listening(): void {
  const heard = { notes: [] as string[], tones: 0, asked: 0, away: false };
  Object.assign(window, { heard });
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (...when) {
    heard.tones += 1;
    start.apply(this, when);
  };
  class Shown extends EventTarget {
    static permission = 'default';
    static async requestPermission() {
      heard.asked += 1;
      Shown.permission = 'granted';
      return 'granted';
    }
    constructor(title: string, { body }: { body: string }) {
      super();
      heard.notes.push(`${title}: ${body}`);
    }
    close() {}
  }
  Object.assign(window, { Notification: Shown });
  document.hasFocus = () => !heard.away;
  Object.defineProperty(document, 'hidden', { get: () => heard.away });
}
type Heard = { notes: string[]; tones: number; asked: number };
const heard = (page: Page): Promise<Heard> => page.evaluate('heard');
const goAway = (page: Page, away: boolean): Promise<void> => page.evaluate(`void (heard.away = ${away})`);

test('tones are heard and can be switched off; the system tells of what happens while one is away, once one wants it', async () => {
  const { page: ada, path } = await pages.start('Ada');
  await ada.addInitScript(listening);
  await ada.reload();
  await field(ada).click();
  const ben = await pages.join(path, 'Ben', []);
  await expect.poll(async () => (await heard(ada)).tones).toBe(2);
  // Whoever looks reads along.
  await say(ben, 'First');
  await seen(said(ada, 'First'));
  await say(ben, '@Ada second');
  await seen(said(ada, '@Ada second'));
  await field(ben).fill('@Ad');
  await seen(ben.getByRole('listbox', { name: 'People to mention' }));
  await field(ben).press('Enter');
  await field(ben).press('Enter');
  await expect.poll(async () => (await heard(ada)).tones).toBe(5);
  expect(await heard(ada)).toMatchObject({ notes: [], asked: 0 });

  await button(ada, 'Settings').click();
  await inspect(ada, 'page-1-settings');
  await settings(ada).getByRole('switch', { name: 'Tell me what happens while I look elsewhere' }).click();
  await expect.poll(async () => (await heard(ada)).asked).toBe(1);
  await settings(ada).getByRole('switch', { name: 'A message, while you look elsewhere' }).click();
  await ada.keyboard.press('Escape');
  await goAway(ada, true);
  await say(ben, 'Third');
  await expect.poll(async () => (await heard(ada)).notes).toEqual(['Stand-up: Ben: Third']);
  await button(ben, 'Raise your hand').click();
  // The tone of the hand alone: the one of the message is off.
  await expect.poll(async () => (await heard(ada)).tones).toBe(7);
  const seenByAll = ['Stand-up: Ben: Third', 'Stand-up: Ben has raised a hand.'];
  expect((await heard(ada)).notes).toEqual(seenByAll);
  // A screen that is locked shows notes to whoever passes by.
  await button(ben, 'Actions for Ada').click();
  await ben.getByRole('menuitem', { name: 'Write privately' }).click();
  const alone = ben.getByRole('textbox', { name: 'Write to Ada alone' });
  await alone.fill('Between us');
  await alone.press('Enter');
  await expect
    .poll(async () => (await heard(ada)).notes)
    .toEqual([...seenByAll, 'Stand-up: Ben has written to you privately.']);
  expect(await ada.title()).toMatch(/^\(2\) Stand-up/);
});

const background = (page: Page): Promise<string> =>
  page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test('language and looks are chosen at one place, and stay so', async () => {
  const page = await pages.open('/', { ...WIDE, colorScheme: 'light' });
  await seen(button(page, 'Start the meeting'));
  const light = await background(page);
  await button(page, 'Settings').click();
  await settings(page).getByLabel('Looks', { exact: true }).selectOption('dark');
  await expect.poll(() => background(page)).not.toBe(light);
  const dark = await background(page);
  await inspect(page, 'page-2-settings-dark');
  await settings(page).getByLabel('Language', { exact: true }).selectOption('zh-Hans');
  await seen(page.getByRole('dialog', { name: '设置' }));
  await inspect(page, 'page-3-settings-zh');
  await page.reload();
  await seen(page.getByRole('button', { name: '设置' }));
  expect(await background(page)).toBe(dark);
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-Hans');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.getByRole('button', { name: '设置' }).click();
  await page.getByRole('dialog').getByLabel('外观', { exact: true }).selectOption('light');
  await expect.poll(() => background(page)).toBe(light);
});

test('after the meeting the host takes everything home, and comes back if they like', async () => {
  const notes = join(folder, 'minutes.txt');
  writeFileSync(notes, 'What was said');
  const { page: ada } = await pages.start('Ada');
  await say(ada, 'Welcome');
  await button(ada, 'Files').click();
  await ada.getByRole('dialog', { name: 'Files' }).locator('input[type=file]').setInputFiles(notes);
  await seen(button(ada.getByRole('dialog', { name: 'Files' }), 'Save minutes.txt'));
  await ada.keyboard.press('Escape');
  await button(ada, 'Leave').click();
  await seen(ada.getByText('Thank you for coming. Stand-up goes on without you.'));
  await seen(button(ada, 'Download as a table (CSV)'));
  await button(ada, 'Come back').click();
  await button(ada, "Host's tools").click();
  await button(ada, 'End the meeting').click();
  await button(ada, 'End it for everybody').click();
  await seen(ada.getByRole('heading', { name: 'The meeting has ended' }));
  await inspect(ada, 'page-4-over');
  const save = async (name: string): Promise<string> => {
    const [download] = await Promise.all([ada.waitForEvent('download'), button(ada, name).click()]);
    return readFileSync(await download.path(), 'utf8');
  };
  expect(await save('Save minutes.txt')).toBe('What was said');
  expect(await save('What was said: Plain text')).toContain('Welcome');
  expect(await save('Download as a table (CSV)')).toContain('Ada');
  for (const kind of ['Polls', 'What hosts did'])
    expect(JSON.parse(await save(`${kind}: JSON`))).toBeTypeOf('object');
});

test('on a phone notes leave the top of a sheet free, and 320 px are enough for all', async () => {
  const { page: ada, path } = await pages.start('Ada', PHONE);
  const ben = await pages.join(path, 'Ben', []);
  await button(ada, 'People: 2').click();
  const sheet = ada.getByRole('dialog', { name: 'People' });
  await seen(sheet);
  await button(ben, 'Raise your hand').click();
  const note = ada.getByRole('dialog').filter({ hasText: 'Ben has raised a hand.' }).last();
  await seen(note);
  await expect.poll(async () => (await note.boundingBox())?.y ?? 0).toBeGreaterThan(480);
  await button(sheet, 'Close').click();
  await sheet.waitFor({ state: 'detached' });

  const narrow = { viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true };
  const cyn = await pages.open('/', narrow);
  await seen(button(cyn, 'Start the meeting'));
  await inspect(cyn, 'page-5-home-320');
  await cyn.goto(server.url + path);
  await seen(cyn.getByRole('heading', { name: 'Join Stand-up' }));
  await inspect(cyn, 'page-6-door-320');
  await cyn.getByLabel('Your name').fill('Cyn');
  await button(cyn, 'Join').click();
  await seen(field(cyn));
  await inspect(cyn, 'page-7-meeting-320');
  await button(cyn, 'Settings').click();
  await seen(settings(cyn));
  await inspect(cyn, 'page-8-settings-320');
});

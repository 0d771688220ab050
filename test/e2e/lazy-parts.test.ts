// Parts of the page that are loaded when they are needed, and do not come: after a deploy, or for a moment without a network.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRoom, joinRoom, type RoomConnection } from '../../src/client/index.ts';
import { launchBrowser } from './support/browser.ts';
import { button, inspect, openTab, seen, takeFaults } from './support/page.ts';
import { LAPTOP, openBrowser, registerOn } from './support/people-page.ts';
import { type Server, startServer } from './support/server.ts';
import { listRows, screening } from './support/watching.ts';

/** What a browser says of a part that does not come, and React of what it has caught. */
const MISSING = /ERR_FAILED|Failed to load resource|dynamically imported module|ParleyError|Boundary/;

let server: Server;
let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  // Lists are made quickly here; what a page may ask for is as everywhere.
  server = await startServer({ vars: { RATE_CONTROL: '200/200' } });
  browser = await launchBrowser();
});
beforeEach(async () => {
  context = await openBrowser(browser, LAPTOP);
});
afterEach(async () => {
  await context.close();
  expect(takeFaults()).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** Keeps the files of a part from coming, until the function that it answers is called. */
async function without(name: RegExp): Promise<() => Promise<void>> {
  await context.route(name, (route) => route.abort());
  return () => context.unroute(name);
}

/** A room in which Ada, who has no page, has put a hundred things with pictures on the list. */
async function cinema(count: number): Promise<{ ada: RoomConnection; code: string }> {
  const { code, hostKey } = await createRoom({ server: server.url, name: 'Film club' });
  const ada = await joinRoom({ server: server.url, code, name: 'Ada', hostKey });
  const shared = await ada.uploadFile(new Blob(['no film'], { type: 'video/webm' }), { name: 'film.webm' });
  const picture =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  for (let one = 1; one <= count; one += 1)
    await ada.watch.add({
      source: { kind: 'file', file: shared.file },
      title: `Film ${one}`,
      duration: 60_000,
      poster: `data:image/png;base64,${picture}`,
    });
  return { ada, code };
}

async function join(code: string): Promise<Page> {
  const page = await openTab(context, `${server.url}/r/${code}`, MISSING);
  await page.getByLabel('Your name').fill('Ben');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await seen(page.getByRole('textbox', { name: 'Write a message' }));
  return page;
}

test('the meeting goes on without the picture that does not come, and has it when it is tried again', async () => {
  const { ada, code } = await cinema(1);
  const bring = await without(/\/assets\/screening-view-[^/]*\.js/);
  const ben = await join(code);
  await ada.watch.select(ada.state.watch.items[0]?.id ?? 0, { play: false });
  const missing = ben.getByRole('region', { name: 'Watch together' });
  await seen(missing.getByRole('alert'));
  await ben.getByRole('textbox', { name: 'Write a message' }).fill('Where is it?');
  await ben.keyboard.press('Enter');
  await seen(ben.getByLabel('Messages').getByText('Where is it?', { exact: true }));
  await inspect(ben, 'lazy-1-missing');
  await button(ben, 'Try again').click();
  await seen(missing.getByRole('alert'));
  await bring();
  // What was tried in vain once more needs the page anew, in which one is in the meeting as before.
  await button(ben, 'Try again').click();
  await seen(ben.getByLabel('Messages').getByText('Where is it?', { exact: true }));
  await seen(screening(ben).locator('video'));
  await ada.close();
});

/** All that is not loaded yet. */
const REST = /\/assets\/.*\.js/;
const hasFocus = (page: Page, name: string): Promise<boolean> =>
  button(page, name).evaluate((element) => element === document.activeElement);

test('a dialog that does not come says so each time, is put aside, and comes by itself when it can', async () => {
  const { ada, code } = await cinema(0);
  const ben = await join(code);
  await ben.waitForLoadState('networkidle');
  const bring = await without(REST);
  const missing = ben.getByRole('dialog', { name: "The server can't be reached" });
  for (let press = 0; press < 3; press += 1) {
    await button(ben, 'Settings').click();
    await seen(missing.getByRole('alert'));
    if (press === 0) await inspect(ben, 'lazy-3-no-dialog');
    if (press === 1) await button(ben, 'Close').click();
    else await ben.keyboard.press('Escape');
    await missing.waitFor({ state: 'detached' });
    expect(await hasFocus(ben, 'Settings')).toBe(true);
  }
  await button(ben, 'Invite').click();
  await seen(missing);
  await bring();
  await ben.evaluate(() => window.dispatchEvent(new Event('online')));
  await seen(ben.getByRole('dialog', { name: 'Invite people' }));
  await ben.keyboard.press('Escape');
  await button(ben, 'Settings').click();
  await seen(ben.getByRole('dialog', { name: 'Settings' }));
  await ada.close();
});

test('a dialog on its way says so, and does not come any more once it is put aside', async () => {
  const { ada, code } = await cinema(0);
  const ben = await join(code);
  await ben.waitForLoadState('networkidle');
  let release = () => {};
  const released = new Promise<void>((done) => {
    release = done;
  });
  await context.route(REST, async (route) => {
    await released;
    await route.continue();
  });
  await button(ben, 'Settings').click();
  const waiting = ben.getByRole('dialog', { name: 'One moment…' });
  await seen(waiting);
  await inspect(ben, 'lazy-4-dialog-coming');
  await ben.keyboard.press('Escape');
  await waiting.waitFor({ state: 'detached' });
  expect(await hasFocus(ben, 'Settings')).toBe(true);
  release();
  await ben.waitForTimeout(1_500);
  expect(await ben.getByRole('dialog').count()).toBe(0);
  await button(ben, 'Settings').click();
  const settings = ben.getByRole('dialog', { name: 'Settings' });
  await seen(settings);
  await ben.keyboard.press('Escape');
  await settings.waitFor({ state: 'detached' });
  expect(await hasFocus(ben, 'Settings')).toBe(true);
  await ada.close();
});

test('a view that does not come leaves no empty page, and comes when it is tried again', async () => {
  const { ada, code } = await cinema(0);
  const ben = await join(code);
  await ben.waitForLoadState('networkidle');
  const bring = await without(REST);
  await ada.end();
  await seen(ben.getByText("The server can't be reached", { exact: false }));
  await inspect(ben, 'lazy-5-no-view');
  await bring();
  await button(ben, 'Try again').click();
  await seen(ben.getByRole('heading', { name: 'The meeting has ended' }));
  // The button on which one stood is gone: by keyboard one goes on in what it brought, at its first link, or
  // before it where the page itself went there, as one does that is open for long.
  await expect.poll(() => ben.evaluate(() => document.activeElement?.localName)).toMatch(/^(main|a|button)$/);
  await ada.close();
});

test('what belongs to an account is tried again by itself', async () => {
  const bring = await without(/\/assets\/parts-[^/]*\.js/);
  const page = await openTab(context, server.url, MISSING);
  const failed = page.waitForEvent('requestfailed', (request) => /\/parts-/.test(request.url()));
  let isOpen = false;
  const open = registerOn(page, 'ada_lovelace', 'Ada').then(() => {
    isOpen = true;
  });
  // By a fetch: an import that has failed can not be tried again in every browser.
  expect((await failed).resourceType()).toBe('fetch');
  await bring();
  // That it failed is known to the test before it is to the page, which listens from then on.
  const online = () => page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect.poll(() => online().then(() => isOpen)).toBe(true);
  await open;
});

test('of a long list the pictures are fetched that are looked at', async () => {
  const { ada, code } = await cinema(100);
  const ben = await join(code);
  await ben.getByRole('button', { name: 'Watch together' }).click();
  const pictures = listRows(ben).locator('img');
  await expect.poll(() => listRows(ben).count()).toBe(100);
  await expect.poll(() => pictures.count()).toBeGreaterThan(2);
  await ben.waitForTimeout(2_000);
  expect(await pictures.count()).toBeLessThan(40);
  // Whoever looks at all of them gets all, and is not put out for asking too much.
  for (const row of await listRows(ben).all()) await row.scrollIntoViewIfNeeded();
  await expect.poll(() => pictures.count()).toBe(100);
  await seen(ben.getByRole('textbox', { name: 'Write a message' }));
  await inspect(ben, 'lazy-2-list');
  await ada.close();
});

test('a page whose texts do not come is not empty', async () => {
  await without(/\/assets\/en-[^/]*\.js/);
  const page = await openTab(context, server.url, /./);
  await seen(page.getByRole('alert').filter({ hasText: 'Load it again' }));
});

test('each view by its address is the page; a file that is gone is not, and no cache keeps that', async () => {
  const get = (path: string) => fetch(server.url + path);
  const first = await get('/');
  const page = await first.text();
  for (const path of ['/r/abc-defg-hij', '/people', '/nowhere/at-all']) {
    const view = await get(path);
    expect(await view.text()).toBe(page);
    for (const header of ['content-security-policy', 'content-type', 'cache-control', 'etag'])
      expect(view.headers.get(header)).toBe(first.headers.get(header));
  }
  expect(first.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(first.headers.get('cache-control')).toMatch(/max-age=0/);
  const file = /src="(\/assets\/[^"]+)"/.exec(page)?.[1] ?? '';
  expect((await get(file)).headers.get('cache-control')).toMatch(/immutable/);
  const gone = await get(file.replace(/-[^-]+\.js$/, '-12345678.js'));
  expect([gone.status, gone.headers.get('cache-control')]).toEqual([404, 'no-store']);
});

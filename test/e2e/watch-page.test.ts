// Watching together in real pages: a film that is uploaded while the server dies, and then seen in step.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { root } from '../../scripts/support.ts';
import { joinRoom, type RoomConnection } from '../../src/client/index.ts';
import { FILE_PART_BYTES } from '../../src/protocol/index.ts';
import { headersFor } from '../../web/headers.ts';
import { makeFilm } from '../support/film.ts';
import { launchBrowser } from './support/browser.ts';
import { openGate } from './support/gate.ts';
import { inspect, openTab, seen, takeFaults } from './support/page.ts';
import { startServer } from './support/server.ts';
import { steadyAddress } from './support/steady-address.ts';
import {
  APART,
  addFilm,
  inStep,
  listRows,
  look,
  screening,
  seekTo,
  watchButton,
} from './support/watching.ts';

const VIEWPORT = { width: 1440, height: 900 };
/** What a browser says of a server that is gone for a moment. */
const AWAY = /WebSocket|ERR_|Failed to load resource/;
/** … and of media that the page may not open. */
const REFUSED = /Content Security Policy|ERR_|Failed to load resource/;

let browser: Browser;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  browser = await launchBrowser();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  expect(takeFaults()).toEqual([]);
});
afterAll(() => browser.close());

/** A window of its own for each: browsers stop films in tabs that lie behind others. */
async function openWindow(): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: VIEWPORT });
  closing.push(() => context.close());
  return context;
}

/** The first to come: makes the room and is its host. Answers the code. */
async function openMeeting(page: Page): Promise<string> {
  await page.getByLabel('Name of the meeting').fill('Film club');
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Start the meeting' }).click();
  await page.getByRole('button', { name: 'To the meeting' }).click();
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

async function join(
  url: string,
  code: string,
  name: string,
  expected?: RegExp,
  window?: BrowserContext,
): Promise<Page> {
  const page = await openTab(window ?? (await openWindow()), `${url}/r/${code}`, expected);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await seen(page.getByRole('textbox', { name: 'Write a message' }));
  return page;
}

/** How many subtitles a page has and shows, at whatever time. */
const shownCues = (page: Page) =>
  page.locator('video').evaluate((video: HTMLVideoElement) =>
    Array.from(video.textTracks)
      .filter(({ mode }) => mode === 'showing')
      .reduce((sum, { cues }) => sum + (cues?.length ?? 0), 0),
  );

test('a film survives the server, and is watched in step, sought, and joined late', async () => {
  const persistTo = mkdtempSync(pathOf(tmpdir(), 'parley-watch-'));
  closing.push(() => rmSync(persistTo, { recursive: true, force: true }));
  let server = await startServer({ persistTo });
  closing.push(() => server.close());
  const address = await steadyAddress();
  closing.push(() => address.close());
  address.leadTo(server.url);
  const ada = await openTab(await openWindow(), address.url, AWAY);
  const code = await openMeeting(ada);
  const ben = await join(address.url, code, 'Ben', AWAY);

  // Cleo's film comes in several parts. The server dies when the first of them is there.
  const film = await makeFilm(ada, { seconds: 60, padding: 6 * FILE_PART_BYTES });
  const cleo = await joinRoom({ server: address.url, code, name: 'Cleo' });
  closing.push(() => cleo.close());
  let died: Promise<void> | undefined;
  let share = 0;
  const shared = await cleo.uploadFile(new Blob([film], { type: 'video/webm' }), {
    name: 'film.webm',
    onProgress: ({ stage, done, total }) => {
      if (stage !== 'sending' || done === 0 || died !== undefined) return;
      share = done / total;
      died = server
        .kill()
        .then(() => startServer({ persistTo }))
        .then((next) => {
          server = next;
          address.leadTo(server.url);
        });
    },
  });
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThan(1);
  await died;
  expect(shared).toMatchObject({ name: 'film.webm', size: film.byteLength, type: 'video/webm' });

  // Ada puts it on the list: her browser reads how long it is and makes its picture.
  await ada.bringToFront();
  await ada.getByRole('button', { name: 'Watch together' }).click();
  await addFilm(ada, 'film.webm');
  await seen(screening(ada).getByText('1:00', { exact: false }).first());
  await seen(screening(ada).locator('ol img'));
  await watchButton(ada, 'Watch film.webm').click();
  await seen(screening(ben));
  await inStep(ada, ben);

  // Ben may not steer, and is told why.
  expect(await watchButton(ben, 'Pause').isDisabled()).toBe(true);
  await seen(screening(ben).getByText('Only hosts, and those they choose, can steer what plays.'));

  // Everybody sees the subtitles that they have chosen, and nobody else's.
  const words = 'WEBVTT\n\n00:00.000 --> 00:59.000\nOnce upon a time\n';
  await cleo.uploadFile(new Blob([words], { type: 'text/vtt' }), { name: 'film.en.vtt' });
  await watchButton(ada, 'Subtitles of film.webm').click();
  await ada.getByRole('dialog').getByRole('switch', { name: 'film.en.vtt' }).click();
  await screening(ben).getByRole('combobox', { name: 'Subtitles' }).selectOption({ label: 'film.en' });
  await expect.poll(() => shownCues(ben)).toBe(1);
  expect(await shownCues(ada)).toBe(0);
  await ada.keyboard.press('Escape');

  // Everybody goes along.
  await seekTo(ada, 30_000);
  await expect.poll(async () => (await look(ben)).position).toBeGreaterThan(29.5);
  await inStep(ada, ben);

  // Whoever comes late begins where the others are.
  const dan = await join(address.url, code, 'Dan', AWAY);
  await inStep(ada, dan);
  expect((await look(dan)).position).toBeGreaterThan(30);

  // What is said and felt stands beside and over the picture.
  await ben.bringToFront();
  await ben.getByRole('textbox', { name: 'Write a message' }).fill('What a film');
  await ben.keyboard.press('Enter');
  await seen(ada.getByLabel('Messages').getByText('What a film', { exact: true }));
  const reactions = screening(ada).getByRole('list', { name: 'Reactions' });
  await cleo.react('🎉');
  await seen(reactions.getByText('🎉'));
  await inspect(ada, 'watch-1-together');

  // Who stops for themselves is brought back by a press, to where the others are.
  await ben.bringToFront();
  await ben.locator('video').evaluate((video: HTMLVideoElement) => video.pause());
  await watchButton(ben, 'Press to join in').click();
  await inStep(ada, ben);

  await ada.bringToFront();
  await watchButton(ada, 'Pause').click();
  await expect.poll(async () => (await look(ben)).plays).toBe(false);
  const [a, b] = await Promise.all([look(ada), look(ben)]);
  expect(Math.abs(a.position - b.position)).toBeLessThanOrEqual(APART / 1_000);

  // The order is changed by keyboard, and by dragging.
  await ada.setViewportSize({ width: 390, height: 844 });
  await inspect(ada, 'watch-2-phone');
  await ada.setViewportSize(VIEWPORT);
  await watchButton(ada, 'Add').click();
  await seen(ada.getByRole('dialog').getByRole('button', { name: 'Add film.webm' }));
  await inspect(ada, 'watch-3-add');
  await ada.getByRole('dialog').getByRole('button', { name: 'Add film.webm' }).click();
  const rows = listRows(ada);
  await expect.poll(() => rows.count()).toBe(2);
  const current = () => rows.evaluateAll((list) => list.map((row) => row.getAttribute('aria-current')));
  expect(await current()).toEqual(['true', null]);
  await rows
    .nth(0)
    .getByRole('button', { name: /^Move film.webm/ })
    .press('ArrowDown');
  await expect.poll(current).toEqual([null, 'true']);

  await rows.nth(1).dragTo(rows.nth(0));
  await expect.poll(current).toEqual(['true', null]);

  // It can be handed on, and taken away.
  await screening(ada).getByRole('switch', { name: 'Everybody may steer' }).click();
  await expect.poll(() => watchButton(ben, 'Play').isEnabled()).toBe(true);
  await ben.bringToFront();
  await watchButton(ben, 'Play').click();
  await inStep(ada, ben);
  await rows.nth(0).getByRole('button', { name: 'Take film.webm off the list' }).click();
  await seen(screening(ben).getByText('Choose something from the list.'));
});

/** What a page is told that is built to open media of other servers. */
function openPolicy(): string {
  const strict = readFileSync(`${root}web/public/_headers`, 'utf8');
  const policy = /Content-Security-Policy: (.*)/.exec(headersFor(strict, 'https'))?.[1];
  if (policy === undefined) throw new Error('unable to read the policy of the page; _headers has none');
  return policy;
}

test('what is no film is told of, here and on the list; another server is opened where it may be', async () => {
  const server = await startServer({ vars: { MEDIA_ADDRESSES: 'https' } });
  closing.push(() => server.close());
  const context = await openWindow();
  const ada = await openTab(context, server.url, REFUSED);
  const code = await openMeeting(ada);
  const cleo: RoomConnection = await joinRoom({ server: server.url, code, name: 'Cleo' });
  closing.push(() => cleo.close());
  await cleo.uploadFile(new Blob(['This is no film.'], { type: 'video/webm' }), { name: 'words.webm' });

  await ada.getByRole('button', { name: 'Watch together' }).click();
  await addFilm(ada, 'words.webm');
  await seen(ada.getByRole('dialog').getByRole('alert').getByText('no video or audio', { exact: false }));
  await ada.keyboard.press('Escape');
  expect(await listRows(ada).count()).toBe(0);

  // The page was built strict: the other server is never reached.
  const film = await makeFilm(ada, { seconds: 5 });
  let asked = 0;
  const serve = (window: BrowserContext) =>
    window.route('https://media.example.org/**', (route) => {
      asked += 1;
      const headers = { 'access-control-allow-origin': '*' };
      return route.request().url().endsWith('/film.webm')
        ? route.fulfill({ contentType: 'video/webm', headers, body: film })
        : route.fulfill({ contentType: 'text/html', headers, body: '<p>Once upon a time' });
    });
  await serve(context);
  const fill = async (page: Page, text: string) => {
    await watchButton(page, 'Add').click();
    await page.getByRole('dialog').getByLabel('Address').fill(text);
    await page.getByRole('dialog').getByLabel('Address').press('Enter');
  };
  await fill(ada, 'https://media.example.org/film.webm');
  await seen(ada.getByRole('dialog').getByText('opens nothing of other servers', { exact: false }));
  expect(asked).toBe(0);

  await ada.keyboard.press('Escape');
  await screening(ada).getByRole('switch', { name: 'Everybody may steer' }).click();
  await expect.poll(() => cleo.state.policy.watch).toBe(true);

  // Ben's page was built for it.
  const gate = await openGate(server.url, openPolicy());
  closing.push(() => gate.close());
  const window = await openWindow();
  await serve(window);
  const ben = await join(gate.url, code, 'Ben', REFUSED, window);
  await ben.getByRole('button', { name: 'Watch together' }).click();
  await fill(ben, 'https://192.168.1.1/film.webm');
  await seen(ben.getByRole('dialog').getByText('must begin with https://', { exact: false }));
  await ben.keyboard.press('Escape');
  await fill(ben, 'https://media.example.org/film.webm');
  await seen(screening(ben).getByText('0:05', { exact: false }).first());
  await watchButton(ben, 'Watch film.webm').click();
  await expect.poll(async () => (await look(ben)).plays).toBe(true);
  expect(asked).toBeGreaterThan(0);

  // What leads to no film is not taken, whatever its address looks like.
  await fill(ben, 'https://media.example.org/story.mp4');
  await seen(ben.getByRole('dialog').getByText('no video or audio', { exact: false }));
  await ben.keyboard.press('Escape');

  // What somebody else has put there although it can't be played: each page says so, and so does the list.
  const { files } = cleo.state;
  const file = files.newest[0]?.file ?? '';
  const story = { kind: 'address', url: 'https://media.example.org/story.mp4', type: 'video/mp4' } as const;
  for (const source of [{ kind: 'file', file } as const, story]) {
    const added = await cleo.watch.add({ source, title: `No ${source.kind}` });
    await cleo.watch.select(added.status === 'done' ? (added.event?.seq ?? 0) : 0);
    for (const page of [ada, ben]) {
      await seen(screening(page).getByText("This can't be played here."));
      const row = screening(page)
        .locator('ol > li')
        .filter({ hasText: `No ${source.kind}` });
      await seen(row.getByText(/^(Can't be played by|Does not load for) (Ada|Ben)/));
    }
  }
  await inspect(ben, 'watch-4-failed');
  await ada.setViewportSize({ width: 360, height: 640 });
  await inspect(ada, 'watch-5-failed-phone');
});

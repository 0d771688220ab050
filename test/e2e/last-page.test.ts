// After the end: whatever way a host learns of it, they take everything home, and may open the meeting again.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { PHONE, Stage } from './support/calls.ts';
import { allowCut, button, cut, inspect, seen, takeFaults } from './support/page.ts';
import { UNLIMITED } from './support/people.ts';
import { type Server, startServer } from './support/server.ts';

/** What a browser says of what the server refuses, and of a line that is cut. */
const REFUSED = /status of 410|ERR_FAILED/;

let server: Server;
let browser: Browser;
let pages: Stage;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ vars: UNLIMITED }), launchBrowser()]);
  pages = new Stage(browser, server.url, REFUSED);
});
afterEach(async () => {
  await pages.close();
  expect(takeFaults()).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

const ended = (page: Page) => page.getByRole('heading', { name: 'The meeting has ended' });
const inside = (page: Page) => page.getByRole('textbox', { name: 'Write a message' });

async function say(page: Page, text: string): Promise<void> {
  await inside(page).fill(text);
  // On a phone the key for it begins a new line.
  await button(page, 'Send').click();
  await seen(page.getByLabel('Messages').getByText(text, { exact: true }));
}

/** Takes the host key out of the browser; what is left is who one was in the meeting. */
async function takeKey(page: Page, code: string): Promise<string> {
  const key: string | null = await page.evaluate(`localStorage.getItem('parley.host.${code}')`);
  await page.evaluate(`localStorage.removeItem('parley.host.${code}')`);
  if (key === null) throw new Error('the browser of the host has no host key');
  return key;
}

/** Ends the meeting from elsewhere. */
async function endWith(key: string, code: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}` };
  const { status } = await fetch(`${server.url}/v1/rooms/${code}`, { method: 'DELETE', headers });
  expect(status).toBe(204);
}

async function holdsTranscript(page: Page, text: string): Promise<void> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    button(page, 'What was said: Plain text').click(),
  ]);
  const chunks: string[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(String(chunk));
  expect(chunks.join('')).toContain(text);
}

test('a host who was away at the end reads so when they are back, takes all home and opens it again', async () => {
  const { page: ada, path } = await pages.start('Ada');
  const code = path.split('/').at(-1) ?? '';
  const key = await takeKey(ada, code);
  await allowCut(ada);
  await ada.reload();
  await say(ada, 'Before the tunnel');
  await ada.route('**/join', (route) => route.abort());
  await cut(ada);
  await seen(ada.getByTestId('connection-banner'));
  // What is set here in this browser goes with the meeting.
  await button(ada, 'Settings').click();
  await seen(ada.getByRole('dialog', { name: 'Settings' }));
  await endWith(key, code);
  await ada.unroute('**/join');
  await seen(ended(ada));
  expect(await ada.getByRole('dialog').count()).toBe(0);
  await holdsTranscript(ada, 'Before the tunnel');
  await button(ada, 'Open it again').click();
  await say(ada, 'Once more');
});

test('a page that is loaded anew after the end has for hosts what it had before, and nothing for guests', async () => {
  const { page: ada, path } = await pages.start('Ada', PHONE);
  const code = path.split('/').at(-1) ?? '';
  const key = await takeKey(ada, code);
  const ben = await pages.join(path, 'Ben', []);
  await say(ben, 'It was a pleasure');
  await button(ben, 'Raise your hand').click();
  const note = ada.getByText('Ben has raised a hand.');
  await seen(note.first());
  await endWith(key, code);
  await seen(ended(ada));
  // It is read from its top, and nothing of the meeting lies over it any more.
  expect(await ada.evaluate('scrollY')).toBe(0);
  await expect.poll(() => note.count(), { timeout: 2_000 }).toBe(0);
  for (const page of [ada, ben]) {
    await seen(ended(page));
    await page.reload();
    await seen(page.getByRole('heading', { name: 'This meeting has ended' }));
  }
  await seen(button(ada, 'Download as a table (CSV)'));
  await inspect(ada, 'last-1-ended-anew');
  await holdsTranscript(ada, 'It was a pleasure');
  expect(await ben.getByRole('button', { name: /Download|Open it again|Plain text/ }).count()).toBe(0);
  await button(ada, 'Open it again').click();
  await say(ada, 'Is anybody there?');
  // Whoever hosts no more, as who they are here, has nothing to show for it.
  await endWith(key, code);
  await seen(ended(ada));
  await ada.evaluate('sessionStorage.clear()');
  await ada.reload();
  await seen(ada.getByRole('heading', { name: 'This meeting has ended' }));
  expect(await ada.getByRole('button', { name: /Download|Open it again/ }).count()).toBe(0);
  // The host key alone does as well: in another browser, on another day.
  await ada.evaluate(`localStorage.setItem('parley.host.${code}', '${key}')`);
  await ada.reload();
  await holdsTranscript(ada, 'Is anybody there?');
});

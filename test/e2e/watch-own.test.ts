// What each has for themselves while a film plays for all, and what is seen of those who can't keep up.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { joinRoom } from '../../src/client/index.ts';
import { FILE_PART_BYTES } from '../../src/protocol/index.ts';
import { makeFilm } from '../support/film.ts';
import { launchBrowser } from './support/browser.ts';
import { DARK, Exchange, PHONE, WIDE, within } from './support/files-page.ts';
import { type Gate, openGate } from './support/gate.ts';
import { gone, inspect, seen, takeFaults } from './support/page.ts';
import { UNLIMITED } from './support/people.ts';
import { type Server, startServer } from './support/server.ts';
import {
  addFilm,
  inStep,
  listRows,
  look,
  plays,
  screening,
  seekTo,
  watchButton,
} from './support/watching.ts';

let server: Server;
let browser: Browser;
let gate: Gate;
let exchange: Exchange;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ vars: UNLIMITED }), launchBrowser()]);
  gate = await openGate(server.url);
  exchange = new Exchange(browser, server.url);
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  gate.letGo();
  await exchange.close();
  expect(takeFaults()).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await gate.close();
  await server.close();
});

/** Ada hosts; Ben comes through the gate, by which a film can be kept from him; a film and its subtitles are there. */
async function begin(): Promise<{ ada: Page; ben: Page; guest: Awaited<ReturnType<typeof joinRoom>> }> {
  const ada = await exchange.come('/', WIDE);
  await ada.getByLabel('Name of the meeting').fill('Film club');
  await ada.getByLabel('Your name').fill('Ada');
  await within(ada, 'Start the meeting').click();
  await within(ada, 'To the meeting').click();
  await seen(ada.getByRole('textbox', { name: 'Write a message' }));
  const { pathname } = new URL(ada.url());
  const code = pathname.split('/').at(-1) ?? '';
  const others = new Exchange(browser, gate.url);
  closing.push(() => others.close());
  const ben = await others.come(pathname, { ...PHONE, ...DARK });
  await ben.getByLabel('Your name').fill('Ben');
  await within(ben, 'Join').click();
  const guest = await joinRoom({ server: server.url, code, name: 'Cleo' });
  closing.push(() => guest.close());
  // So long a middle that nobody's browser has what is behind it before it goes there.
  const film = await makeFilm(ada, { seconds: 60, padding: 3 * FILE_PART_BYTES });
  const share = (name: string, body: BlobPart, type: string) =>
    guest.uploadFile(new Blob([body], { type }), { name });
  await share('film.webm', film, 'video/webm');
  await share('again.webm', film, 'video/webm');
  await share('third.webm', film, 'video/webm');
  const words = (text: string) => `WEBVTT\n\n00:00.000 --> 00:59.000\n${text}\n`;
  await share('film.en.vtt', words('Once upon a time'), 'text/vtt');
  await share('film.de.vtt', words('Es war einmal'), 'text/vtt');
  await ada.getByRole('button', { name: 'Watch together' }).click();
  for (const name of ['film.webm', 'again.webm', 'third.webm']) {
    await addFilm(ada, name);
    await seen(listRows(ada).filter({ hasText: name }));
  }
  return { ada, ben, guest };
}

/** The texts over the picture at this moment. */
const cuesOn = (page: Page) =>
  page.locator('video').evaluate((video: HTMLVideoElement) =>
    Array.from(video.textTracks)
      .filter(({ mode }) => mode === 'showing')
      .flatMap(({ activeCues }) => Array.from(activeCues ?? [], (cue) => (cue as VTTCue).text)),
  );

test('subtitles, size and sound are one’s own; reactions come over the picture, the chat stands beside', async () => {
  const { ada, ben, guest } = await begin();
  await watchButton(ada, 'Watch film.webm').click();
  await inStep(ada, ben);

  await watchButton(ada, 'Subtitles of film.webm').click();
  // Both in one moment: the one does not undo the other.
  const switches = ada.getByRole('dialog').getByRole('switch');
  await seen(switches.nth(1));
  await switches.evaluateAll((all) => {
    for (const one of all) if (one instanceof HTMLElement) one.click();
  });
  for (const each of [0, 1]) await expect.poll(() => switches.nth(each).isChecked()).toBe(true);
  await inspect(ada, 'own-1-subtitles');
  await ada.keyboard.press('Escape');
  const choice = (page: Page) => screening(page).getByRole('combobox', { name: 'Subtitles' });
  await choice(ada).selectOption({ label: 'film.en' });
  await choice(ben).selectOption({ label: 'film.de' });
  await expect.poll(() => cuesOn(ada)).toEqual(['Once upon a time']);
  await expect.poll(() => cuesOn(ben)).toEqual(['Es war einmal']);

  // Sound.
  await watchButton(ada, 'Sound off').click();
  await seen(watchButton(ada, 'Sound on'));
  const isMuted = (page: Page) => page.locator('video').evaluate((video: HTMLVideoElement) => video.muted);
  expect(await isMuted(ada)).toBe(true);
  expect(await isMuted(ben)).toBe(false);

  // The whole screen, with what is felt over it, and the controls below.
  await watchButton(ada, 'Full screen').click();
  await seen(watchButton(ada, 'Leave full screen'));
  await guest.react('🎉');
  await seen(screening(ada).getByRole('list', { name: 'Reactions' }).getByText('🎉'));
  const fills = () =>
    ada.evaluate(() => {
      const { height = 0, width = 0 } = document.fullscreenElement?.getBoundingClientRect() ?? {};
      return height === innerHeight && width === innerWidth;
    });
  await expect.poll(fills).toBe(true);
  await inspect(ada, 'own-2-full-screen');
  await watchButton(ada, 'Leave full screen').click();
  await seen(watchButton(ada, 'Full screen'));

  // A small picture beside other windows.
  await watchButton(ada, 'Small picture beside other windows').click();
  const small = () => ada.evaluate(() => document.pictureInPictureElement?.localName);
  await expect.poll(small).toBe('video');
  await inStep(ada, ben);
  await watchButton(ada, 'Small picture beside other windows').click();
  await expect.poll(small).toBe(undefined);

  // The chat stands beside it, and below it on a phone.
  await ben.getByRole('textbox', { name: 'Write a message' }).fill('What a film');
  await within(ben, 'Send').click();
  await seen(ada.getByLabel('Messages').getByText('What a film', { exact: true }));
  await inspect(ben, 'own-3-phone');
  await inStep(ada, ben);
});

test('who can not keep up is named to all, and waited for where the host says so', async () => {
  const { ada, ben } = await begin();
  const isFilm = ({ path }: { path: string }) => /\/files\/f_[^/]+$/.test(path.split('?')[0] ?? '');

  // Nobody waits: it plays, and everybody sees at whom it does not. What is chosen is another one each time, of which
  // no browser has anything yet.
  gate.hold(isFilm);
  await watchButton(ada, 'Watch film.webm').click();
  await seen(screening(ada).getByText('Still loading: Ben'));
  await seen(screening(ben).getByText('Loading…'));
  await plays(ada);
  await plays(ben, false);
  await inspect(ada, 'own-4-loading');
  await inspect(ben, 'own-5-loading-phone');
  gate.letGo();
  await inStep(ada, ben);
  await gone(screening(ada).getByText('Still loading: Ben'));
  await seekTo(ada, 45_000);
  await inStep(ada, ben);

  // All wait for him, and go on with him.
  await screening(ada).getByRole('switch', { name: 'Wait for everybody' }).click();
  gate.hold(isFilm);
  await watchButton(ada, 'Watch again.webm').click();
  await seen(screening(ada).getByText('Waiting for Ben'));
  await plays(ada, false);
  expect((await look(ada)).position).toBeLessThan(1);
  await inspect(ada, 'own-6-waiting');
  gate.letGo();
  await inStep(ada, ben);

  // The host need not wait.
  gate.hold(isFilm);
  await watchButton(ada, 'Watch third.webm').click();
  await seen(screening(ada).getByText('Waiting for Ben'));
  await watchButton(ada, 'Go on without waiting').click();
  await plays(ada);
  await seen(screening(ada).getByText('Still loading: Ben'));
  gate.letGo();
  await inStep(ada, ben);
});

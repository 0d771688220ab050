// Devices: before coming in, refused, unplugged; and that nothing of them stays open.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { button, flows, leftOpen, picture, Stage, speak, stage, tile } from './support/calls.ts';
import { inspect, takeFaults } from './support/page.ts';
import { UNLIMITED } from './support/people.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let browser: Browser;
let pages: Stage;
beforeAll(async () => {
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
});

const NOTHING = { connections: 0, tracks: 0, contexts: 0 };
const isNothing = (page: Page) => expect.poll(() => leftOpen(page), { timeout: 10_000 }).toEqual(NOTHING);
const DENIED = /Camera: your browser doesn't let this page use it\. Press the icon beside the address/;

/** Has the browser give no device any more. */
const refuse = (page: Page, name: string) =>
  page.evaluate((why) => {
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia;
    const refused = () => Promise.reject(new DOMException('no', why));
    mediaDevices.getUserMedia = refused;
    Object.assign(window, { allow: () => Object.assign(mediaDevices, { getUserMedia: open }) });
  }, name);
const allow = (page: Page) => page.evaluate(() => (window as unknown as { allow(): void }).allow());

test('at the door one sees and hears oneself, chooses devices, and comes in as was wished', {
  timeout: 120_000,
}, async () => {
  const { page: ada, path } = await pages.start('Ada');
  const ben = await pages.open(path);
  await ben.getByLabel('Your name').fill('Ben');
  expect(await leftOpen(ben)).toEqual(NOTHING);
  await button(ben, 'Camera and microphone').click();
  await ben.getByText('Your camera is off.').waitFor();
  expect((await leftOpen(ben)).tracks).toBe(0);
  await refuse(ben, 'NotAllowedError');
  await button(ben, 'Camera').click();
  await ben.getByRole('alert').getByText(DENIED).waitFor();
  expect(await button(ben, 'Camera').getAttribute('aria-pressed')).toBe('false');
  await inspect(ben, 'call-6-denied');
  await allow(ben);
  await button(ben, 'Camera').click();
  await picture(ben, 'Ben').waitFor();
  expect(await ben.getByText(DENIED).count()).toBe(0);
  expect(await picture(ben, 'Ben').evaluate((video) => getComputedStyle(video).scale)).toBe('-1 1');

  await button(ben, 'Microphone').click();
  const level = () => ben.locator('[data-level] > div').evaluate((bar) => bar.getBoundingClientRect().width);
  await speak(ben, 0);
  await expect.poll(level, { timeout: 10_000 }).toBeLessThan(2);
  await speak(ben, 0.5);
  await expect.poll(level, { timeout: 10_000 }).toBeGreaterThan(20);
  // Chromium's made-up devices are several.
  const choice = ben.getByLabel('Microphone', { exact: true }).and(ben.locator('select'));
  expect(await choice.locator('option').count()).toBeGreaterThan(1);
  await choice.selectOption({ index: 1 });
  await expect.poll(level, { timeout: 10_000 }).toBeGreaterThan(20);
  expect((await leftOpen(ben)).tracks).toBe(2);
  await inspect(ben, 'call-7-door');

  await button(ben, 'Join').click();
  await picture(ada, 'Ben').waitFor({ timeout: 20_000 });
  await tile(ada, 'Ben').getByText('Microphone is off').waitFor({ state: 'detached' });
  await flows(ada, 1);
  // Whoever was in the room only hears by now, without having asked for it.
  await button(stage(ada), 'Devices and settings').click();
  await ada.getByRole('dialog').getByText('Hold to be heard while muted').waitFor();
  await inspect(ada, 'call-8-settings');
  await ada.keyboard.press('Escape');

  // A reload is no leaving: what was on is on again.
  await ben.reload();
  await picture(ben, 'Ben').waitFor({ timeout: 20_000 });
  await picture(ada, 'Ben').waitFor({ timeout: 20_000 });
});

test('a device that is refused or pulled out is named, with what to do; the others see it go', {
  timeout: 120_000,
}, async () => {
  const { page: ada, path } = await pages.start('Ada');
  await refuse(ada, 'NotAllowedError');
  await button(ada, 'Camera').click();
  await ada.getByText(DENIED).first().waitFor();
  await allow(ada);
  await button(stage(ada), 'Camera').click();
  await picture(ada, 'Ada').waitFor();
  const ben = await pages.join(path, 'Ben', []);
  await picture(ben, 'Ada').waitFor({ timeout: 20_000 });

  await ada.evaluate(() => {
    const { tracks } = (window as unknown as { hooks: { tracks: MediaStreamTrack[] } }).hooks;
    const camera = tracks.findLast(({ kind }) => kind === 'video');
    // What a browser does when the plug is pulled.
    camera?.stop();
    camera?.dispatchEvent(new Event('ended'));
  });
  await ada.getByText('Your camera is gone.').first().waitFor();
  await picture(ben, 'Ada').waitFor({ state: 'detached' });
  await button(stage(ada), 'Camera').click();
  await picture(ben, 'Ada').waitFor();
});

test('leaving the call, the room, or going to a breakout room leaves nothing open', {
  timeout: 180_000,
}, async () => {
  const { page: ada, path } = await pages.start('Ada');
  await button(ada, 'Camera').click();
  await picture(ada, 'Ada').waitFor();
  await button(stage(ada), 'Microphone').click();
  const ben = await pages.join(path, 'Ben');
  await picture(ada, 'Ben').waitFor({ timeout: 20_000 });
  await flows(ben, 1);

  // Leaving the call ends it here and for the others; one stays in the room, and comes back when one likes.
  await button(stage(ben), 'Leave the call').click();
  await stage(ben).waitFor({ state: 'detached' });
  await isNothing(ben);
  await tile(ada, 'Ben').waitFor({ state: 'detached' });
  await ben.waitForTimeout(1_000);
  expect(await stage(ben).count()).toBe(0);
  await button(ben, 'Join the call: 1').click();
  await picture(ben, 'Ada').waitFor({ timeout: 20_000 });
  expect(await picture(ben, 'Ben').count()).toBe(0);
  await button(stage(ben), 'Camera').click();
  await picture(ada, 'Ben').waitFor();

  // To a breakout room and back: the call of the one room ends, that of the other begins, with the same devices.
  await button(ada, 'Breakout rooms').click();
  await ada.getByLabel('Who goes where').selectOption('choose');
  await button(ada, 'Open the rooms').click();
  await button(ada, 'Go there: Room 1').waitFor();
  await ada.keyboard.press('Escape');
  await ben.bringToFront();
  await button(ben, /^Breakout rooms/).click();
  await button(ben, 'Go there: Room 1').click();
  await ben.getByRole('heading', { level: 1, name: 'Room 1' }).waitFor();
  await picture(ben, 'Ben').waitFor({ timeout: 20_000 });
  await tile(ada, 'Ben').waitFor({ state: 'detached' });
  expect(await leftOpen(ben)).toMatchObject({ connections: 0, tracks: 1 });
  await button(ben, 'Back to the main room').click();
  await picture(ada, 'Ben').waitFor({ timeout: 20_000 });
  expect(await leftOpen(ben)).toMatchObject({ connections: 1, tracks: 1 });

  await button(ben, 'Leave').click();
  await ben.getByRole('button', { name: 'Come back' }).waitFor();
  await isNothing(ben);
  // Coming back switches nothing on.
  await button(ben, 'Come back').click();
  await picture(ben, 'Ada').waitFor({ timeout: 20_000 });
  expect(await picture(ben, 'Ben').count()).toBe(0);
  expect((await leftOpen(ben)).tracks).toBe(0);
});

// Steering without a mouse, and what happens where somebody lets go of it.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRoom, joinRoom, type RoomConnection } from '../../src/client/index.ts';
import { makeFilm } from '../support/film.ts';
import { launchBrowser } from './support/browser.ts';
import { openTab, seen, takeFaults } from './support/page.ts';
import { LAPTOP, openBrowser } from './support/people-page.ts';
import { type Server, startServer } from './support/server.ts';
import { addFilm, listRows, screening, watchButton } from './support/watching.ts';

/** What a browser says of a file that is none of its kinds. */
const UNPLAYABLE = /Failed to load resource|ERR_/;

let server: Server;
let browser: Browser;
beforeAll(async () => {
  server = await startServer();
  browser = await launchBrowser();
});
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  expect(takeFaults()).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

interface Club {
  /** The host, who has no page. */
  readonly ada: RoomConnection;
  /** A page whose player can play nothing of the list. */
  readonly ben: Page;
}

/** A room in which everybody may steer, with three things on the list that no browser plays. */
async function club(): Promise<Club> {
  const { code, hostKey } = await createRoom({ server: server.url, name: 'Film club' });
  const ada = await joinRoom({ server: server.url, code, name: 'Ada', hostKey });
  closing.push(() => ada.close());
  await ada.watch.letEverybodySteer(true);
  const { file } = await ada.uploadFile(new Blob(['no film'], { type: 'video/webm' }), {
    name: 'words.webm',
  });
  for (const title of ['One', 'Two', 'Three'])
    await ada.watch.add({ source: { kind: 'file', file }, title, duration: 600_000 });
  const context = await openBrowser(browser, LAPTOP);
  closing.push(() => context.close());
  const ben = await openTab(context, `${server.url}/r/${code}`, UNPLAYABLE);
  await ben.getByLabel('Your name').fill('Ben');
  await ben.getByRole('button', { name: 'Join', exact: true }).click();
  await ben.getByRole('button', { name: 'Watch together' }).click();
  await seen(listRows(ben).first());
  return { ada, ben };
}

const first = ({ state }: RoomConnection): number => state.watch.items[0]?.id ?? 0;
const slider = (page: Page): Locator => screening(page).getByRole('slider', { name: 'Place in the film' });
/** Changes a slider as assistive technology does: without key or pointer. */
const set = (field: Locator, value: number, types: readonly string[]) =>
  field.evaluate(
    (input: HTMLInputElement, [to, events]) => {
      // Past the setter that React puts on the element.
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, to);
      for (const type of events) input.dispatchEvent(new Event(type, { bubbles: true }));
    },
    [String(value), types] as const,
  );

test('the seek bar goes where it is put without a key or a pointer, and nowhere where the gesture was another one', async () => {
  const { ada, ben } = await club();
  await ada.watch.select(first(ada), { play: false });
  await expect.poll(() => slider(ben).isEnabled()).toBe(true);
  await set(slider(ben), 30_000, ['input', 'change']);
  await expect.poll(() => ada.state.watch.playback.position).toBe(30_000);
  await set(slider(ben), 90_000, ['input', 'pointercancel']);
  await slider(ben).blur();
  await expect.poll(() => slider(ben).inputValue()).toBe('30000');
  expect(ada.state.watch.playback.position).toBe(30_000);
});

test('whoever steers without a picture of their own takes all along from where the room is', async () => {
  const { ada, ben } = await club();
  await ada.watch.select(first(ada));
  await ada.watch.seek(300_000);
  await seen(screening(ben).getByText("This can't be played here."));
  await expect.poll(async () => Number(await slider(ben).inputValue())).toBeGreaterThan(301_000);
  await slider(ben).press('ArrowRight');
  await expect.poll(() => ada.state.watch.playback.position).toBeGreaterThan(305_000);
});

test('the list is put in order by buttons, which keep the focus', async () => {
  const { ada, ben } = await club();
  const order = () => ada.state.watch.items.map(({ title }) => title);
  expect(await watchButton(ben, 'One place up: One').isDisabled()).toBe(true);
  expect(await watchButton(ben, 'One place down: Three').isDisabled()).toBe(true);
  await watchButton(ben, 'One place up: Three').click();
  await expect.poll(order).toEqual(['One', 'Three', 'Two']);
  await expect.poll(() => listRows(ben).nth(1).textContent()).toContain('Three');
  await ben.keyboard.press('Enter');
  await expect.poll(order).toEqual(['Three', 'One', 'Two']);
  // The button that was pressed is of no use any more: the focus is at its line.
  await expect.poll(() => ben.evaluate(() => document.activeElement?.ariaLabel)).toMatch(/^Move Three/);
  await watchButton(ben, 'One place down: Three').click();
  await expect.poll(order).toEqual(['One', 'Three', 'Two']);
});

test('what is refused is said over the picture that fills the screen', async () => {
  const { ada, ben } = await club();
  await ada.watch.select(first(ada), { play: false });
  await seen(screening(ben).getByText("This can't be played here."));
  await watchButton(ben, 'Full screen').click();
  await seen(watchButton(ben, 'Leave full screen'));
  await watchButton(ben, 'Small picture beside other windows').click();
  const note = ben.getByText('This browser does not allow it now.').first();
  await seen(note);
  expect(await note.evaluate((element) => document.fullscreenElement?.contains(element))).toBe(true);
});

test('what is being read is not put on the list once nobody waits for it', async () => {
  const { ada, ben } = await club();
  const film = await makeFilm(ben, { seconds: 2 });
  await ada.uploadFile(new Blob([film], { type: 'video/webm' }), { name: 'film.webm' });
  const released = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  await ben.route(/inline=1/, async (route) => {
    asked.resolve();
    await released.promise;
    await route.continue().catch(() => undefined);
  });
  await addFilm(ben, 'film.webm');
  await asked.promise;
  await ben.keyboard.press('Escape');
  await ben.getByRole('dialog').waitFor({ state: 'hidden' });
  released.resolve();
  await ben.waitForTimeout(3_000);
  expect(ada.state.watch.items).toHaveLength(3);
  await addFilm(ben, 'film.webm');
  await expect.poll(() => ada.state.watch.items.length).toBe(4);
});

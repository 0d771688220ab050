// Two people and a film: sent in parts by one of them while the server is killed, then watched in step, sought, and joined
// by somebody who is late. All in pages, as people have them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { FILE_PART_BYTES } from '../../src/protocol/index.ts';
import { makeFilm } from '../support/film.ts';
import { launchBrowser } from './support/browser.ts';
import {
  choose,
  DARK,
  Exchange,
  openFiles,
  PHONE,
  rows,
  saved,
  sheet,
  within,
} from './support/files-page.ts';
import { inspect, seen, takeFaults } from './support/page.ts';
import { UNLIMITED } from './support/people.ts';
import { freeFixedPort, type LastingServer, startServer } from './support/server.ts';
import { APART, addFilm, inStep, look, plays, screening, seekTo, watchButton } from './support/watching.ts';

/** What a page writes into its console while it has no server. */
const AWAY = /WebSocket|ERR_|Failed to load resource/;
const SECONDS = 60;
/** Parts of the film: more than go at once, so that some are there, some on the way, and some to come. */
const PARTS = 6;

let browser: Browser;
let server: LastingServer | undefined;
let exchange: Exchange;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-evening-'));
  browser = await launchBrowser();
});
afterEach(async () => {
  await exchange.close();
  await server?.kill();
  expect(takeFaults()).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Has a page note which parts of uploads it begins to send; answers what it has noted since it was last asked. */
async function noteParts(page: Page): Promise<() => Promise<number[]>> {
  // Told by the browser itself each of them would come with its 8 MiB.
  await page.evaluate(() => {
    const { open } = XMLHttpRequest.prototype;
    const noted: number[] = [];
    Object.assign(globalThis, { noted });
    XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, method: string, url: string | URL) {
      const n = /\/parts\/(\d+)$/.exec(String(url))?.[1];
      if (n !== undefined) noted.push(Number(n));
      return Reflect.apply(open, this, [method, url]);
    };
  });
  return () => page.evaluate(() => (globalThis as unknown as { noted: number[] }).noted.splice(0));
}

/** Answers, each time it is asked, which parts of somebody's only upload the server has. Their page is not troubled with it. */
async function storedOf(page: Page): Promise<() => Promise<number[]>> {
  const { origin, pathname } = new URL(page.url());
  const code = pathname.split('/').at(-1) ?? '';
  const token = await page.evaluate((key) => sessionStorage.getItem(key), `parley.member.${code}`);
  return async () => {
    const answer = await fetch(`${origin}/v1/rooms/${code}/uploads`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { uploads } = (await answer.json()) as { uploads: { parts: number[] }[] };
    return uploads[0]?.parts ?? [];
  };
}

/** Where the film is when it first plays on a page; s, and ms of the machine's clock. */
async function noteBeginning(page: Page): Promise<() => Promise<{ position: number; at: number }>> {
  await page.evaluate(() => {
    const note = ({ target }: Event): void => {
      if (!(target instanceof HTMLVideoElement)) return;
      document.removeEventListener('playing', note, true);
      const at = performance.timeOrigin + performance.now();
      document.documentElement.dataset.began = JSON.stringify({ position: target.currentTime, at });
    };
    document.addEventListener('playing', note, true);
  });
  const began = () => page.evaluate(() => document.documentElement.dataset.began ?? '');
  return async () => {
    await expect.poll(began).not.toBe('');
    return JSON.parse(await began());
  };
}

test('a film outlives the server, and two people and a late one watch it in step', {
  timeout: 240_000,
}, async () => {
  const [port, persistTo] = [await freeFixedPort(), join(folder, 'data')];
  server = await startServer({ persistTo, port, vars: UNLIMITED });
  exchange = new Exchange(browser, server.url);
  const [ada, ben] = await exchange.meet({ ...PHONE, ...DARK }, AWAY);

  // A minute of 160×90 is less than one part, and more would take the browser as long as it lasts: so bytes that mean
  // nothing stand in the middle of the film, as the format allows (a Void element).
  const film = await makeFilm(ada, { seconds: SECONDS, padding: (PARTS - 1) * FILE_PART_BYTES });
  expect(Math.ceil(film.byteLength / FILE_PART_BYTES)).toBe(PARTS);
  const path = join(folder, 'film.webm');
  writeFileSync(path, film);

  // Ben sends it. With the first part that is there the server dies, and comes back at the same place.
  const sent = await noteParts(ben);
  await openFiles(ada);
  await openFiles(ben);
  const stored = await storedOf(ben);
  await choose(ben, path);
  let before: number[] = [];
  await expect
    .poll(
      async () => {
        before = await stored();
        return before.length;
      },
      { interval: 10 },
    )
    .toBeGreaterThan(0);
  await server.kill();
  expect(await rows(ben).count()).toBe(0);
  const sentBefore = await sent();
  await inspect(ben, 'evening-1-server-gone-phone');
  server = await startServer({ persistTo, port, vars: UNLIMITED });

  // Nobody does anything: it goes on, and nothing of what was there goes again.
  await rows(ada).filter({ hasText: 'film.webm' }).waitFor({ timeout: 60_000 });
  await seen(rows(ben).filter({ hasText: 'film.webm' }));
  const sentAfter = await sent();
  expect(sentAfter.length).toBeGreaterThan(0);
  expect(sentAfter.filter((n) => before.includes(n))).toEqual([]);
  expect(new Set([...sentBefore, ...sentAfter]).size).toBe(PARTS);
  await inspect(ben, 'evening-2-sent-phone');
  const bytes = await saved(ada, within(sheet(ada), 'Save film.webm'));
  expect(bytes.equals(readFileSync(path))).toBe(true);
  await ada.keyboard.press('Escape');
  await ben.keyboard.press('Escape');

  // Ada puts it on the list and has it play; Ben's page shows it by itself.
  await ada.getByRole('button', { name: 'Watch together' }).click();
  await addFilm(ada, 'film.webm');
  await seen(screening(ada).getByText('1:00', { exact: false }).first());
  // Its picture is of a tenth of the film, which is as blue as green there, and not of the beginning, which is red.
  const picture = screening(ada).locator('ol img');
  await seen(picture);
  const [red = 0, green = 0] = await picture.evaluate((image) => {
    const canvas = document.createElement('canvas');
    const pen = canvas.getContext('2d');
    if (!(image instanceof HTMLImageElement) || pen === null) return [];
    pen.drawImage(image, 0, 0);
    return [...pen.getImageData(2, 2, 1, 1).data];
  });
  expect(green - red).toBeGreaterThan(80);
  await watchButton(ada, 'Watch film.webm').click();
  await seen(screening(ben));
  await inStep(ada, ben);
  await inspect(ada, 'evening-3-together');
  await inspect(ben, 'evening-4-together-phone');

  // They go to behind all that was loaded, and are in step again.
  await seekTo(ada, 40_000);
  await expect.poll(async () => (await look(ben)).position).toBeGreaterThan(39.5);
  await inStep(ada, ben);

  // Cleo is late, and begins where they are.
  const cleo = await exchange.come(
    new URL(ada.url()).pathname,
    { viewport: { width: 1280, height: 800 } },
    AWAY,
  );
  const beginning = await noteBeginning(cleo);
  await cleo.getByLabel('Your name').fill('Cleo');
  await within(cleo, 'Join').click();
  const began = await beginning();
  const there = await look(ada);
  const expected = there.position - (there.at - began.at) / 1_000;
  expect(Math.abs(began.position - expected) * 1_000).toBeLessThanOrEqual(2 * APART);
  await inStep(ada, cleo);
  await inStep(ben, cleo);
  await inspect(cleo, 'evening-5-late');

  // A reload changes nothing of who she is: Ada steers on.
  await ada.reload();
  await seen(ada.getByRole('button', { name: 'Watch together' }));
  await inStep(ada, ben);
  await watchButton(ada, 'Pause').click();
  for (const page of [ada, ben, cleo]) await plays(page, false);
  const places = await Promise.all([ada, ben, cleo].map(async (page) => (await look(page)).position));
  expect((Math.max(...places) - Math.min(...places)) * 1_000).toBeLessThanOrEqual(APART);
});

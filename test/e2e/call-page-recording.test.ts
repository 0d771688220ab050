// A recording: everybody knows of it, it is kept as a file of the room, it plays, and a reload does not lose it.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { button, leftOpen, PHONE, picture, Stage, stage } from './support/calls.ts';
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

/** The newest file of the room, as a player sees it that fetches it. */
async function lastFile(page: Page) {
  await button(page, /^Files/).click();
  const dialog = page.getByRole('dialog', { name: 'Files' });
  const save = dialog.getByRole('button', { name: /^Save Stand-up / }).first();
  await save.waitFor({ timeout: 20_000 });
  const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  await page.keyboard.press('Escape');
  const bytes = Buffer.concat(chunks);
  const played = await page.evaluate(async (base64) => {
    const blob = new Blob([Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))], {
      type: 'video/webm',
    });
    const video = document.createElement('video');
    video.muted = true;
    video.src = URL.createObjectURL(blob);
    await new Promise((resolve, reject) => {
      video.onloadedmetadata = resolve;
      video.onerror = () => reject(new Error(video.error?.message ?? 'it does not play'));
    });
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [32, 18];
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const seen = new Set<string>();
    await video.play();
    while (!video.ended) {
      context?.drawImage(video, 0, 0, 32, 18);
      seen.add(Array.from(context?.getImageData(0, 0, 32, 18).data ?? []).join());
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    // Sound is in it as well: what it is made of says so.
    const decoded = await new OfflineAudioContext(1, 48_000, 48_000).decodeAudioData(
      await blob.arrayBuffer(),
    );
    const loudest = decoded.getChannelData(0).reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    return { width: video.videoWidth, seconds: video.currentTime, pictures: seen.size, loudest };
  }, bytes.toString('base64'));
  return { name: download.suggestedFilename(), ...played };
}

test('a host records; all are told; the file is in the room, plays, and holds picture and sound of everybody', {
  timeout: 180_000,
}, async () => {
  const { page: ada, path } = await pages.start('Ada');
  await button(ada, 'Camera').click();
  await picture(ada, 'Ada').waitFor();
  const ben = await pages.join(path, 'Ben');
  const cyn = await pages.join(path, 'Cyn', [], PHONE);
  await picture(ada, 'Ben').waitFor({ timeout: 20_000 });
  expect(await button(stage(ben), 'Record').count()).toBe(0);

  await ada.bringToFront();
  await button(stage(ada), 'Record').click();
  for (const page of [ben, cyn]) await page.getByText('Ada is recording picture and sound.').waitFor();
  await ada.getByText('You are recording picture and sound.').waitFor();
  await inspect(ada, 'call-9-recording');
  await inspect(cyn, 'call-10-recorded-phone');
  await ada.waitForTimeout(3_000);
  await button(stage(ada), 'Stop recording').click();
  await ben.getByText('Ada is recording').waitFor({ state: 'detached' });
  const file = await lastFile(ben);
  expect(file.name).toMatch(/^Stand-up \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.webm$/);
  expect(file).toMatchObject({ width: 1_280 });
  expect(file.seconds).toBeGreaterThan(2);
  expect(file.pictures).toBeGreaterThan(5);
  // Ben's tone: nobody else has a microphone on.
  expect(file.loudest).toBeGreaterThan(0.05);
  // Nothing that was made for it stays, on this machine neither.
  expect((await leftOpen(ada)).contexts).toBe(0);
  await expect.poll(() => tapes(ada), { timeout: 10_000 }).toEqual([]);

  // Whoever leaves the call ends their recording with it, and keeps what there is.
  await button(stage(ada), 'Record').click();
  await ben.getByText('Ada is recording picture and sound.').waitFor();
  await ada.waitForTimeout(1_000);
  await button(stage(ada), 'Leave the call').click();
  await ben.getByText('Ada is recording').waitFor({ state: 'detached' });
  await button(ben, 'Files: 2').waitFor({ timeout: 20_000 });
  expect(await leftOpen(ada)).toEqual({ connections: 0, tracks: 0, contexts: 0 });
});

/** The pieces of recordings that this browser still keeps. */
const tapes = (page: Page) =>
  page.evaluate(async () => {
    const names: string[] = [];
    const root = await navigator.storage.getDirectory();
    const all = await root.getDirectoryHandle('recordings', { create: true });
    for await (const meeting of all.values())
      if (meeting instanceof FileSystemDirectoryHandle)
        for await (const tape of meeting.values())
          if (tape instanceof FileSystemDirectoryHandle)
            for await (const piece of tape.values())
              if (piece instanceof FileSystemFileHandle && (await piece.getFile()).size > 0)
                names.push(`${tape.name} ${piece.name}`);
    return names;
  });

test('a reload ends a recording, and what was recorded until then is shared', {
  timeout: 120_000,
}, async () => {
  const { page: ada, path } = await pages.start('Ada');
  await button(ada, 'Camera').click();
  await picture(ada, 'Ada').waitFor();
  const ben = await pages.join(path, 'Ben', []);
  await picture(ben, 'Ada').waitFor({ timeout: 20_000 });
  await button(stage(ada), 'Record').click();
  await ben.getByText('Ada is recording picture and sound.').waitFor();
  // Until one piece is written.
  await expect.poll(() => tapes(ada), { timeout: 20_000 }).not.toEqual([]);
  ada.once('dialog', (dialog) => void dialog.accept());
  await ada.reload();
  await ben.getByText('Ada is recording').waitFor({ state: 'detached' });
  const file = await lastFile(ben);
  expect(file.seconds).toBeGreaterThan(2);
  await expect.poll(() => tapes(ada), { timeout: 10_000 }).toEqual([]);
});

// Files on their way, as a browser has them: several at once, dropped and pasted, stopped, saved with their progress, and
// gone on with in another tab.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  choose,
  DARK,
  fileOf,
  openFiles,
  PART,
  PHONE,
  partOf,
  rows,
  saved,
  sentParts,
  sheet,
  stored,
  within,
} from './support/files-page.ts';
import { exchange, filesStage, folder, gate } from './support/files-stage.ts';
import { gone, inspect, seen } from './support/page.ts';
import { photo } from './support/photo.ts';

filesStage();

/** Files that are let go over a place, as a browser hands them to a page. */
async function drop(place: Locator, paths: readonly string[]): Promise<void> {
  const files = paths.map((path) => ({
    name: basename(path),
    text: readFileSync(path).toString('base64'),
  }));
  const given = await place.page().evaluateHandle((list) => {
    const transfer = new DataTransfer();
    for (const { name, text } of list) {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  }, files);
  for (const type of ['dragenter', 'dragover', 'drop'])
    await place.dispatchEvent(type, { dataTransfer: given });
}

test('several are sent at once; one is paused and goes on, one is given up', async () => {
  const [ada, ben] = await exchange.meet({ ...PHONE, ...DARK });
  gate.hold((caller) => (partOf(caller) ?? 0) >= 1);
  await openFiles(ada);
  await openFiles(ben);
  const [one, two, three] = ['one.bin', 'two.bin', 'three.bin'].map((name, index) =>
    fileOf(folder, name, PART * 2 + index + 1),
  );
  await choose(ada, one ?? '', two ?? '', three ?? '');
  // Two go, and the third waits for one of them.
  for (const name of ['one.bin', 'two.bin']) {
    const bar = sheet(ada).getByRole('progressbar', { name: `Sending ${name}` });
    await expect.poll(() => bar.getAttribute('value').then(Number)).toBeGreaterThan(0);
    await seen(sheet(ben).getByRole('progressbar', { name: `Ada sends ${name}` }));
  }
  await stored(gate, 0, 0);
  await seen(sheet(ada).getByText('Waits for the others'));
  await inspect(ada, 'files-6-three-at-once');
  await inspect(ben, 'files-7-of-others-phone');

  await within(sheet(ada), 'Pause one.bin').click();
  await seen(sheet(ada).getByText(/^Paused at /));
  await seen(sheet(ada).getByRole('progressbar', { name: 'Sending three.bin' }));
  await within(sheet(ada), 'Give up two.bin').click();
  await gone(sheet(ben).getByRole('progressbar', { name: 'Ada sends two.bin' }));
  gate.letGo();
  await seen(rows(ada).filter({ hasText: 'three.bin' }));
  gate.passed.length = 0;
  await within(sheet(ada), 'Go on with one.bin').click();
  await seen(rows(ada).filter({ hasText: 'one.bin' }));
  // What was there of it did not go again.
  expect(sentParts(gate)).toEqual([1, 2]);
  await expect.poll(() => rows(ben).count()).toBe(2);
  const bytes = await saved(ben, within(sheet(ben), 'Save one.bin'));
  expect(bytes.equals(readFileSync(one ?? ''))).toBe(true);
});

test('what is dropped or pasted is shared once, wherever it is let go', async () => {
  const [ada, ben] = await exchange.meet();
  const shown = ada.getByLabel('Messages').getByRole('listitem');
  // Over the conversation.
  await drop(ada.getByLabel('Messages'), [fileOf(folder, 'over-chat.bin', 300)]);
  await seen(shown.filter({ hasText: 'over-chat.bin' }));
  // Over the panel, and over what is empty of it.
  await openFiles(ada);
  await drop(within(sheet(ada), 'Choose files'), [fileOf(folder, 'over-panel.bin', 400)]);
  await seen(rows(ada).filter({ hasText: 'over-panel.bin' }));
  await drop(sheet(ada), [fileOf(folder, 'below-panel.bin', 500)]);
  await seen(rows(ada).filter({ hasText: 'below-panel.bin' }));
  // From the clipboard, whatever of the panel has the focus.
  await ada.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await ada.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const type = 'image/png';
    await navigator.clipboard.write([new ClipboardItem({ [type]: new Blob([bytes], { type }) })]);
  }, photo().toString('base64'));
  await within(sheet(ada), 'Close').focus();
  await ada.keyboard.press('Control+V');
  await seen(rows(ada).filter({ hasText: 'image.png' }));
  // Each came once.
  await openFiles(ben);
  await expect.poll(() => rows(ben).count()).toBe(4);
  await seen(sheet(ben).getByText(/^4 files, /));

  // Where nobody takes it, the browser does not go away from the meeting to show it.
  await ada.keyboard.press('Escape');
  const isOpened = await ada.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['x'], 'x.txt'));
    const event = new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true });
    return document.querySelector('header')?.dispatchEvent(event);
  });
  expect(isOpened).toBe(false);
});

test('downloads tell how far they are, several at once, and one is stopped', async () => {
  const [ada, ben] = await exchange.meet({ ...PHONE, ...DARK });
  await openFiles(ada);
  const paths = ['first.bin', 'second.bin', 'third.bin'].map((name, index) =>
    fileOf(folder, name, 6_000_000 + index),
  );
  await choose(ada, ...paths);
  await expect.poll(() => rows(ada).count()).toBe(3);
  await openFiles(ben);
  await expect.poll(() => rows(ben).count()).toBe(3);
  // A slow way to Ben: bytes a second.
  const session = await ben.context().newCDPSession(ben);
  await session.send('Network.enable');
  const way = { offline: false, latency: 0, uploadThroughput: -1 };
  await session.send('Network.emulateNetworkConditions', { ...way, downloadThroughput: 1_500_000 });
  const files: { name: string; path: Promise<string> }[] = [];
  ben.on('download', (download) => files.push({ name: download.suggestedFilename(), path: download.path() }));
  const bar = (name: string) => sheet(ben).getByRole('progressbar', { name: `Fetching ${name}` });
  for (const path of paths) await within(sheet(ben), `Save ${basename(path)}`).click();
  for (const path of paths)
    await expect.poll(() => bar(basename(path)).getAttribute('value').then(Number)).toBeGreaterThan(0);
  await inspect(ben, 'files-8-fetching-phone');
  await within(sheet(ben), 'Stop fetching second.bin').click();
  await gone(bar('second.bin'));
  await seen(within(sheet(ben), 'Save second.bin'));
  await expect.poll(() => files.map(({ name }) => name).sort()).toEqual(['first.bin', 'third.bin']);
  for (const { name, path } of files)
    expect(readFileSync(await path).equals(readFileSync(join(folder, name)))).toBe(true);
  await session.send('Network.emulateNetworkConditions', { ...way, downloadThroughput: -1 });
  // What was stopped can be had all the same.
  const bytes = await saved(ben, within(sheet(ben), 'Save second.bin'));
  expect(bytes.equals(readFileSync(paths[1] ?? ''))).toBe(true);
});

test('whoever has closed the tab goes on in another one', async () => {
  const [ada, ben] = await exchange.meet();
  gate.hold((caller) => (partOf(caller) ?? 0) >= 2);
  await openFiles(ben);
  const path = fileOf(folder, 'long.bin', PART * 4);
  await choose(ben, path);
  await stored(gate, 0, 1);
  const context = ben.context();
  const address = ben.url();
  await ben.close();

  const other = await context.newPage();
  await other.goto(address);
  gate.letGo();
  gate.passed.length = 0;
  // The name is there already, and it is the same guest: the others see no second one.
  expect(await other.getByLabel('Your name').inputValue()).toBe('Ben');
  await within(other, 'Join').click();
  await openFiles(other);
  await seen(sheet(other).getByText('16.8 MB of it are here. Choose the file again to go on.'));
  const people = ada.getByRole('complementary', { name: 'People' });
  expect(await people.getByText('Ben', { exact: true }).count()).toBe(1);
  await choose(other, path);
  await seen(rows(other).filter({ hasText: 'long.bin' }));
  expect(sentParts(gate)).toEqual([2, 3]);
  await openFiles(ada);
  const bytes = await saved(ada, within(sheet(ada), 'Save long.bin'));
  expect(bytes.equals(readFileSync(path))).toBe(true);
  // It is his to delete.
  await within(sheet(other), 'Delete long.bin').click();
  await within(other.getByRole('alertdialog'), 'Delete').click();
  await expect.poll(() => rows(ada).count()).toBe(0);
});

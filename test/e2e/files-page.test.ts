import { readFileSync } from 'node:fs';
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

filesStage({ FILE_MAX_BYTES: '60000000' });

test('a file is shared, found, saved and deleted', async () => {
  const [ada, ben] = await exchange.meet({ ...PHONE, ...DARK });
  await openFiles(ada);
  await seen(sheet(ada).getByText('Nobody has shared a file yet.'));
  await inspect(ada, '95-files-none');
  const notes = fileOf(folder, 'Größe 漢字.txt', 1_500);
  const table = fileOf(folder, 'numbers.csv', 40_000);
  await choose(ada, notes, table);
  await seen(rows(ada).filter({ hasText: 'numbers.csv' }));
  await seen(rows(ada).filter({ hasText: 'Größe 漢字.txt' }));
  await inspect(ada, '96-files');

  // In the chat of the other one, with its size and the way to save it; he can't delete it.
  const message = ben.getByRole('listitem').filter({ hasText: 'Größe 漢字.txt' });
  await seen(message.getByText('1.5 kB'));
  await inspect(ben, '97-file-in-chat-phone');
  const bytes = await saved(ben, within(message, 'Save Größe 漢字.txt'));
  expect(bytes.equals(readFileSync(notes))).toBe(true);
  expect(await within(message, 'Delete Größe 漢字.txt').count()).toBe(0);

  // A copy under the same name is kept beside it, and is found by a part of the name in any case.
  await choose(ada, notes);
  await seen(rows(ada).filter({ hasText: 'Größe 漢字 (2).txt' }));
  await sheet(ada).getByLabel('Find a file').fill('nowhere');
  await expect.poll(() => rows(ada).count()).toBe(0);
  await sheet(ada).getByLabel('Find a file').fill('grö');
  await expect.poll(() => rows(ada).count()).toBe(2);
  await seen(sheet(ada).getByText('2 files match.'));
  await sheet(ada).getByLabel('Find a file').fill('');
  await sheet(ada).getByLabel('Order').selectOption({ label: 'Largest first' });
  await expect.poll(() => rows(ada).first().textContent()).toContain('numbers.csv');

  await openFiles(ben);
  await expect.poll(() => rows(ben).count()).toBe(3);
  await inspect(ben, '98-files-phone');
  await within(sheet(ada), 'Delete numbers.csv').click();
  const question = ada.getByRole('alertdialog', { name: 'Delete numbers.csv?' });
  await inspect(ada, '99-file-delete');
  await within(question, 'Delete').click();
  await gone(rows(ben).filter({ hasText: 'numbers.csv' }));
  await expect.poll(() => rows(ada).count()).toBe(2);

  // Whoever may share no more sees it; what is there can still be saved.
  await ada.keyboard.press('Escape');
  await within(ada, "Host's tools").click();
  await ada.getByRole('switch', { name: 'Share files' }).click();
  await seen(sheet(ben).getByText('You may not share files now.'));
  expect(await within(sheet(ben), 'Choose files').isDisabled()).toBe(true);
  expect(await within(sheet(ben), 'Save Größe 漢字.txt').isDisabled()).toBe(false);
  await inspect(ben, '100-files-locked-phone');
});

test('a large file goes in parts, is seen by others, paused, reloaded and goes on', async () => {
  const [ada, ben] = await exchange.meet();
  const film = fileOf(folder, 'film.mp4', PART * 4 + 99);
  gate.hold((caller) => (partOf(caller) ?? 0) >= 2);
  await openFiles(ada);
  await openFiles(ben);
  await choose(ada, film);
  const bar = sheet(ada).getByRole('progressbar', { name: 'Sending film.mp4' });
  await expect.poll(() => bar.getAttribute('value').then(Number)).toBeGreaterThan(PART);
  const seenByBen = sheet(ben).getByRole('progressbar', { name: 'Ada sends film.mp4' });
  await expect.poll(() => seenByBen.getAttribute('value').then(Number)).toBeGreaterThanOrEqual(PART);
  await stored(gate, 0, 1);
  await inspect(ada, '101-file-sending');
  await inspect(ben, '102-file-sent-by-other');

  await within(sheet(ada), 'Pause film.mp4').click();
  await seen(sheet(ada).getByText(/^Paused at /));
  await inspect(ada, '103-file-paused');
  expect(sentParts(gate)).toEqual([0, 1]);
  await ada.reload();
  await openFiles(ada);
  await seen(sheet(ada).getByText('16.8 MB of it are here. Choose the file again to go on.'));
  await inspect(ada, '104-file-left');
  gate.letGo();
  gate.passed.length = 0;
  await choose(ada, film);
  await seen(rows(ada).filter({ hasText: 'film.mp4' }));
  expect(sentParts(gate)).toEqual([2, 3, 4]);
  await gone(seenByBen);
  const bytes = await saved(ben, within(sheet(ben), 'Save film.mp4'));
  expect(bytes.equals(readFileSync(film))).toBe(true);
});

test('what can not be shared says why, and what is given up leaves nothing', async () => {
  const [ada] = await exchange.meet();
  await openFiles(ada);
  await choose(ada, fileOf(folder, 'huge.bin', 60_000_001));
  await seen(sheet(ada).getByText('Not shared. The file is too large for this server.'));
  await inspect(ada, '105-file-refused');
  await within(sheet(ada), 'Give up huge.bin').click();
  await gone(sheet(ada).getByText('huge.bin').first());

  gate.hold((caller) => partOf(caller) === 1);
  await choose(ada, fileOf(folder, 'half.bin', PART * 2));
  await seen(within(sheet(ada), 'Pause half.bin'));
  const dropped = ada.waitForResponse((response) => response.request().method() === 'DELETE');
  await within(sheet(ada), 'Give up half.bin').click();
  expect((await dropped).status()).toBe(204);
  await ada.reload();
  await openFiles(ada);
  await seen(sheet(ada).getByText('Nobody has shared a file yet.'));
  expect(await sheet(ada).getByText('half.bin').count()).toBe(0);
});

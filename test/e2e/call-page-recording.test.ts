// A recording: everybody knows of it, it is kept as a file of the room, it plays, and a reload does not lose it.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { leftOpen, PHONE, picture, Stage, stage } from './support/calls.ts';
import { button, inspect, takeFaults } from './support/page.ts';
import { UNLIMITED } from './support/people.ts';
import { type Colour, kept, lastFile, paint, play, shows, slowTimers, tapes } from './support/recordings.ts';
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

/** Somebody comes by the door with a camera of one colour. */
async function comeWith(colour: Colour, path: string, name: string): Promise<Page> {
  const page = await pages.open(path);
  await paint(page, colour);
  await page.getByLabel('Your name').fill(name);
  await button(page, 'Camera and microphone').click();
  for (const one of ['Camera', 'Microphone']) await button(page, one).click();
  await picture(page, name).waitFor();
  await button(page, 'Join').click();
  await page.getByRole('heading', { level: 1, name: 'Stand-up' }).waitFor();
  return page;
}

/** Ada has started a meeting, with a camera of her colour. */
async function startWith(colour: Colour): Promise<{ page: Page; path: string }> {
  const { page, path } = await pages.start('Ada');
  await paint(page, colour);
  await button(page, 'Camera').click();
  await picture(page, 'Ada').waitFor();
  return { page, path };
}

test('a host records; all are told; the file is in the room, and holds picture and sound of everybody, who came late too', async () => {
  const { page: ada, path } = await startWith('red');
  const ben = await comeWith('blue', path, 'Ben');
  const cyn = await pages.join(path, 'Cyn', [], PHONE);
  await shows(ada, 'Ben', 'blue');
  expect(await button(stage(ben), 'Record').count()).toBe(0);

  await ada.bringToFront();
  await slowTimers(ada);
  await button(stage(ada), 'Record').click();
  for (const page of [ben, cyn]) await page.getByText('Ada is recording picture and sound.').waitFor();
  await ada.getByText('You are recording picture and sound.').waitFor();
  await inspect(ada, 'call-9-recording');
  await inspect(cyn, 'call-10-recorded-phone');
  await ada.waitForTimeout(3_000);
  const dan = await comeWith('lime', path, 'Dan');
  await shows(ada, 'Dan', 'lime');
  await dan.waitForTimeout(4_000);
  await button(stage(ada), 'Stop recording').click();
  await ben.getByText('Ada is recording').waitFor({ state: 'detached' });
  // Not its first moments: on a busy machine the pictures of others come into it when they are decoded.
  const file = await lastFile(ben, [-1, 4]);
  expect(file.name).toMatch(/^Stand-up \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.webm$/);
  expect(file).toMatchObject({ width: 1_280 });
  expect(file.seconds).toBeGreaterThan(6);
  expect(file.seconds).toBeLessThan(120);
  expect(file.jumps).toEqual([file.seconds - 1, 4].map((place) => expect.closeTo(place, 1)));
  const [late, early] = file.seen;
  for (const colour of ['red', 'blue'] as const) {
    expect(late?.[colour], `${colour} at last`).toBeGreaterThan(0.1);
    expect(early?.[colour], `${colour} at first; at last ${late?.[colour]}`).toBeGreaterThan(0.1);
  }
  expect(early?.lime).toBe(0);
  expect(late?.lime).toBeGreaterThan(0.1);
  // By timers of the page there would be one a second; how many there are beyond that is up to the machine.
  expect(file.rate).toBeGreaterThan(2);
  // Ben's tone: Ada has no microphone on.
  expect(file.loudest).toBeGreaterThan(0.05);
  // Nothing that was made for it stays, on this machine neither.
  expect((await leftOpen(ada)).contexts).toBe(0);
  await expect.poll(() => tapes(ada)).toEqual([]);
  await kept(ada).waitFor({ state: 'detached' });

  // Whoever leaves the call ends their recording with it, and keeps what there is.
  await button(stage(ada), 'Record').click();
  await ben.getByText('Ada is recording picture and sound.').waitFor();
  await ada.waitForTimeout(1_000);
  await button(stage(ada), 'Hang up').click();
  await ben.getByText('Ada is recording').waitFor({ state: 'detached' });
  await button(ben, 'Files: 2').waitFor();
  expect(await leftOpen(ada)).toEqual({ connections: 0, tracks: 0, contexts: 0 });
});

test('a reload ends a recording; what was recorded until then is offered, and can go into the files', async () => {
  const { page: ada, path } = await startWith('red');
  const ben = await pages.join(path, 'Ben', []);
  await picture(ben, 'Ada').waitFor();
  await button(stage(ada), 'Record').click();
  await ben.getByText('Ada is recording picture and sound.').waitFor();
  // Until one piece is written.
  await expect.poll(() => tapes(ada)).not.toEqual([]);
  ada.once('dialog', (dialog) => void dialog.accept());
  await ada.reload();
  await ben.getByText('Ada is recording').waitFor({ state: 'detached' });
  await kept(ada).getByText('This recording is not in the files of the meeting.').waitFor();
  await inspect(ada, 'call-11-recording-kept');
  await button(kept(ada), "Put it into the meeting's files").click();
  const file = await lastFile(ben, [1]);
  expect(file.seconds).toBeGreaterThan(2);
  // Beside Ben, who shows no picture.
  expect(file.seen[0]?.red).toBeGreaterThan(0.2);
  await expect.poll(() => tapes(ada)).toEqual([]);
});

test('a meeting that is left while its recording is on the way: it is there to be saved, also on the start page', async () => {
  const { page: ada } = await startWith('red');
  // On a slow line: nothing comes to an end.
  await ada.route('**/files', () => undefined);
  await button(stage(ada), 'Record').click();
  await ada.getByText('You are recording picture and sound.').waitFor();
  await ada.waitForTimeout(2_000);
  await button(stage(ada), 'Stop recording').click();
  await kept(ada).getByText('on its way into the files').waitFor();
  await button(ada, 'Leave').click();
  await button(kept(ada), 'Save to this computer').waitFor();
  ada.once('dialog', (dialog) => void dialog.accept());
  await ada.goto(server.url);
  await kept(ada).getByText('Stand-up').waitFor();
  await inspect(ada, 'call-12-recording-on-the-start-page');
  const save = button(kept(ada), 'Save to this computer');
  const [download] = await Promise.all([ada.waitForEvent('download'), save.click()]);
  const file = await play(ada, download, [0.5]);
  expect(file.seconds).toBeGreaterThan(1);
  expect(file.seen[0]?.red).toBeGreaterThan(0.5);
  // Nobody tells a page whether what it gave away came there: a person does.
  await kept(ada).getByText('handed to the downloads').waitFor();
  expect(await tapes(ada)).not.toEqual([]);
  await button(kept(ada), 'Delete').click();
  await kept(ada).waitFor({ state: 'detached' });
  expect(await tapes(ada)).toEqual([]);
});

const ACCOUNT = { user: 'ada', name: 'Ada', password: 'four quiet violet rivers' };

/** Ada logs in, or makes her account. */
async function logIn(page: Page, isNew: boolean): Promise<void> {
  await button(page, 'Log in').first().click();
  const box = page.getByRole('dialog');
  if (isNew) await box.getByRole('tab', { name: 'Register' }).click();
  await box.getByLabel('User name').fill(ACCOUNT.user);
  if (isNew) await box.getByLabel('Name', { exact: true }).fill(ACCOUNT.name);
  await box.getByLabel('Password', { exact: true }).fill(ACCOUNT.password);
  await box.getByLabel('Password', { exact: true }).press('Enter');
  await button(page, 'Account of Ada').waitFor();
}

/** An earlier page has left two recordings of whoever is logged in, and one of a guest. Answers the key of the login. */
const leaveThree = (page: Page) =>
  page.evaluate(async () => {
    const login = Object.keys(localStorage).find((key) => key.startsWith('parley.account ')) ?? '';
    const { account } = JSON.parse(localStorage.getItem(login) ?? '');
    const create = { create: true };
    const root = await navigator.storage.getDirectory();
    const leave = async (owner: string, code: string, name: string, since: string): Promise<void> => {
      let folder = root;
      for (const part of ['recordings', owner, code, since])
        folder = await folder.getDirectoryHandle(part, create);
      const stream = await (await folder.getFileHandle('000000', create)).createWritable();
      await stream.write('what was said');
      await stream.close();
      localStorage.setItem(`parley.recording.${owner}.${code}`, name);
    };
    await leave(account.id, 'abc-defg-hij', 'Stand-up', '1700000000000');
    await leave(account.id, 'abc-defg-hij', 'Stand-up', '1700000060000');
    await leave('guest', 'xyz-defg-hij', 'Review', '1700000000000');
    return login;
  });

test('recordings wait for their owner where a login ends by itself; whoever logs out is asked before they are deleted', async () => {
  const page = await pages.open('/');
  await logIn(page, true);
  const login = await leaveThree(page);
  await page.reload();
  const items = kept(page).getByRole('listitem');
  await items.nth(1).waitFor();

  // Deleting one leaves the focus where the others are.
  await button(items.first(), 'Delete').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await items.nth(1).waitFor({ state: 'detached' });
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.querySelector('section h2')?.textContent))
    .toBe('Recordings in this browser');

  // In another tab the login ends, as one does whose time is up.
  const other = await page.context().newPage();
  await other.goto(server.url);
  await kept(other).waitFor();
  await other.evaluate((key) => localStorage.removeItem(key), login);
  await button(page, 'Log in').first().waitFor();
  const isGuests = async () => {
    await kept(page).getByText('Review').waitFor();
    await kept(page).getByText('Stand-up').waitFor({ state: 'detached' });
    expect(await items.count()).toBe(1);
  };
  await isGuests();
  expect(await tapes(page)).toHaveLength(2);
  await other.close();
  await page.reload();
  await isGuests();

  await logIn(page, false);
  await kept(page).getByText('Stand-up').waitFor();
  await kept(page).getByText('Review').waitFor({ state: 'detached' });
  const logOut = async () => {
    await button(page, 'Account of Ada').click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    const question = page.getByRole('alertdialog', { name: 'Log out and delete what you recorded?' });
    await question.getByText('One recording is in this browser only').waitFor();
    return question;
  };
  const question = await logOut();
  await inspect(page, 'call-13-log-out-recordings');
  await button(question, 'Cancel').click();
  await question.waitFor({ state: 'detached' });
  await kept(page).getByText('Stand-up').waitFor();
  expect(await tapes(page)).toHaveLength(2);

  await button(await logOut(), 'Log out and delete').click();
  await button(page, 'Log in').first().waitFor();
  await isGuests();
  const guests = [' guest xyz-defg-hij 1700000000000 000000'];
  expect(await tapes(page)).toEqual(guests);
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Log in');

  // Nobody comes back to an account that is deleted.
  await logIn(page, false);
  await leaveThree(page);
  await button(page, 'Account of Ada').click();
  await page.getByRole('menuitem', { name: 'Account' }).click();
  await button(page, 'Delete the account…').click();
  const last = page.getByRole('alertdialog', { name: 'Delete your account?' });
  await last.getByText('your recordings that are in this browser only').waitFor();
  await last.getByLabel('Password', { exact: true }).fill(ACCOUNT.password);
  await button(last, 'Delete for good').click();
  await button(page, 'Log in').first().waitFor();
  await expect.poll(() => tapes(page)).toEqual(guests);
});

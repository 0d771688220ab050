import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { people } from './support/meeting-page.ts';
import { button, gone, inspect, openTab, seen, takeFaults } from './support/page.ts';
import { photo } from './support/photo.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let closed: Server;
let browser: Browser;
/** Each device is a browser of its own. */
let contexts: BrowserContext[] = [];
beforeAll(async () => {
  [server, closed, browser] = await Promise.all([
    startServer(),
    startServer({ vars: { JOIN_ACCESS: 'account' } }),
    launchBrowser(),
  ]);
});
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
  expect(takeFaults()).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([server.close(), closed.close()]);
});

type Look = Parameters<Browser['newContext']>[0];
const WIDE = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };
const DARK = { colorScheme: 'dark' } as const;
/** What browsers write into the console about an answer that refuses. */
const REFUSED = /status of 4\d\d|ERR_FAILED/;
const PASSWORD = 'four quiet violet rivers';

const dialog = (page: Page, name: string) => page.getByRole('dialog', { name });
const chip = (page: Page, name: string) => button(page, `Account of ${name}`);
const roster = (page: Page) => people(page).getByRole('listitem');
const hasFocus = (locator: Locator) =>
  expect.poll(() => locator.evaluate((e) => e === document.activeElement)).toBe(true);
const isLoaded = (picture: Locator) =>
  expect.poll(() => picture.evaluate((e) => e instanceof HTMLImageElement && e.naturalWidth > 0)).toBe(true);

async function device(path: string, look: Look = WIDE, url = server.url): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', ...look });
  contexts.push(context);
  return openTab(context, url + path, REFUSED);
}

async function register(page: Page, userName: string, name: string): Promise<void> {
  await button(page, 'Log in').first().click();
  const box = page.getByRole('dialog');
  await box.getByRole('tab', { name: 'Register' }).click();
  await box.getByLabel('User name').fill(userName);
  await box.getByLabel('Name', { exact: true }).fill(name);
  await box.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(page, 'Make the account').click();
  await seen(chip(page, name));
}

async function logIn(page: Page, userName: string, password: string): Promise<void> {
  await button(page, 'Log in').first().click();
  const box = dialog(page, 'Log in');
  await box.getByLabel('User name').fill(userName);
  await box.getByLabel('Password', { exact: true }).fill(password);
  await box.getByLabel('Password', { exact: true }).press('Enter');
}

async function openSheet(page: Page, name: string): Promise<Locator> {
  await chip(page, name).click();
  await page.getByRole('menuitem', { name: 'Account' }).click();
  const sheet = dialog(page, 'Account');
  await seen(sheet);
  return sheet;
}

async function create(page: Page, room: string): Promise<string> {
  await page.getByLabel('Name of the meeting').fill(room);
  await button(page, 'Start the meeting').click();
  await button(page, 'To the meeting').click();
  return new URL(page.url()).pathname;
}

test('an account is made, with what is wrong said where it is wrong', async () => {
  const page = await device('/');
  await seen(button(page, 'Log in'));
  await inspect(page, '80-home-log-in');

  await logIn(page, 'nobody', 'whatever it is');
  const entry = dialog(page, 'Log in');
  await seen(entry.getByRole('alert').getByText('User name or password is wrong.'));
  await hasFocus(entry.getByLabel('Password', { exact: true }));
  await inspect(page, '81-login-wrong');

  // By keyboard to the other tab; the user name need not be written again.
  await entry.getByRole('tab', { name: 'Log in' }).focus();
  await page.keyboard.press('ArrowRight');
  const entrance = dialog(page, 'Register');
  const [userName, password] = [
    entrance.getByLabel('User name'),
    entrance.getByLabel('Password', { exact: true }),
  ];
  expect(await userName.inputValue()).toBe('nobody');
  expect(await userName.getAttribute('autocomplete')).toBe('username');
  expect(await password.getAttribute('autocomplete')).toBe('new-password');
  await userName.fill('grace');
  await password.fill('short');
  await password.press('Enter');
  await seen(entrance.getByText('Take at least 8 characters.'));
  await hasFocus(password);
  await password.fill('password');
  await entrance.getByRole('button', { name: 'Show the password' }).click();
  expect(await password.getAttribute('type')).toBe('text');
  await button(page, 'Make the account').click();
  await seen(entrance.getByText('This password is easy to guess.', { exact: false }));
  await hasFocus(password);
  await inspect(page, '82-password-weak');
  await password.fill(PASSWORD);
  await button(page, 'Make the account').click();
  // Without a name they are called by the user name.
  await seen(chip(page, 'grace'));
  await hasFocus(chip(page, 'grace'));
  expect(await page.getByLabel('Your name').inputValue()).toBe('grace');

  const second = await device('/');
  await button(second, 'Log in').click();
  await second.getByRole('tab', { name: 'Register' }).click();
  await second.getByLabel('User name').fill('GRACE');
  await second.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(second, 'Make the account').click();
  await seen(second.getByText('Somebody has this user name. Choose another one.'));
  await hasFocus(second.getByLabel('User name'));
});

test('one account is in a room with two devices, beside a guest', async () => {
  const laptop = await device('/');
  await register(laptop, 'ada', 'Ada');
  const sheet = await openSheet(laptop, 'Ada');
  await laptop.locator('input[type=file]').setInputFiles({
    name: 'me.png',
    mimeType: 'image/png',
    buffer: photo(200, 200),
  });
  await seen(sheet.getByText('This is how it will look.'));
  await inspect(laptop, '83-picture-preview');
  await button(laptop, 'Use this picture').click();
  await seen(button(laptop, 'Another picture'));
  await laptop.keyboard.press('Escape');
  await hasFocus(chip(laptop, 'Ada'));
  await isLoaded(chip(laptop, 'Ada').locator('img'));

  expect(await laptop.getByLabel('Your name').inputValue()).toBe('Ada');
  const path = await create(laptop, 'Monday planning');
  await seen(people(laptop).getByText('Ada (you)'));
  await isLoaded(roster(laptop).first().locator('img'));

  const guest = await device(path);
  await guest.getByLabel('Your name').fill('Ben');
  await button(guest, 'Join').click();
  await seen(people(laptop).getByText('Ben (guest)'));

  // The second device needs no host key: the role is the account's.
  const phone = await device(path);
  await logIn(phone, 'ada', PASSWORD);
  await seen(chip(phone, 'Ada'));
  expect(await phone.getByLabel('Your name').inputValue()).toBe('Ada');
  await inspect(phone, '84-door-logged-in');
  await button(phone, 'Join').click();
  await seen(phone.getByRole('button', { name: "Host's tools" }));
  await button(phone, 'Microphone').click();

  const both = roster(guest).filter({ hasText: '2 devices' });
  await seen(both.getByText('Host · 2 devices'));
  expect(await both.getByText('Ada', { exact: true }).count()).toBe(1);
  const devices = both.getByRole('list', { name: 'Devices of Ada' }).getByRole('listitem');
  expect(await devices.count()).toBe(2);
  await seen(devices.nth(1).getByText('Microphone is on'));
  expect(await devices.nth(0).getByText('Microphone is on').count()).toBe(0);
  await seen(guest.getByRole('button', { name: 'Actions for Ada, device 2' }));
  // Devices are counted.
  await seen(people(guest).getByText('3', { exact: true }));
  await inspect(guest, '85-two-devices');
  await inspect(laptop, '86-two-devices-own');

  await phone.getByRole('textbox', { name: 'Write a message' }).fill('From the phone');
  await phone.keyboard.press('Enter');
  const message = guest.getByLabel('Messages').getByRole('listitem').filter({ hasText: 'From the phone' });
  await isLoaded(message.locator('img'));
  await inspect(guest, '87-picture-in-chat');

  // A picture that can't be had is an initial again.
  await guest.route('**/v1/avatars/*', (route) => route.abort());
  await guest.reload();
  await seen(both.getByText('A', { exact: true }));
  await expect.poll(() => people(guest).locator('img').count()).toBe(0);

  // The phone leaves; one device is no group.
  await button(phone, 'Leave').click();
  await gone(both);
  await seen(people(guest).getByText('Host', { exact: true }));

  // Whoever logs out leaves nothing behind: the next person at this browser is neither them nor the host.
  await laptop.goto(new URL('/', server.url).href);
  await chip(laptop, 'Ada').click();
  await laptop.getByRole('menuitem', { name: 'Log out' }).click();
  await seen(button(laptop, 'Log in'));
  await laptop.goto(new URL(path, server.url).href);
  await laptop.getByLabel('Your name').fill('Zoe');
  await button(laptop, 'Join').click();
  await seen(people(laptop).getByText('Zoe (you)'));
  expect(await laptop.getByRole('button', { name: "Host's tools" }).count()).toBe(0);
});

test('a room of guests says nothing of guests', async () => {
  const host = await device('/');
  await host.getByLabel('Your name').fill('Cleo');
  const path = await create(host, 'Tea');
  const guest = await device(path);
  await guest.getByLabel('Your name').fill('Dan');
  await button(guest, 'Join').click();
  await seen(people(host).getByText('Dan', { exact: true }));
  expect(await people(host).getByText('guest').count()).toBe(0);
});

test('the account sheet changes the name and the password, ends logins, and deletes the account', async () => {
  const laptop = await device('/');
  await register(laptop, 'eve', 'Eve');
  const phone = await device('/', PHONE);
  await logIn(phone, 'eve', PASSWORD);
  await seen(chip(phone, 'Eve'));

  let sheet = await openSheet(laptop, 'Eve');
  await seen(sheet.getByText('You log in as eve.'));
  const logins = sheet.getByRole('list', { name: 'Where you are logged in' }).getByRole('listitem');
  await seen(logins.nth(1));
  expect(await logins.getByText('Chrome on Linux').count()).toBe(2);
  await seen(logins.filter({ hasText: 'this device' }));
  await inspect(laptop, '88-account-sheet');
  await logins.getByRole('button', { name: /^Log out Chrome on Linux/ }).click();
  await gone(logins.nth(1));
  await phone.reload();
  await seen(button(phone, 'Log in'));
  await logIn(phone, 'eve', PASSWORD);
  await seen(chip(phone, 'Eve'));
  await laptop.keyboard.press('Escape');
  await gone(sheet);
  sheet = await openSheet(laptop, 'Eve');
  await button(laptop, 'Log out all other devices').click();
  await seen(laptop.getByText('Your other devices are logged out.').first());
  await phone.reload();
  await seen(button(phone, 'Log in'));
  await logIn(phone, 'eve', PASSWORD);
  await seen(chip(phone, 'Eve'));

  await sheet.getByRole('textbox', { name: 'Name', exact: true }).fill('Eve Moneypenny');
  await sheet.getByRole('textbox', { name: 'Name', exact: true }).press('Enter');
  await seen(laptop.getByText('Saved').first());

  const changing = sheet.getByRole('region', { name: 'Password' });
  await changing.getByLabel('Current password').fill('not this one');
  await changing.getByLabel('New password').fill('five loud orange deserts');
  await button(laptop, 'Change the password').click();
  await seen(changing.getByText('This is not your password.'));
  await hasFocus(changing.getByLabel('Current password'));
  await inspect(laptop, '89-password-wrong');
  await changing.getByLabel('Current password').fill(PASSWORD);
  await button(laptop, 'Change the password').click();
  await seen(laptop.getByText('The password is changed.', { exact: false }).first());
  await phone.reload();
  await seen(button(phone, 'Log in'));
  await logIn(phone, 'eve', PASSWORD);
  await seen(phone.getByText('User name or password is wrong.'));
  await phone.getByLabel('Password', { exact: true }).fill('five loud orange deserts');
  await phone.getByLabel('Password', { exact: true }).press('Enter');
  await seen(chip(phone, 'Eve Moneypenny'));
  await laptop.keyboard.press('Escape');

  // What happens in one tab is seen in the others.
  const [context] = contexts;
  if (context === undefined) throw new Error('the laptop has a context');
  const tab = await openTab(context, server.url, REFUSED);
  await seen(chip(tab, 'Eve Moneypenny'));
  await chip(laptop, 'Eve Moneypenny').click();
  await laptop.getByRole('menuitem', { name: 'Log out' }).click();
  await seen(button(laptop, 'Log in'));
  await seen(button(tab, 'Log in'));

  await openSheet(phone, 'Eve Moneypenny');
  await button(phone, 'Delete the account…').click();
  const question = phone.getByRole('alertdialog', { name: 'Delete your account?' });
  await question.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(phone, 'Delete for good').click();
  await seen(question.getByText('This is not your password.'));
  await hasFocus(question.getByLabel('Password', { exact: true }));
  await inspect(phone, '90-delete-phone');
  await question.getByLabel('Password', { exact: true }).fill('five loud orange deserts');
  await question.getByLabel('Password', { exact: true }).press('Enter');
  await seen(button(phone, 'Log in'));
  await logIn(laptop, 'eve', 'five loud orange deserts');
  await seen(laptop.getByText('User name or password is wrong.'));
});

test('where only accounts may join, the door asks for one and stays the door', async () => {
  const host = await device('/', WIDE, closed.url);
  await register(host, 'frank', 'Frank');
  const path = await create(host, 'Members only');
  const guest = await device(path, PHONE, closed.url);
  await seen(guest.getByText('Only people with an account come in here.', { exact: false }));
  expect(await guest.getByLabel('Your name').count()).toBe(0);
  await inspect(guest, '91-door-for-accounts');
  await register(guest, 'hedy', 'Hedy');
  expect(await guest.getByLabel('Your name').inputValue()).toBe('Hedy');
  await button(guest, 'Join').click();
  await seen(people(host).getByText('Hedy', { exact: true }));
});

test('a server without accounts shows nothing of them', async () => {
  const context = await browser.newContext({ locale: 'en-GB', ...WIDE });
  contexts.push(context);
  const offer = { accounts: false, registration: false, provider: false, join: 'everybody' };
  await context.route('**/v1/accounts', (route) => route.fulfill({ json: offer }));
  const answered = context.waitForEvent('response', (response) => response.url().endsWith('/v1/accounts'));
  const page = await openTab(context, server.url);
  await answered;
  await seen(button(page, 'Start the meeting'));
  expect(await page.getByText(/log in|account of/i).count()).toBe(0);
});

test('a server that takes no new accounts only lets log in', async () => {
  const context = await browser.newContext({ locale: 'en-GB', ...WIDE });
  contexts.push(context);
  const offer = { accounts: true, registration: false, provider: false, join: 'everybody' };
  await context.route('**/v1/accounts', (route) => route.fulfill({ json: offer }));
  const page = await openTab(context, server.url);
  await button(page, 'Log in').click();
  await seen(dialog(page, 'Log in').getByLabel('User name'));
  expect(await page.getByText('Register').count()).toBe(0);
});

test('all of it is at home on a phone, in the dark and in Chinese', async () => {
  const page = await device('/', { ...PHONE, ...DARK, locale: 'zh-CN' });
  await button(page, '登录').click();
  await page.getByRole('tab', { name: '注册' }).click();
  await page.getByLabel('用户名').fill('wolfeschlegelstein');
  await page.getByLabel('名字', { exact: true }).fill('Wolfeschlegelsteinhausenbergerdorff');
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await inspect(page, '92-register-phone-dark');
  await button(page, '创建账号').click();
  await button(page, 'Wolfeschlegelsteinhausenbergerdorff 的账号').click();
  await page.getByRole('menuitem', { name: '账号' }).click();
  await seen(page.getByRole('dialog', { name: '账号' }).getByText('此设备'));
  await inspect(page, '93-account-sheet-phone-dark');
});

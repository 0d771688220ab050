import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { inspect, openTab, takeFaults } from './support/page.ts';
import { UNLIMITED } from './support/people.ts';
import { photo } from './support/photo.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let browser: Browser;
/** Each person has a browser of their own. */
let contexts: BrowserContext[] = [];
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ vars: UNLIMITED }), launchBrowser()]);
});
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
  expect(takeFaults()).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

type Look = Parameters<Browser['newContext']>[0];
const WIDE = { viewport: { width: 1440, height: 900 } };
const TABLET = { viewport: { width: 768, height: 1024 } };
const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };
const DARK = { colorScheme: 'dark' } as const;
/** What browsers write into the console about an answer that refuses. */
const REFUSED = /status of 4\d\d|ERR_FAILED/;
const PASSWORD = 'four quiet violet rivers';

const seen = (locator: Locator) => locator.waitFor({ state: 'visible' });
const gone = (locator: Locator) => locator.waitFor({ state: 'hidden' });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const tab = (page: Page, name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) });
const listed = (page: Page, list: string, name: string) =>
  page.getByRole('list', { name: list, exact: true }).getByRole('link', { name: new RegExp(`^${name}`) });
const bubble = (page: Page, text: string) =>
  page.getByRole('main').getByRole('listitem').filter({ hasText: text });
const titleOf = (page: Page) => expect.poll(() => page.title());

/** Somebody who is new, with the people's page open. */
async function person(userName: string, name: string, look: Look = WIDE): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', ...look });
  contexts.push(context);
  // A handle to cut the socket.
  await context.addInitScript(() => {
    const sockets: WebSocket[] = [];
    const Native = WebSocket;
    globalThis.WebSocket = class extends Native {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    };
    Object.assign(globalThis, { cut: () => sockets.at(-1)?.close(4999) });
  });
  const page = await openTab(context, server.url, REFUSED);
  await button(page, 'Log in').click();
  const box = page.getByRole('dialog');
  await box.getByRole('tab', { name: 'Register' }).click();
  await box.getByLabel('User name').fill(userName);
  await box.getByLabel('Name', { exact: true }).fill(name);
  await box.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(page, 'Make the account').click();
  await page.getByRole('link', { name: 'People and chats' }).click();
  await seen(tab(page, 'Chats'));
  return page;
}

async function ask(page: Page, userName: string, name: string, note = ''): Promise<void> {
  await tab(page, 'People').click();
  await button(page, 'Find people').click();
  await page.getByLabel('User name').fill(userName);
  await page.getByLabel('User name').press('Enter');
  await page.getByLabel('A word with it').fill(note);
  await button(page, `Ask to be contacts with ${name}`).click();
  await seen(page.getByText(`You have asked ${name}.`).first());
  await page.keyboard.press('Escape');
  await gone(page.getByRole('dialog', { name: 'Find people' }));
}

async function becomeContacts(a: Page, b: Page, userName: string, names: readonly [string, string]) {
  await ask(a, userName, names[1]);
  await tab(b, 'People').click();
  await button(b, `Accept ${names[0]}`).click();
  await seen(listed(a, 'People', names[1]));
}

async function write(page: Page, to: string, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: to, exact: true });
  await field.fill(text);
  await button(page, 'Send').click();
  await seen(bubble(page, text));
}

/** What the page takes for the window being hidden, or seen again. */
const hide = (page: Page, hidden: boolean) =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

test('two people find each other, ask and accept', async () => {
  const ada = await person('ada', 'Ada Lovelace');
  const ben = await person('ben', 'Ben Okri', { ...PHONE, ...DARK });
  await tab(ada, 'People').click();
  await seen(ada.getByText('You have no contacts yet.'));
  await inspect(ada, '100-people-empty');
  await button(ada, 'Find people').click();
  await ada.getByLabel('User name').fill('nobody-at-all');
  await button(ada, 'Find').click();
  await seen(ada.getByText('Nobody is called that here.'));
  await ada.getByLabel('User name').fill('BEN');
  await button(ada, 'Find').click();
  await ada.getByLabel('A word with it').fill('We met at the library.');
  await inspect(ada, '101-found');
  await button(ada, 'Ask to be contacts with Ben Okri').click();
  await ada.keyboard.press('Escape');
  await seen(button(ada, 'Take back the question to Ben Okri'));

  await titleOf(ben).toMatch(/^\(1\) /);
  await seen(ben.getByRole('link', { name: 'People and chats: 1 new' }));
  await ben.getByRole('tab', { name: 'People 1 request' }).click();
  await seen(ben.getByText('We met at the library.'));
  await inspect(ben, '102-request-phone-dark');
  await button(ben, 'Accept Ada Lovelace').click();
  await seen(listed(ben, 'People', 'Ada Lovelace').filter({ hasText: 'here' }));
  await titleOf(ben).not.toMatch(/^\(/);
  await seen(listed(ada, 'People', 'Ben Okri').filter({ hasText: 'here' }));

  // Whoever hides the page is away, and back with it; whoever shows nothing is not here at all.
  await hide(ben, true);
  await seen(listed(ada, 'People', 'Ben Okri').filter({ hasText: 'away' }));
  await inspect(ada, '103-contact-away');
  await hide(ben, false);
  await seen(listed(ada, 'People', 'Ben Okri').filter({ hasText: 'here' }));
  await button(ben, 'Account of Ben Okri').click();
  await ben.getByRole('menuitem', { name: 'Account' }).click();
  await ben.getByRole('switch', { name: 'Show others when I am here' }).click();
  await seen(listed(ada, 'People', 'Ben Okri').filter({ hasText: 'not here' }));
});

test('messages arrive, are counted, read, changed and taken back', async () => {
  const ada = await person('ada2', 'Ada Lovelace');
  const ben = await person('ben2', 'Ben Okri', { ...PHONE, ...DARK });
  await becomeContacts(ada, ben, 'ben2', ['Ada Lovelace', 'Ben Okri']);
  await ben.goto('about:blank');
  await listed(ada, 'People', 'Ben Okri').click();
  await write(ada, 'Write to Ben Okri', 'Did you get the drawings?');
  await write(ada, 'Write to Ben Okri', 'They are long.');
  await seen(bubble(ada, 'They are long.').getByText('Sent', { exact: true }));

  await ben.goto(server.url);
  await titleOf(ben).toMatch(/^\(2\) /);
  await ben.getByRole('link', { name: 'People and chats: 2 new' }).click();
  await seen(listed(ben, 'Chats', 'Ada Lovelace').filter({ hasText: '2 new messages' }));
  await seen(bubble(ada, 'They are long.').getByText('Delivered', { exact: true }));
  await inspect(ben, '104-unread-phone-dark');
  await listed(ben, 'Chats', 'Ada Lovelace').click();
  await seen(ben.getByRole('listitem').filter({ hasText: /^New messages$/ }));
  await seen(bubble(ada, 'They are long.').getByText('Read', { exact: true }));
  await titleOf(ben).not.toMatch(/^\(/);
  await inspect(ben, '105-conversation-phone-dark');

  await write(ben, 'Write to Ada Lovelace', 'A thousand numbers is a lot of brass.');
  const theirs = bubble(ada, 'A thousand numbers');
  await theirs.hover();
  await theirs.getByRole('button', { name: 'Actions for the message of Ben Okri' }).click();
  await ada.getByRole('menuitem', { name: 'Reply' }).click();
  await write(ada, 'Write to Ben Okri', 'We begin with a hundred.');
  await seen(ben.getByRole('button', { name: 'In reply to You: A thousand numbers is a lot of brass.' }));

  const mine = bubble(ada, 'They are long.');
  await mine.hover();
  await mine.getByRole('button', { name: 'Actions for the message of You' }).click();
  await ada.getByRole('menuitem', { name: 'Edit…' }).click();
  await ada.getByLabel('New text').fill('They are long ones.');
  await button(ada, 'Save').click();
  await seen(bubble(ben, 'They are long ones.').getByText('(edited)'));
  const edited = bubble(ada, 'They are long ones.');
  await edited.hover();
  await edited.getByRole('button', { name: 'Actions for the message of You' }).click();
  await ada.getByRole('menuitem', { name: 'Delete' }).click();
  await ada.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await seen(ben.getByText('This message was deleted.'));

  await ada.locator('input[type=file]').setInputFiles({
    name: 'engine.png',
    mimeType: 'image/png',
    buffer: photo(),
  });
  await ada.getByRole('textbox', { name: 'Caption of engine.png' }).fill('The evening before');
  await button(ada, 'Send').click();
  await ben
    .getByRole('button', { name: 'Picture from Ada Lovelace: The evening before. Show large' })
    .click();
  const large = ben.getByRole('dialog').getByRole('img');
  await expect
    .poll(() => large.evaluate((e) => e instanceof HTMLImageElement && e.naturalWidth > 0))
    .toBe(true);
  await ben.keyboard.press('Escape');
  await inspect(ada, '106-conversation');

  // On a phone the conversation takes the place of the list, and gives it back.
  await button(ben, 'Back to the list').click();
  await seen(listed(ben, 'Chats', 'Ada Lovelace').filter({ hasText: 'The evening before' }));

  await button(ada, 'Actions for Ben Okri').click();
  await ada.getByRole('menuitem', { name: 'Block…' }).click();
  await ada.getByRole('alertdialog').getByRole('button', { name: 'Block' }).click();
  await seen(ada.getByText('You have blocked Ben Okri. Unblock to write.'));
  expect(await ada.getByRole('textbox', { name: 'Write to Ben Okri' }).count()).toBe(0);
  await inspect(ada, '107-blocked');
  await button(ada, 'Unblock Ben Okri').click();
  await seen(ada.getByRole('textbox', { name: 'Write to Ben Okri' }));
});

test('what is written without a connection waits, and arrives once', async () => {
  const ada = await person('ada7', 'Ada Lovelace');
  const ben = await person('ben7', 'Ben Okri', TABLET);
  await becomeContacts(ada, ben, 'ben7', ['Ada Lovelace', 'Ben Okri']);
  await listed(ada, 'People', 'Ben Okri').click();
  await listed(ben, 'People', 'Ada Lovelace').click();
  // No ticket, no socket: the one that stands is cut as a bad network would.
  await ada.route('**/v1/me/connect', (route) => route.abort());
  await ada.reload();
  await seen(ada.getByText("Your chats can't be reached"));
  await ada.unroute('**/v1/me/connect');
  await button(ada, 'Try again').click();
  await seen(ada.getByRole('textbox', { name: 'Write to Ben Okri' }));

  await ada.route('**/v1/me/connect', (route) => route.abort());
  await ada.evaluate(() => (globalThis as unknown as { cut(): void }).cut());
  await seen(ada.getByText('No connection. What you write is kept and sent then.'));
  await write(ada, 'Write to Ben Okri', 'Written in the tunnel');
  await seen(bubble(ada, 'Written in the tunnel').getByText('Waiting for the connection'));
  await inspect(ada, '120-no-connection');
  await ada.unroute('**/v1/me/connect');
  await seen(bubble(ben, 'Written in the tunnel'));
  await gone(ada.getByText('No connection. What you write is kept and sent then.'));
  await seen(bubble(ada, 'Written in the tunnel').getByText('Read', { exact: true }));
  expect(await bubble(ada, 'Written in the tunnel').count()).toBe(1);
  expect(await bubble(ben, 'Written in the tunnel').count()).toBe(1);
});

test('a call rings on all devices until one of them answers', async () => {
  const ada = await person('ada3', 'Ada Lovelace');
  const ben = await person('ben3', 'Ben Okri', { ...PHONE, ...DARK });
  await becomeContacts(ada, ben, 'ben3', ['Ada Lovelace', 'Ben Okri']);
  const [, context] = contexts;
  if (context === undefined) throw new Error('Ben has a browser');
  const second = await openTab(context, server.url, REFUSED);
  await seen(second.getByRole('link', { name: /^People and chats/ }));
  // Above whatever else is asked there.
  await button(second, 'Account of Ben Okri').click();
  await second.getByRole('menuitem', { name: 'Account' }).click();
  await seen(second.getByRole('dialog', { name: 'Account' }));
  await listed(ada, 'People', 'Ben Okri').click();
  await button(ada, 'Call Ben Okri').click();
  await seen(ada.getByText('Calling Ben Okri…'));
  const rings = (page: Page) => page.getByRole('alertdialog', { name: 'Ada Lovelace is calling' });
  await Promise.all([seen(rings(ben)), seen(rings(second))]);
  await titleOf(ben).toMatch(/^Ada Lovelace is calling · /);
  await inspect(ben, '108-ring-phone-dark');
  await button(ben, 'Ring without a sound').click();
  await button(second, 'Decline').click();
  await Promise.all([gone(rings(ben)), gone(rings(second))]);
  await seen(ada.getByText('Ben Okri has declined.'));
  await titleOf(ben).not.toMatch(/is calling/);

  // Once more, and out of the room: whoever is in it can call others in.
  await button(ada, 'Invite').click();
  await button(ada, 'Call Ben Okri in').click();
  await ada.keyboard.press('Escape');
  await seen(rings(ben));
  await seen(button(ben, 'Ring with a sound'));
  await button(ben, 'Accept').click();
  await seen(ben.getByRole('heading', { name: 'Ada Lovelace and Ben Okri' }));
  await gone(rings(second));
  await seen(ada.getByText('Ben Okri is coming.'));
  await seen(ada.getByRole('complementary', { name: 'People' }).getByText('Ben Okri'));
  await inspect(ben, '109-called-in-phone-dark');

  await button(ada, 'Add to favourites').click();
  await ada.getByRole('button', { name: 'Actions for Ben Okri' }).click();
  await seen(ada.getByRole('menuitem', { name: 'Open the chat' }));
  await ada.keyboard.press('Escape');
  await ada.goto(server.url);
  const rooms = ada.getByRole('region', { name: 'Your rooms' });
  await seen(rooms.getByRole('region', { name: 'Favourites' }).getByText('Ada Lovelace and Ben Okri'));
  await seen(rooms.getByRole('region', { name: 'Rooms you opened' }).getByText('Ada Lovelace and Ben Okri'));
  await inspect(ada, '110-home-rooms');
  await button(ada, 'Take Ada Lovelace and Ben Okri out of favourites').click();
  await gone(rooms.getByRole('region', { name: 'Favourites' }));
});

test('a group is made, people come in, write, meet and leave', async () => {
  const ada = await person('ada4', 'Ada Lovelace', { ...WIDE, ...DARK });
  const ben = await person('ben4', 'Ben Okri', PHONE);
  const cleo = await person('cleo4', 'Cleo Smith', TABLET);
  await becomeContacts(ada, ben, 'ben4', ['Ada Lovelace', 'Ben Okri']);
  await becomeContacts(ada, cleo, 'cleo4', ['Ada Lovelace', 'Cleo Smith']);
  await tab(ada, 'Groups').click();
  await button(ada, 'New group').click();
  await button(ada, 'Make the group').click();
  await seen(ada.getByText('Give a name.'));
  await ada.getByLabel('Name of the group').fill('Engine builders');
  await button(ada, 'Make the group').click();
  await seen(ada.getByRole('heading', { name: 'Engine builders' }));
  await button(ada, 'Invite').click();
  await button(ada, 'Invite Ben Okri').click();
  await button(ada, 'Invite Cleo Smith').click();
  await seen(ada.getByText('Cleo Smith is invited.'));
  await ada.keyboard.press('Escape');

  await ben.getByRole('tab', { name: 'Groups 1 new' }).click();
  await inspect(ben, '111-invitation-phone');
  await button(ben, 'Accept the invitation to Engine builders').click();
  await seen(listed(ben, 'Groups', 'Engine builders'));
  await tab(cleo, 'Groups').click();
  await button(cleo, 'Accept the invitation to Engine builders').click();
  await listed(cleo, 'Groups', 'Engine builders').click();
  await write(ada, 'Write a message', 'Welcome, both of you.');
  await write(cleo, 'Write a message', 'When do we begin?');
  await inspect(cleo, '112-group-tablet');

  // Who has it not open is told that there is something new, and what.
  await seen(listed(ben, 'Groups', 'Engine builders').filter({ hasText: 'Cleo Smith: When do we begin?' }));
  await seen(listed(ben, 'Groups', 'Engine builders').filter({ hasText: '2 new messages' }));
  await titleOf(ben).toMatch(/^\(2\) /);
  await listed(ben, 'Groups', 'Engine builders').click();
  await seen(ben.getByText('When do we begin?'));
  await titleOf(ben).not.toMatch(/^\(/);

  await button(ada, 'People of the group: 3').click();
  await ada.getByRole('button', { name: 'Actions for Cleo Smith' }).click();
  await ada.getByRole('menuitemradio', { name: 'Administrator' }).click();
  await seen(
    ada
      .getByRole('listitem')
      .filter({ hasText: 'Cleo Smith' })
      .getByText(/Administrator/),
  );
  await inspect(ada, '113-group-people-dark');
  await ada.keyboard.press('Escape');
  await button(ada, 'Settings of the group').click();
  await ada.getByRole('switch', { name: 'Announcements only' }).click();
  await inspect(ada, '114-group-settings-dark');
  await seen(ben.getByText('Only the owner and administrators write here.'));
  await ada.keyboard.press('Escape');

  await button(cleo, 'Start meeting').click();
  const rings = (page: Page) =>
    page.getByRole('alertdialog', { name: 'Cleo Smith starts a meeting in Engine builders' });
  await Promise.all([seen(rings(ada)), seen(rings(ben))]);
  await inspect(ben, '115-group-ring-phone');
  await button(ben, 'Decline').click();
  await gone(rings(ben));
  await seen(button(ben, 'Join meeting'));
  await inspect(ben, '116-group-meeting-phone');
  await button(ada, 'Accept').click();
  await seen(ada.getByRole('complementary', { name: 'People' }).getByText('Cleo Smith'));
  await button(ben, 'Join meeting').click();
  await seen(ada.getByRole('complementary', { name: 'People' }).getByText('Ben Okri'));

  await ben.getByRole('link', { name: 'Chat of Engine builders' }).click();
  await button(ben, 'Settings of the group').click();
  await button(ben, 'Leave the group…').click();
  await ben.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
  await tab(ben, 'Groups').click();
  await seen(ben.getByText('You are in no group yet.'));
});

test('who wants to come into a group is let in, and put out again', async () => {
  const ada = await person('ada8', 'Ada Lovelace');
  const ben = await person('ben8', 'Ben Okri', PHONE);
  await tab(ada, 'Groups').click();
  await button(ada, 'New group').click();
  await ada.getByLabel('Name of the group').fill('Library');
  await ada.getByLabel('Who may come in').selectOption('Whoever asks and is accepted');
  await button(ada, 'Make the group').click();
  await seen(ada.getByRole('heading', { name: 'Library' }));
  const link = ada.url();

  await ben.goto(link);
  await seen(ben.getByText('You are not in this group.'));
  await inspect(ben, '121-group-outside-phone');
  await button(ben, 'Ask to come in').click();
  await seen(ben.getByText('You have asked. Wait until somebody lets you in.'));
  await button(ada, 'People of the group: 1').click();
  await button(ada, 'Let in Ben Okri').click();
  await seen(ben.getByRole('textbox', { name: 'Write a message' }));
  await write(ben, 'Write a message', 'Is the atlas in?');
  await gone(button(ada, 'Let in Ben Okri'));

  await button(ada, 'Actions for Ben Okri').click();
  await ada.getByRole('menuitem', { name: 'Put out…' }).click();
  await ada.getByRole('alertdialog').getByRole('button', { name: 'Put out' }).click();
  await seen(ben.getByText('The connection to the group is gone'));
  await button(ben, 'Open it again').click();
  await seen(ben.getByText('You are not in this group.'));

  await ada.keyboard.press('Escape');
  await button(ada, 'Settings of the group').click();
  await button(ada, 'Delete the group…').click();
  await button(ada, 'Delete for good').click();
  await seen(ada.getByText('You are in no group yet.'));
});

test('guests see nothing of it, and who is logged out neither', async () => {
  const context = await browser.newContext({ locale: 'en-GB', ...WIDE });
  contexts.push(context);
  const loaded: string[] = [];
  context.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  const guest = await openTab(context, server.url, REFUSED);
  await seen(button(guest, 'Log in'));
  expect(await guest.getByRole('link', { name: /People and chats/ }).count()).toBe(0);
  expect(loaded.filter((path) => /\/(parts|people-page)-/.test(path))).toEqual([]);
  await guest.goto(`${server.url}/people`);
  await seen(guest.getByText('Log in to see your contacts, chats and groups.'));
  await inspect(guest, '117-guest');

  const hedy = await person('hedy5', 'Hedy Lamarr');
  await button(hedy, 'Account of Hedy Lamarr').click();
  await hedy.getByRole('menuitem', { name: 'Log out' }).click();
  await seen(hedy.getByText('Log in to see your contacts, chats and groups.'));
  expect(await hedy.getByRole('link', { name: /People and chats/ }).count()).toBe(0);
});

test('where a part of the page can not be had, it is offered to load the page anew', async () => {
  const ada = await person('ada9', 'Ada Lovelace');
  await ada.goto(server.url);
  // As it is without a network, and after another version was deployed.
  await ada.route('**/assets/people-page-*', (route) => route.abort());
  await ada.getByRole('link', { name: 'People and chats' }).click();
  await seen(ada.getByText("The server can't be reached."));
  await ada.unroute('**/assets/people-page-*');
  await button(ada, 'Try again').click();
  await seen(tab(ada, 'Chats'));
});

test('all of it fits on the narrowest phone, in Chinese', async () => {
  const narrow = { ...PHONE, viewport: { width: 320, height: 640 }, locale: 'zh-CN' };
  const context = await browser.newContext(narrow);
  contexts.push(context);
  const page = await openTab(context, server.url, REFUSED);
  await button(page, '登录').click();
  await page.getByRole('tab', { name: '注册' }).click();
  await page.getByLabel('用户名').fill('wolfe6');
  await page.getByLabel('名字', { exact: true }).fill('Wolfeschlegelsteinhausenbergerdorff');
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await button(page, '创建账号').click();
  await page.getByRole('link', { name: '联系人与聊天' }).click();
  const ada = await person('ada6', 'Ada Lovelace');
  await ask(ada, 'wolfe6', 'Wolfeschlegelsteinhausenbergerdorff');
  await page.getByRole('tab', { name: /^联系人/ }).click();
  await inspect(page, '118-request-narrow');
  await button(page, '接受 Ada Lovelace').click();
  await page
    .getByRole('list', { name: '联系人' })
    .getByRole('link', { name: /^Ada Lovelace/ })
    .click();
  await page.getByRole('textbox', { name: '给 Ada Lovelace 写消息' }).fill('你好');
  await button(page, '发送').click();
  await seen(bubble(page, '你好'));
  await inspect(page, '119-conversation-narrow');
});

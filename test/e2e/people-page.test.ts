// People and their chats, as the page shows them: finding each other, messages, calls.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { button, cut, gone, inspect, openTab, seen, takeFaults } from './support/page.ts';
import { PASSWORD, UNLIMITED } from './support/people.ts';
import {
  askOn,
  becomeContacts,
  bubble,
  DARK,
  Everybody,
  LAPTOP,
  listed,
  PHONE,
  REFUSED,
  TABLET,
  tab,
  titleOf,
  writeOn,
} from './support/people-page.ts';
import { photo } from './support/photo.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let browser: Browser;
let everybody: Everybody;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ vars: UNLIMITED }), launchBrowser()]);
  everybody = new Everybody(browser, server.url);
});
afterEach(async () => {
  await everybody.close();
  expect(takeFaults()).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** What the page takes for the window being hidden, or seen again. */
const hide = (page: Page, hidden: boolean) =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

test('two people find each other, ask and accept', async () => {
  const ada = await everybody.person('ada', 'Ada Lovelace');
  const ben = await everybody.person('ben', 'Ben Okri', { ...PHONE, ...DARK });
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
  const ada = await everybody.person('ada2', 'Ada Lovelace');
  const ben = await everybody.person('ben2', 'Ben Okri', { ...PHONE, ...DARK });
  await becomeContacts(ada, ben, 'ben2', ['Ada Lovelace', 'Ben Okri']);
  await ben.goto('about:blank');
  await listed(ada, 'People', 'Ben Okri').click();
  await writeOn(ada, 'Write to Ben Okri', 'Did you get the drawings?');
  await writeOn(ada, 'Write to Ben Okri', 'They are long.');
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

  await writeOn(ben, 'Write to Ada Lovelace', 'A thousand numbers is a lot of brass.');
  const theirs = bubble(ada, 'A thousand numbers');
  await theirs.hover();
  await theirs.getByRole('button', { name: 'Actions for the message of Ben Okri' }).click();
  await ada.getByRole('menuitem', { name: 'Reply' }).click();
  await writeOn(ada, 'Write to Ben Okri', 'We begin with a hundred.');
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
  const ada = await everybody.person('ada7', 'Ada Lovelace');
  const ben = await everybody.person('ben7', 'Ben Okri', TABLET);
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
  await cut(ada);
  await seen(ada.getByText('No connection. What you write is kept and sent then.'));
  await writeOn(ada, 'Write to Ben Okri', 'Written in the tunnel');
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
  const ada = await everybody.person('ada3', 'Ada Lovelace');
  const ben = await everybody.person('ben3', 'Ben Okri', { ...PHONE, ...DARK });
  await becomeContacts(ada, ben, 'ben3', ['Ada Lovelace', 'Ben Okri']);
  const second = await openTab(ben.context(), server.url, REFUSED);
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

test('guests see nothing of it, and who is logged out neither', async () => {
  const context = await everybody.browser(LAPTOP);
  const loaded: string[] = [];
  context.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  const guest = await openTab(context, server.url, REFUSED);
  await seen(button(guest, 'Log in'));
  expect(await guest.getByRole('link', { name: /People and chats/ }).count()).toBe(0);
  expect(loaded.filter((path) => /\/(parts|people-page)-/.test(path))).toEqual([]);
  await guest.goto(`${server.url}/people`);
  await seen(guest.getByText('Log in to see your contacts, chats and groups.'));
  await inspect(guest, '117-guest');

  const hedy = await everybody.person('hedy5', 'Hedy Lamarr');
  await button(hedy, 'Account of Hedy Lamarr').click();
  await hedy.getByRole('menuitem', { name: 'Log out' }).click();
  await seen(hedy.getByText('Log in to see your contacts, chats and groups.'));
  expect(await hedy.getByRole('link', { name: /People and chats/ }).count()).toBe(0);
});

test('where a part of the page can not be had, it is offered to load the page anew', async () => {
  const ada = await everybody.person('ada9', 'Ada Lovelace');
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
  const context = await everybody.browser(narrow);
  const page = await openTab(context, server.url, REFUSED);
  await button(page, '登录').click();
  await page.getByRole('tab', { name: '注册' }).click();
  await page.getByLabel('用户名').fill('wolfe6');
  await page.getByLabel('名字', { exact: true }).fill('Wolfeschlegelsteinhausenbergerdorff');
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await button(page, '创建账号').click();
  await page.getByRole('link', { name: '联系人与聊天' }).click();
  const ada = await everybody.person('ada6', 'Ada Lovelace');
  await askOn(ada, 'wolfe6', 'Wolfeschlegelsteinhausenbergerdorff');
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

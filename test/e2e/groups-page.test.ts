// Groups, as the page shows them: made, joined by invitation or by asking, written in, met in, left and deleted.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { button, gone, inspect, seen, takeFaults } from './support/page.ts';
import { UNLIMITED } from './support/people.ts';
import {
  becomeContacts,
  DARK,
  Everybody,
  LAPTOP,
  listed,
  PHONE,
  TABLET,
  tab,
  titleOf,
  writeOn,
} from './support/people-page.ts';
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

test('a group is made, people come in, write, meet and leave', async () => {
  const ada = await everybody.person('ada4', 'Ada Lovelace', { ...LAPTOP, ...DARK });
  const ben = await everybody.person('ben4', 'Ben Okri', PHONE);
  const cleo = await everybody.person('cleo4', 'Cleo Smith', TABLET);
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
  await writeOn(ada, 'Write a message', 'Welcome, both of you.');
  await writeOn(cleo, 'Write a message', 'When do we begin?');
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
  const ada = await everybody.person('ada8', 'Ada Lovelace');
  const ben = await everybody.person('ben8', 'Ben Okri', PHONE);
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
  await writeOn(ben, 'Write a message', 'Is the atlas in?');
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

// A meeting of people who see one another: what each does, the other has before them.
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { create, enter, field, joinByCode, meet, people, said, say } from './support/meeting-page.ts';
import { gone, inspect, openTab, seen, takeFaults } from './support/page.ts';
import { photo } from './support/photo.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});
afterEach(async () => {
  await context.close();
  expect(takeFaults()).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

const begin = async (expected?: RegExp) => {
  context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
  return meet(context, server.url, expected);
};

test('two tabs hold a meeting, from its creation to its end', async () => {
  context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
  const ada = await openTab(context, server.url);
  await inspect(ada, '01-home');
  const code = await create(ada, 'Monday planning', 'Ada');
  await inspect(ada, '02-created');
  const hostKey = (await ada.getByRole('status', { name: 'Host key' }).textContent()) ?? '';
  expect(hostKey.length).toBeGreaterThan(16);
  await enter(ada);

  // Ben comes by the code as somebody reads it aloud, in a tab of the same browser, and is no host for that.
  const ben = await openTab(context, server.url, /403/);
  await ben.getByLabel('Code or link').fill(code.toUpperCase().replaceAll('-', ' '));
  await ben.getByRole('button', { name: 'Go to the room' }).click();
  await seen(ben.getByRole('heading', { name: 'Join Monday planning' }));
  await seen(ben.getByText('One person is here.'));
  await inspect(ben, '03-door');
  await ben.getByLabel('Your name').fill('Ben');
  await ben.getByRole('button', { name: 'Join', exact: true }).click();
  await seen(people(ada).getByText('Ben', { exact: true }));
  await seen(said(ada, 'Ben joined'));
  expect(await ben.getByRole('button', { name: "Host's tools" }).count()).toBe(0);

  await ada.bringToFront();
  await say(ada, 'Hello Ben');
  await seen(said(ben, 'Hello Ben'));
  await ben.bringToFront();
  await say(ben, 'Hello Ada');
  await seen(said(ada, 'Hello Ada'));

  // A photo, with a caption.
  await ben
    .locator('input[type=file]')
    .setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: photo() });
  await ben.getByLabel('Caption of photo.png').fill('Where we met');
  await ben.getByRole('button', { name: 'Send', exact: true }).click();
  const shared = ada.getByRole('button', { name: 'Picture from Ben: Where we met. Show large' });
  await seen(shared);
  await shared.locator('img').evaluate((image) => (image as HTMLImageElement).decode());
  await inspect(ada, '04-room');
  await shared.click();
  const large = ada.getByRole('dialog').getByRole('img');
  await large.evaluate((image) => (image as HTMLImageElement).decode());
  await inspect(ada, '05-picture');
  await ada.bringToFront();
  await ada.keyboard.press('Escape');

  // Ada takes away the others' right to speak.
  await ada.getByRole('button', { name: "Host's tools" }).click();
  const chatSwitch = ada.getByRole('switch', { name: 'Write in the chat' });
  await chatSwitch.click();
  await ada.getByRole('switch', { name: 'Write to one person' }).click();
  await seen(ben.getByText('The chat is off, but you can ask the hosts: choose them under To.'));
  await inspect(ada, '06-host');
  await inspect(ben, '07-chat-off');
  expect(await field(ben).isDisabled()).toBe(true);
  expect(await send(ben, code, { t: 'chat.send', body: { kind: 'text', text: 'Let me!' } })).toMatchObject({
    status: 403,
    code: 'not_allowed',
  });
  await chatSwitch.click();
  await ada.keyboard.press('Escape');
  await ben.bringToFront();
  await say(ben, 'Thank you');
  await seen(said(ada, 'Thank you'));
  expect(await said(ada, 'Let me!').count()).toBe(0);

  // Ben goes and comes back; Ada sees both.
  await ben.getByRole('button', { name: 'Leave' }).click();
  await seen(ben.getByRole('heading', { name: 'You have left' }));
  await seen(said(ada, 'Ben left'));
  await inspect(ben, '08-left');
  await ben.getByRole('button', { name: 'Come back' }).click();
  await seen(people(ada).getByText('Ben', { exact: true }));

  // Ada ends it, and still gets the list of who was there.
  await ada.bringToFront();
  await ada.getByRole('button', { name: "Host's tools" }).click();
  const list = await download(ada, 'Download as a table (CSV)');
  expect(list.name).toBe(`attendance-${code}.csv`);
  expect(list.text).toMatch(/Ada.*host/);
  expect(list.text.match(/Ben/g)?.length).toBeGreaterThanOrEqual(2);
  await ada.getByRole('button', { name: 'End the meeting' }).click();
  await inspect(ada, '09-end');
  await ada.getByRole('button', { name: 'End it for everybody' }).click();
  for (const page of [ada, ben]) await seen(page.getByRole('heading', { name: 'The meeting has ended' }));
  await inspect(ada, '10-ended-host');
  await inspect(ben, '11-ended');
  expect(JSON.parse((await download(ada, 'Download as JSON')).text)).toMatchObject({ room: { code } });

  // Nobody comes back.
  await ben.goto(`${server.url}/r/${code}`);
  await seen(ben.getByRole('heading', { name: 'This meeting has ended' }));
});

/** Sends a command past the page, as somebody might who does not mind a grey field. */
async function send(page: Page, code: string, command: object): Promise<unknown> {
  return page.evaluate(
    async ({ room, body }) => {
      const response = await fetch(`/v1/rooms/${room}/commands`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${sessionStorage.getItem(`parley.member.${room}`)}`,
        },
        body: JSON.stringify(body),
      });
      return { ...((await response.json()) as object), status: response.status };
    },
    { room: code, body: command },
  );
}

async function download(page: Page, button: string): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
}

test('a reload is the same person, and the newer of two tabs of one person has the seat', async () => {
  const { ada, ben, code } = await begin();
  await say(ben, 'Before');
  await seen(said(ada, 'Before'));
  await ben.reload();
  await seen(said(ben, 'Before'));
  await seen(people(ben).getByText('Ben (you)'));
  expect(await people(ada).getByRole('listitem').count()).toBe(2);

  // The same seat in another tab: as when a browser duplicates one.
  const token = await ben.evaluate((key) => sessionStorage.getItem(key), `parley.member.${code}`);
  const twin = await openTab(context, server.url);
  await twin.evaluate(
    ([key, value]) => sessionStorage.setItem(key ?? '', value ?? ''),
    [`parley.member.${code}`, token],
  );
  await twin.goto(`${server.url}/r/${code}`);
  await seen(people(twin).getByText('Ben (you)'));
  await seen(ben.getByRole('heading', { name: 'You are in this meeting somewhere else' }));
  await inspect(ben, '12-replaced');
  await ben.bringToFront();
  await ben.getByRole('button', { name: 'Go on here' }).click();
  await seen(said(ben, 'Before'));
});

test('one person is given the word while all are muted, is written to alone, mentioned and renamed', async () => {
  const { ada, ben } = await begin();
  await ada.bringToFront();
  await ada.getByRole('button', { name: "Host's tools" }).click();
  await ada.getByRole('switch', { name: 'Write in the chat' }).click();
  await ada.getByRole('switch', { name: 'Turn the camera on' }).click();
  await ada.keyboard.press('Escape');
  await seen(
    ben.getByText('The chat is off, but you can ask the hosts or write to one person: choose whom under To.'),
  );
  await expect.poll(() => ben.getByRole('button', { name: 'Camera' }).isDisabled()).toBe(true);

  await ada.getByRole('button', { name: 'Actions for Ben' }).click();
  await ada.getByRole('menuitem', { name: 'Rights…' }).click();
  await seen(ada.getByRole('dialog', { name: 'Rights of Ben' }));
  await inspect(ada, '13-rights');
  await ada.getByRole('group', { name: 'Write in the chat' }).getByText('Allow').click();
  await ada.keyboard.press('Escape');
  await seen(said(ben, 'The host allows you: Write in the chat'));
  await ben.bringToFront();
  await say(ben, 'I have the word');
  await ada.bringToFront();
  await seen(said(ada, 'I have the word'));

  await ada.getByRole('button', { name: 'Actions for Ben' }).click();
  await ada.getByRole('menuitem', { name: 'Write privately' }).click();
  await ada.getByRole('textbox', { name: 'Write to Ben alone' }).fill('Between us');
  await ada.keyboard.press('Enter');
  await seen(said(ben, 'Between us'));
  await seen(ben.getByLabel('Messages').getByText('Only to you'));
  await ada.getByLabel('To', { exact: true }).selectOption('Everybody');

  await field(ada).pressSequentially('Thanks @be');
  await seen(ada.getByRole('listbox', { name: 'People to mention' }).getByRole('option', { name: 'Ben' }));
  await inspect(ada, '14-mention');
  await ada.keyboard.press('Enter');
  await ada.keyboard.press('Enter');
  await seen(ben.getByLabel('Messages').getByText('@Ben', { exact: true }));

  await ben.bringToFront();
  await ben.getByRole('button', { name: 'Microphone' }).click();
  await seen(people(ada).getByText('Microphone is on'));

  await ben.getByRole('button', { name: 'Change your name' }).click();
  await ben.getByLabel('New name').fill('Benjamin');
  await ben.getByRole('button', { name: 'Save' }).click();
  await seen(said(ada, 'Ben is now called Benjamin'));
  await seen(people(ada).getByText('Benjamin', { exact: true }));
});

test('the host gives roles, and what they allow counts at once', async () => {
  const { ada, ben } = await begin();
  const give = async (role: string) => {
    await ada.bringToFront();
    await ada.getByRole('button', { name: 'Actions for Ben' }).click();
    await ada.getByRole('menuitemradio', { name: role, exact: true }).click();
  };
  await ada.getByRole('button', { name: 'Actions for Ben' }).click();
  await seen(ada.getByRole('menuitemradio', { name: 'Member', checked: true }));
  await ada.getByRole('menuitemradio', { name: 'Viewer' }).click();
  await seen(people(ada).getByText('Viewer', { exact: true }));
  await seen(said(ben, 'Your role is now: Viewer'));
  await seen(ben.getByText('You are a viewer. You can read, and ask the hosts: choose them under To.'));
  await inspect(ada, '22-roles');
  await inspect(ben, '24-viewer');
  expect(await field(ben).isDisabled()).toBe(true);
  expect(await ben.getByRole('button', { name: 'Camera' }).isDisabled()).toBe(true);

  await give('Co-host');
  await seen(people(ada).getByText('Co-host', { exact: true }));
  await ben.bringToFront();
  await say(ben, 'I may steer, too');
  await seen(said(ada, 'I may steer, too'));
  await ben.getByRole('button', { name: "Host's tools" }).click();
  await seen(ben.getByRole('switch', { name: 'Write in the chat' }));
  expect(await ben.getByRole('button', { name: 'End the meeting' }).count()).toBe(0);
  await ben.keyboard.press('Escape');
  await ben.getByRole('button', { name: 'Actions for Ada' }).click();
  await seen(ben.getByRole('menuitem', { name: 'Write privately' }));
  expect(await ben.getByRole('menuitemradio').count()).toBe(0);

  await give('Member');
  await gone(ben.getByRole('button', { name: "Host's tools" }));
});

test('who comes later reads by name what people said who have left', async () => {
  const { ada, ben, code } = await begin();
  await say(ben, 'I was here');
  await seen(said(ada, 'I was here'));
  await ben.getByRole('button', { name: 'Leave' }).click();
  await seen(said(ada, 'Ben left'));
  const cleo = await openTab(context, server.url);
  await joinByCode(cleo, code, 'Cleo');
  await inspect(cleo, '23-has-left');
  for (const page of [ada, cleo]) {
    const message = page.getByLabel('Messages').getByRole('listitem').filter({ hasText: 'I was here' });
    await seen(message.getByText('Ben', { exact: true }));
    await seen(message.getByText('(has left)'));
  }
});

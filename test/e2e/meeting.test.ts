import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { inspect, openTab, takeFaults } from './support/page.ts';
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

const seen = (locator: Locator) => locator.waitFor({ state: 'visible' });
const gone = (locator: Locator) => locator.waitFor({ state: 'hidden' });
const said = (page: Page, text: string) => page.getByLabel('Messages').getByText(text, { exact: true });
const field = (page: Page) => page.getByRole('textbox', { name: 'Write a message' });
const people = (page: Page) => page.getByRole('complementary', { name: 'People' });

async function create(page: Page, room: string, name: string): Promise<string> {
  await page.getByLabel('Name of the meeting').fill(room);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Start the meeting' }).click();
  await seen(page.getByRole('dialog', { name: 'Your meeting is open' }));
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

const enter = (page: Page) => page.getByRole('button', { name: 'To the meeting' }).click();

async function join(page: Page, code: string, name: string): Promise<void> {
  await page.getByLabel('Code or link').fill(code);
  await page.getByRole('button', { name: 'Go to the room' }).click();
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await seen(field(page));
}

async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press('Enter');
}

/** A meeting of two in two tabs of one browser. */
async function meet(expected?: RegExp): Promise<{ ada: Page; ben: Page; code: string }> {
  context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
  const ada = await openTab(context, server.url);
  const code = await create(ada, 'Monday planning', 'Ada');
  await enter(ada);
  const ben = await openTab(context, server.url, expected);
  await join(ben, code, 'Ben');
  await seen(people(ada).getByText('Ben', { exact: true }));
  return { ada, ben, code };
}

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
  const { ada, ben, code } = await meet();
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
  const { ada, ben } = await meet();
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
  const { ada, ben } = await meet();
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
  const { ada, ben, code } = await meet();
  await say(ben, 'I was here');
  await seen(said(ada, 'I was here'));
  await ben.getByRole('button', { name: 'Leave' }).click();
  await seen(said(ada, 'Ben left'));
  const cleo = await openTab(context, server.url);
  await join(cleo, code, 'Cleo');
  await inspect(cleo, '23-has-left');
  for (const page of [ada, cleo]) {
    const message = page.getByLabel('Messages').getByRole('listitem').filter({ hasText: 'I was here' });
    await seen(message.getByText('Ben', { exact: true }));
    await seen(message.getByText('(has left)'));
  }
});

test('pictures are dropped and pasted, taken out again, refused in words, and removed', async () => {
  const { ada, ben } = await meet(/415/);
  const bring = (how: 'drop' | 'paste', name: string, type = 'image/png', content = photo(60, 40)) =>
    ben.evaluate(
      ({ how, name, type, bytes }) => {
        const files = new DataTransfer();
        files.items.add(new File([Uint8Array.from(bytes)], name, { type }));
        const event =
          how === 'drop'
            ? new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })
            : new ClipboardEvent('paste', { clipboardData: files, bubbles: true, cancelable: true });
        document.querySelector(how === 'drop' ? 'main' : 'textarea')?.dispatchEvent(event);
      },
      { how, name, type, bytes: [...content] },
    );
  const tray = ben.getByRole('list', { name: 'Pictures to send' });

  // What is no picture goes as a file. Where files may not be shared it is refused.
  await bring('drop', 'drawing.svg', 'image/svg+xml');
  await seen(ada.getByRole('button', { name: 'Save drawing.svg' }));
  await ada.getByRole('button', { name: "Host's tools" }).click();
  await ada.getByRole('switch', { name: 'Share files' }).click();
  await ada.keyboard.press('Escape');
  await ben.getByRole('button', { name: /^Files/ }).click();
  await seen(ben.getByText('You may not share files now.'));
  await ben.keyboard.press('Escape');
  await bring('drop', 'drawing.svg', 'image/svg+xml');
  await seen(ben.getByText('drawing.svg is not a JPEG, PNG, WebP, GIF or AVIF picture.').first());
  await bring('drop', 'one.png');
  await seen(tray);
  await ben.getByRole('button', { name: 'Take one.png out' }).click();
  await gone(tray);

  await bring('paste', 'two.png');
  await ben.getByLabel('Caption of two.png').fill('Two');
  await inspect(ben, '20-tray');
  await ben.getByLabel('Caption of two.png').press('Enter');
  await gone(tray);
  const shared = ada.getByRole('button', { name: 'Picture from Ben: Two. Show large' });
  await seen(shared);

  // Bytes that are not what they claim to be get past the page, and not past the server.
  await bring('paste', 'three.png', 'image/png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'));
  await ben.getByRole('button', { name: 'Send', exact: true }).click();
  await seen(
    tray.getByText('three.png was not sent. The file is not a JPEG, PNG, WebP, GIF or AVIF picture.'),
  );
  await inspect(ben, '21-refused');
  await ben.getByRole('button', { name: 'Send three.png again' }).click();
  await seen(tray.getByText(/three\.png was not sent/));
  await ben.getByRole('button', { name: 'Take three.png out' }).click();
  await gone(tray);

  await ben.getByRole('button', { name: 'Remove the picture' }).first().click();
  await ben.getByRole('alertdialog').getByRole('button', { name: 'Remove the picture' }).click();
  await gone(shared);
});

test('a lost connection is told in words; what is written meanwhile arrives afterwards, once, and the microphone is on again', async () => {
  context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
  // A handle to cut the socket, as a bad network would.
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
  const ada = await openTab(context, server.url);
  const code = await create(ada, 'Monday planning', 'Ada');
  await enter(ada);
  // The cut is made in the page, which may send once more before it hears of it: Chromium remarks on that.
  const ben = await openTab(context, server.url, /ERR_FAILED|CLOSING or CLOSED/);
  await join(ben, code, 'Ben');

  await ben.getByRole('button', { name: 'Microphone' }).click();
  await seen(people(ada).getByText('Microphone is on'));

  await ben.route('**/join', (route) => route.abort());
  await ben.evaluate(() => (globalThis as unknown as { cut(): void }).cut());
  await seen(
    ben.getByTestId('connection-banner').getByText(/The connection is gone; the others see you as away/),
  );
  await seen(people(ada).getByText('away'));
  await gone(people(ada).getByText('Microphone is on'));
  await say(ben, 'Written in the tunnel');
  await seen(ben.getByText('Waiting for the connection…'));
  await inspect(ben, '15-reconnecting');

  await ben.unroute('**/join');
  await gone(ben.getByTestId('connection-banner'));
  await seen(said(ada, 'Written in the tunnel'));
  await gone(people(ada).getByText('away'));
  await gone(ben.getByText('Waiting for the connection…'));
  await seen(people(ada).getByText('Microphone is on'));
  expect(await said(ben, 'Written in the tunnel').count()).toBe(1);
  expect(await said(ada, 'Written in the tunnel').count()).toBe(1);
});

test('whoever is refused reads why, and what to do', async () => {
  context = await browser.newContext({ locale: 'en-GB' });
  const page = await openTab(context, `${server.url}/r/zzz-zzzz-zzz`, /404/);
  await seen(page.getByRole('heading', { name: 'There is no such room' }));
  await inspect(page, '16-not-found');
  await page.goto(`${server.url}/r/nonsense`);
  await seen(page.getByText('Nobody has opened a room with the code nonsense.'));

  await page.goto(server.url);
  await page.getByLabel('Code or link').fill('nonsense');
  await page.getByRole('button', { name: 'Go to the room' }).click();
  await seen(page.getByText('This is no code.'));
  await page.getByRole('button', { name: 'Start the meeting' }).click();
  // Only one's own: a meeting that has none is called after whoever starts it.
  expect(await page.getByText('Give a name.').count()).toBe(1);
  await inspect(page, '17-home-wrong');

  await page.getByText('More settings').click();
  await page.getByLabel('Seats').fill('1');
  const code = await create(page, 'Tête-à-tête', 'Ada');
  const other = await browser.newContext({ locale: 'en-GB' });
  const late = await openTab(other, `${server.url}/r/${code}`);
  await seen(late.getByRole('heading', { name: 'Every seat is taken' }));
  await seen(late.getByText('Tête-à-tête has one seat.'));
  await inspect(late, '18-full');
  await other.close();
});

test('the page speaks Chinese, and remembers it', async () => {
  context = await browser.newContext({ locale: 'zh-CN' });
  const page = await openTab(context, server.url);
  await seen(page.getByRole('heading', { name: '发起会议' }));
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans');
  await inspect(page, '19-chinese');
  await page.getByLabel('语言').selectOption('English');
  await seen(page.getByRole('heading', { name: 'Start a meeting' }));
  await page.reload();
  await seen(page.getByRole('heading', { name: 'Start a meeting' }));
});

test.each([320, 360])('everything fits on a screen of %i pixels, light and dark', async (width) => {
  context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width, height: 640 },
    colorScheme: width === 320 ? 'light' : 'dark',
    hasTouch: true,
    isMobile: true,
  });
  const page = await openTab(context, server.url);
  await inspect(page, `phone-${width}-home`);
  const code = await create(
    page,
    'A meeting with quite a long name for a phone',
    'Wolfeschlegelsteinhausenbergerdorff the Elder',
  );
  await inspect(page, `phone-${width}-created`);
  await enter(page);
  await field(page).fill(`A long word: ${'x'.repeat(200)}`);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await seen(page.getByLabel('Messages').getByText(/A long word/));
  await inspect(page, `phone-${width}-room`);
  await page.getByRole('button', { name: 'People: 1' }).click();
  await seen(page.getByRole('dialog', { name: 'People' }));
  await inspect(page, `phone-${width}-people`);
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: "Host's tools" }).click();
  await seen(page.getByRole('dialog', { name: "Host's tools" }));
  await inspect(page, `phone-${width}-host`);
  await page.getByRole('button', { name: 'Close' }).click();
  await page.goto(server.url);
  await page.goto(`${server.url}/r/${code}`);
  await seen(page.getByRole('heading', { level: 1 }));
  await inspect(page, `phone-${width}-return`);
});

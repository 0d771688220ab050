// What the page says where something is not as wished: a picture that is none, a line that is gone, a meeting that is not to be had; and
// how it looks in another language and on a phone.
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { create, enter, field, meet, people, said, say } from './support/meeting-page.ts';
import { allowCut, cut, gone, inspect, openTab, seen, takeFaults } from './support/page.ts';
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
  await allowCut(context);
  return meet(context, server.url, expected);
};

test('pictures are dropped and pasted, taken out again, refused in words, and removed', async () => {
  const { ada, ben } = await begin(/415/);
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
  const { ada, ben } = await begin(/ERR_FAILED|CLOSING or CLOSED/);

  await ben.getByRole('button', { name: 'Microphone' }).click();
  await seen(people(ada).getByText('Microphone is on'));

  await ben.route('**/join', (route) => route.abort());
  await cut(ben);
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

// How the call looks: with few and with many, on phones and on large screens, by day and by night.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { joinRoom, type RoomConnection } from '../../src/client/index.ts';
import { launchBrowser } from './support/browser.ts';
import { button, large, picture, Stage, stage, tile } from './support/calls.ts';
import { inspect, takeFaults } from './support/page.ts';
import { UNLIMITED } from './support/people.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let browser: Browser;
let pages: Stage;
let guests: RoomConnection[] = [];
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ vars: UNLIMITED }), launchBrowser()]);
  pages = new Stage(browser, server.url);
});
afterEach(async () => {
  for (const guest of guests) guest.close();
  guests = [];
  await pages.close();
  expect(takeFaults()).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

const NAMES = [
  'Ben',
  'Cyn with a name that is far too long for its tile',
  '陈小明',
  'Dora',
  'Emil',
  'Fay',
  'Gus',
  'Hana',
  'Ivo',
  'Jun',
  'Kim',
];

/** People in the call who send nothing. */
async function fill(code: string, count: number): Promise<void> {
  while (guests.length < count) {
    const name = NAMES[guests.length] ?? 'Somebody';
    const guest = await joinRoom({ server: server.url, code, name });
    guests.push(guest);
    await guest.calling.enter(`c_${String(guests.length).padEnd(22, '-')}`);
  }
}

/** What can't be pressed with a thumb, or is cut off. */
const flaws = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    const stage = document.querySelector('section[aria-label="Picture and sound"]');
    for (const button of stage?.querySelectorAll('button') ?? []) {
      const { width, height } = button.getBoundingClientRect();
      if (width < 40 || height < 40) found.push(`${button.ariaLabel} is ${width} by ${height}`);
    }
    for (const tile of stage?.querySelectorAll('[data-tile]') ?? []) {
      const box = tile.getBoundingClientRect();
      const label = tile.querySelector('p')?.getBoundingClientRect();
      if (box.width === 0) continue;
      const isOutside = box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight;
      const isCut = label === undefined || label.left < box.left || label.right > box.right + 1;
      if (isOutside || isCut) found.push(`${tile.getAttribute('data-tile')} is cut off`);
    }
    return found;
  });

async function look(page: Page, name: string): Promise<void> {
  await inspect(page, name);
  expect(await flaws(page)).toEqual([]);
}

const LOOKS = [
  { name: 'phone', width: 360, height: 640, colorScheme: 'light', isMobile: true, hasTouch: true },
  { name: 'phone-small', width: 320, height: 568, colorScheme: 'dark', isMobile: true, hasTouch: true },
  { name: 'phone-aside', width: 640, height: 360, colorScheme: 'dark', isMobile: true, hasTouch: true },
  { name: 'tablet', width: 768, height: 1_024, colorScheme: 'dark', isMobile: false, hasTouch: true },
  { name: 'laptop', width: 1_440, height: 900, colorScheme: 'light', isMobile: false, hasTouch: false },
] as const;

test.each(LOOKS)('a call looks well on a $name ($colorScheme)', { timeout: 180_000 }, async (one) => {
  const { name, width, height, ...more } = one;
  const isSmall = width < 768;
  const { page: ada, path } = await pages.start('Ada', { viewport: { width, height }, ...more });
  const code = path.split('/').at(-1) ?? '';
  await button(ada, 'Start the call').click();
  await picture(ada, 'Ada').waitFor();
  await look(ada, `call-${name}-1`);
  for (const count of [2, 3, 6, 12]) {
    await fill(code, count - 1);
    await tile(ada, NAMES[0] ?? '').waitFor();
    await ada.waitForTimeout(500);
    await look(ada, `call-${name}-${count}`);
  }
  await button(stage(ada), 'Show who speaks large').click();
  await large(ada).waitFor();
  await look(ada, `call-${name}-speaker`);
  await button(stage(ada), 'Show all alike').click();
  if (isSmall) {
    await guests[0]?.send('chat.send', { body: { kind: 'text', text: 'Can you read this?' } });
    await button(stage(ada), 'Chat: 1').click();
    await ada.getByText('Can you read this?', { exact: true }).waitFor();
    await look(ada, `call-${name}-chat`);
    await button(stage(ada), 'Picture').click();
    expect(await ada.getByText('Can you read this?', { exact: true }).isVisible()).toBe(false);
  }
  await button(ada, 'Watch together').click();
  await ada.getByRole('region', { name: 'Watch together' }).waitFor();
  await look(ada, `call-${name}-watching`);
});

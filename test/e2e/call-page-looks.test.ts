// How the call looks: with few and with many, on phones and on large screens, by day and by night.
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { joinRoom, type RoomConnection } from '../../src/client/index.ts';
import { callStage } from './support/call-stage.ts';
import { large, picture, stage, tile } from './support/calls.ts';
import { button, inspect } from './support/page.ts';

const stages = callStage();
let guests: RoomConnection[] = [];
afterEach(() => {
  for (const guest of guests) guest.close();
  guests = [];
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
    const guest = await joinRoom({ server: stages.server.url, code, name });
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

test.each(LOOKS)('a call looks well on a $name ($colorScheme)', async (one) => {
  const { name, width, height, ...more } = one;
  const isSmall = width < 768;
  const { page: ada, path } = await stages.pages.start('Ada', { viewport: { width, height }, ...more });
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

test('on the smallest phone all that one presses in a call stands in one line', async () => {
  const { page: ada } = await stages.pages.start('Ada', {
    viewport: { width: 320, height: 568 },
    isMobile: true,
    hasTouch: true,
  });
  // Phones share no screen.
  await ada.evaluate(() => Object.assign(navigator.mediaDevices, { getDisplayMedia: undefined }));
  await button(ada, 'Start the call').click();
  await picture(ada, 'Ada').waitFor();
  const tops = await stage(ada)
    .getByRole('group')
    .getByRole('button')
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
  expect(tops).toHaveLength(7);
  expect(new Set(tops).size).toBe(1);
  await look(ada, 'call-phone-small-bar');
});

test('nothing lies under what a phone has on its screen: a camera, round corners, the bar at its edge', async () => {
  const { page: ada } = await stages.pages.start('Ada', {
    viewport: { width: 640, height: 360 },
    isMobile: true,
    hasTouch: true,
  });
  const insets = { top: 10, left: 47, bottom: 21, right: 47 };
  const devtools = await ada.context().newCDPSession(ada);
  await devtools.send('Emulation.setSafeAreaInsetsOverride', { insets });
  /** Of everything in the meeting that is seen and pressed. */
  const edges = () =>
    ada.evaluate(() => {
      const boxes = Array.from(document.querySelectorAll('button, textarea, [data-tile]'), (one) =>
        one.getBoundingClientRect(),
      ).filter(({ width }) => width > 0);
      return {
        top: Math.min(...boxes.map(({ top }) => top)),
        left: Math.min(...boxes.map(({ left }) => left)),
        bottom: innerHeight - Math.max(...boxes.map(({ bottom }) => bottom)),
        right: innerWidth - Math.max(...boxes.map(({ right }) => right)),
      };
    });
  const isFree = async () => {
    const found = await edges();
    return (Object.keys(insets) as (keyof typeof insets)[]).filter((side) => found[side] < insets[side]);
  };
  await expect.poll(isFree).toEqual([]);
  await button(ada, 'Start the call').click();
  await picture(ada, 'Ada').waitFor();
  await expect.poll(isFree).toEqual([]);
  await look(ada, 'call-phone-insets');
});

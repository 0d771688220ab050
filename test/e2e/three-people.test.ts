// Three people from their registration to the end of a meeting, each in a browser of their own: once on a server that
// lives, and once on one that is killed between each two steps, after which all pages go on by themselves.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { said } from './support/meeting-page.ts';
import { button, gone, openTab, seen, takeFaults } from './support/page.ts';
import { UNLIMITED } from './support/people.ts';
import {
  askOn,
  bubble,
  isDrawn,
  LAPTOP,
  listed,
  logInOn,
  logOutOn,
  openBrowser,
  PHONE,
  registerOn,
  tab,
  writeOn,
} from './support/people-page.ts';
import { photo } from './support/photo.ts';
import { freeFixedPort, type LastingServer, startServer } from './support/server.ts';

const ADA = 'Ada Lovelace';
const BEN = 'Ben Okri';
const CARA = 'Cara Diaz';
const GROUP = 'Orchard';

const TO_CARA = `Write to ${CARA}`;
const TO_GROUP = 'Write a message';
const LADDER = 'Who brings the ladder?';

/** ms that anything may take to be seen, also after the server was away. */
const PATIENCE = 30_000;
/** What a page writes into its console while it has no server, or is refused. */
const NO_SERVER = /status of (?:4\d\d|503)|ERR_|WebSocket connection to/;
const VARS = { ...UNLIMITED, EMPTY_GRACE_SECONDS: '2' };
/** Who is not back by then counts as gone, and it rings at them no more: longer than any page waits between two tries. */
const GRACE = { alive: '2', killed: '18' };

let browser: Browser;
let server: LastingServer | undefined;
let persistTo = '';
beforeAll(async () => {
  browser = await launchBrowser();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await server?.kill();
  rmSync(persistTo, { recursive: true, force: true });
  expect(takeFaults()).toEqual([]);
});
afterAll(() => browser.close());

/** What everybody has before them. */
interface Scene {
  readonly ada: Page;
  readonly ben: Page;
  /** Another tab of Ben's. */
  readonly bensOther: Page;
  readonly cara: Page;
  readonly carasPhone: Page;
}

const soon = { timeout: PATIENCE };
const titleOf = (page: Page) => expect.poll(() => page.title(), soon);
const rings = (page: Page) => page.getByRole('alertdialog', { name: `${ADA} starts a meeting in ${GROUP}` });
const present = (page: Page, name: string) =>
  page.getByRole('complementary', { name: 'People' }).getByText(name, { exact: true });
const tick = (page: Page, text: string, name: string) => bubble(page, text).getByText(name, { exact: true });

/** Who asks is asked back by nobody: the other accepts, and each sees the other as somebody who is here. */
async function acceptOn(page: Page, asker: Page, name: string): Promise<void> {
  await tab(page, 'People').click();
  await button(page, `Accept ${ADA}`).click();
  await seen(listed(page, 'People', ADA).filter({ hasText: 'here' }));
  await seen(listed(asker, 'People', name).filter({ hasText: 'here' }));
}

async function comeIntoGroup(page: Page): Promise<void> {
  await tab(page, 'Groups').click();
  await button(page, `Accept the invitation to ${GROUP}`).click();
  await seen(listed(page, 'Groups', GROUP));
}

async function leaveMeeting(page: Page): Promise<void> {
  await button(page, 'Leave').click();
  await seen(page.getByRole('heading', { name: 'You have left' }));
}

/** From the page of a meeting that one has left to the group. */
async function backToGroup(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'To the start page' }).click();
  await page.getByRole('link', { name: /^People and chats/ }).click();
  await tab(page, 'Groups').click();
  await listed(page, 'Groups', GROUP).click();
}

type Step = readonly [name: string, run: (scene: Scene) => Promise<void>];

const STEPS: readonly Step[] = [
  [
    'three people register',
    async ({ ada, ben, bensOther, cara }) => {
      await Promise.all([
        registerOn(ada, 'ada', ADA),
        registerOn(ben, 'ben', BEN),
        registerOn(cara, 'cara', CARA),
      ]);
      // Logged in with the first tab, as all tabs of a browser are. One in the background draws once a second only.
      await bensOther.bringToFront();
      await bensOther.getByRole('link', { name: 'People and chats' }).click();
      await tab(bensOther, 'People').click();
      await ben.bringToFront();
    },
  ],
  [
    'Ada finds Ben and asks him',
    async ({ ada, ben, bensOther }) => {
      await askOn(ada, 'BEN', BEN);
      for (const page of [ben, bensOther]) await titleOf(page).toMatch(/^\(1\) /);
    },
  ],
  ['Ben accepts', ({ ada, ben }) => acceptOn(ben, ada, BEN)],
  [
    'Ada finds Cara and asks her',
    async ({ ada, cara }) => {
      await askOn(ada, 'cara', CARA);
      await seen(cara.getByRole('link', { name: 'People and chats: 1 new' }));
    },
  ],
  ['Cara accepts', ({ ada, cara }) => acceptOn(cara, ada, CARA)],
  ['Cara logs out', ({ cara }) => logOutOn(cara, CARA)],
  [
    'Ada writes to Cara, who is not there: two messages and a picture',
    async ({ ada }) => {
      await listed(ada, 'People', CARA).click();
      await writeOn(ada, TO_CARA, 'The apples are ripe.');
      await writeOn(ada, TO_CARA, 'All of them, it seems.');
      // It goes another way, and keeps its place behind what waits for the connection.
      await ada
        .locator('input[type=file]')
        .setInputFiles({ name: 'tree.png', mimeType: 'image/png', buffer: photo() });
      await ada.getByRole('textbox', { name: 'Caption of tree.png' }).fill('The old tree');
      await button(ada, 'Send').click();
      await seen(tick(ada, 'The old tree', 'Sent'));
    },
  ],
  [
    'Cara logs in on her phone and sees that there is something',
    async ({ ada, carasPhone }) => {
      await seen(listed(ada, 'People', CARA).filter({ hasText: 'last seen' }));
      await seen(tick(ada, 'The old tree', 'Sent'));
      await logInOn(carasPhone, 'cara');
      await titleOf(carasPhone).toMatch(/^\(3\) /);
      await seen(carasPhone.getByRole('tab', { name: 'Chats 3 new messages' }));
      await seen(listed(carasPhone, 'Chats', ADA).filter({ hasText: '3 new messages' }));
      await seen(tick(ada, 'The old tree', 'Delivered'));
    },
  ],
  [
    'Cara reads it, in the order in which it was written, and Ada sees that',
    async ({ ada, carasPhone }) => {
      await listed(carasPhone, 'Chats', ADA).click();
      const picture = carasPhone.getByRole('button', {
        name: `Picture from ${ADA}: The old tree. Show large`,
      });
      await seen(picture);
      const order = ['New messages', 'The apples are ripe.', 'All of them, it seems.', 'The old tree'];
      const lines = carasPhone
        .getByRole('main')
        .getByRole('listitem')
        .filter({ hasText: new RegExp(order.join('|')) });
      await expect
        .poll(
          async () => (await lines.allTextContents()).map((text) => order.find((one) => text.includes(one))),
          soon,
        )
        .toEqual(order);
      await expect.poll(() => isDrawn(picture.locator('img')), soon).toBe(true);
      for (const text of order.slice(1)) await seen(tick(ada, text, 'Read'));
      await titleOf(carasPhone).not.toMatch(/^\(/);
    },
  ],
  [
    'Ada makes a group and invites both',
    async ({ ada, ben, carasPhone }) => {
      await tab(ada, 'Groups').click();
      await button(ada, 'New group').click();
      await ada.getByLabel('Name of the group').fill(GROUP);
      await button(ada, 'Make the group').click();
      await seen(ada.getByRole('heading', { name: GROUP }));
      await button(ada, 'Invite').click();
      await button(ada, `Invite ${BEN}`).click();
      await seen(ada.getByText(`${BEN} is invited.`));
      await button(ada, `Invite ${CARA}`).click();
      await seen(ada.getByText(`${CARA} is invited.`));
      await ada.keyboard.press('Escape');
      for (const page of [ben, carasPhone]) await titleOf(page).toMatch(/^\(1\) /);
    },
  ],
  [
    'Ben comes into the group and opens it',
    async ({ ada, ben }) => {
      await comeIntoGroup(ben);
      await listed(ben, 'Groups', GROUP).click();
      await seen(button(ada, 'People of the group: 2'));
    },
  ],
  [
    'Cara comes into the group, and looks at something else',
    async ({ ada, carasPhone }) => {
      await button(carasPhone, 'Back to the list').click();
      await comeIntoGroup(carasPhone);
      await seen(button(ada, 'People of the group: 3'));
      await tab(carasPhone, 'Chats').click();
    },
  ],
  [
    'Ada writes to the group: Ben sees it, and Cara that there is something',
    async ({ ada, ben, carasPhone }) => {
      await writeOn(ada, TO_GROUP, LADDER);
      await seen(said(ben, LADDER));
      await seen(carasPhone.getByRole('tab', { name: 'Groups 1 new' }));
      await titleOf(carasPhone).toMatch(/^\(1\) /);
      await tab(carasPhone, 'Groups').click();
      const row = listed(carasPhone, 'Groups', GROUP).filter({ hasText: `${ADA}: ${LADDER}` });
      await seen(row.filter({ hasText: '1 new message' }));
    },
  ],
  [
    'Cara reads it in the group',
    async ({ carasPhone }) => {
      await listed(carasPhone, 'Groups', GROUP).click();
      await seen(said(carasPhone, LADDER));
      await titleOf(carasPhone).not.toMatch(/^\(/);
    },
  ],
  [
    'Ada starts a meeting of the group, and it rings wherever the others are',
    async ({ ada, ben, bensOther, carasPhone }) => {
      await button(ada, 'Start meeting').click();
      await seen(present(ada, `${ADA} (you)`));
      await Promise.all([ben, bensOther, carasPhone].map((page) => seen(rings(page))));
    },
  ],
  [
    'Ben accepts in one of his tabs, and Cara declines',
    async ({ ben, bensOther, carasPhone }) => {
      await button(ben, 'Accept').click();
      await seen(present(ben, `${BEN} (you)`));
      await gone(rings(bensOther));
      await button(carasPhone, 'Decline').click();
      await gone(rings(carasPhone));
      await seen(button(carasPhone, 'Join meeting'));
    },
  ],
  [
    'Ada and Ben see each other in the room and talk',
    async ({ ada, ben, bensOther }) => {
      await seen(present(ada, BEN));
      await seen(present(ben, ADA));
      await ada.getByRole('textbox', { name: TO_GROUP }).fill('Saturday at nine?');
      await ada.getByRole('textbox', { name: TO_GROUP }).press('Enter');
      await seen(said(ben, 'Saturday at nine?'));
      await ben.getByRole('textbox', { name: TO_GROUP }).fill('I bring the ladder.');
      await ben.getByRole('textbox', { name: TO_GROUP }).press('Enter');
      await seen(said(ada, 'I bring the ladder.'));
      await seen(listed(bensOther, 'People', ADA).filter({ hasText: 'in a meeting' }));
    },
  ],
  [
    'both leave',
    async ({ ada, ben }) => {
      await leaveMeeting(ada);
      await leaveMeeting(ben);
    },
  ],
  [
    'the meeting is over, and everybody in the group sees that',
    async ({ ada, ben, bensOther, carasPhone }) => {
      await backToGroup(ada);
      await backToGroup(ben);
      for (const page of [ada, ben, carasPhone]) {
        await seen(button(page, 'Start meeting'));
        await gone(page.getByText(/A meeting is on/));
        expect(await said(page, LADDER).count()).toBe(1);
      }
      await seen(listed(bensOther, 'People', ADA).filter({ hasText: /here$/ }));
    },
  ],
  [
    'everybody logs out',
    async ({ ada, ben, bensOther, carasPhone }) => {
      await logOutOn(ada, ADA);
      await logOutOn(ben, BEN);
      await seen(bensOther.getByText('Log in to see your contacts, chats and groups.'));
      await button(carasPhone, 'Back to the list').click();
      await logOutOn(carasPhone, CARA);
    },
  ],
];

async function openPages(url: string): Promise<Scene> {
  const open = async (look: typeof LAPTOP) => {
    const context = await openBrowser(browser, look);
    context.setDefaultTimeout(PATIENCE);
    return context;
  };
  const bens = await open(LAPTOP);
  const page = async (context: Awaited<ReturnType<typeof open>>) => {
    const opened = await openTab(context, url, NO_SERVER);
    opened.setDefaultTimeout(PATIENCE);
    return opened;
  };
  return {
    ada: await page(await open(LAPTOP)),
    bensOther: await page(bens),
    ben: await page(bens),
    cara: await page(await open(LAPTOP)),
    carasPhone: await page(await open(PHONE)),
  };
}

test.each<[string, boolean]>([
  ['on a server that lives', false],
  ['on a server that is killed between each two steps', true],
])('three people find each other, write, ring and meet %s', { timeout: 300_000 }, async (_, isMortal) => {
  persistTo = mkdtempSync(join(tmpdir(), 'parley-three-'));
  const port = await freeFixedPort();
  const vars = { ...VARS, PRESENCE_GRACE_SECONDS: isMortal ? GRACE.killed : GRACE.alive };
  server = await startServer({ persistTo, vars, port });
  const scene = await openPages(server.url);
  for (const [index, [name, run]] of STEPS.entries()) {
    if (isMortal && index > 0) {
      await server.kill();
      server = await startServer({ persistTo, vars, port });
    }
    try {
      await run(scene);
    } catch (error) {
      throw new Error(`not so: ${name}`, { cause: error });
    }
  }
});

import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { create, enter, field, messages, people, said } from './support/meeting-page.ts';
import { button, gone, inspect, openTab, seen, takeFaults } from './support/page.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let browser: Browser;
let contexts: BrowserContext[] = [];
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
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

const WIDE = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true };

const item = (page: Page, name: string) => page.getByRole('menuitem', { name, exact: true });

async function person(path: string, look: Parameters<Browser['newContext']>[0] = WIDE, expected?: RegExp) {
  const context = await browser.newContext({ locale: 'en-GB', ...look });
  contexts.push(context);
  return openTab(context, `${server.url}${path}`, expected);
}

async function join(code: string, name: string, look = WIDE): Promise<Page> {
  const page = await person(`/r/${code}`, look);
  await page.getByLabel('Your name').fill(name);
  await button(page, 'Join').click();
  await seen(field(page));
  return page;
}

async function say(page: Page, text: string): Promise<void> {
  await page.bringToFront();
  await field(page).fill(text);
  await field(page).press('Enter');
  await seen(said(page, text));
}

/** A meeting of three, each with a browser of their own. */
async function meet(): Promise<{ ada: Page; ben: Page; cleo: Page; code: string }> {
  const ada = await person('/');
  const code = await create(ada, 'Monday planning', 'Ada');
  await enter(ada);
  const ben = await join(code, 'Ben');
  const cleo = await join(code, 'Cleo');
  await seen(people(ada).getByText('Cleo', { exact: true }));
  return { ada, ben, cleo, code };
}

/** Inspects a view once every note that fades in and out is gone: half faded, it has no contrast to speak of. */
async function look(page: Page, name: string): Promise<void> {
  await page.bringToFront();
  const note = page.locator('[aria-label="Notifications"] h2').first();
  await note.waitFor({ state: 'hidden' });
  await inspect(page, name);
}

async function actOn(page: Page, text: string, action: string): Promise<void> {
  await page.bringToFront();
  const row = messages(page).getByRole('listitem').filter({ hasText: text }).last();
  await row.hover();
  await row.getByRole('button', { name: /^Actions for the message of/ }).click();
  await item(page, action).click();
}

test('hands are called in their order, reactions are counted, and what is written is seen coming', async () => {
  const { ada, ben, cleo } = await meet();
  await cleo.bringToFront();
  await button(cleo, 'Raise your hand').click();
  await ben.bringToFront();
  await ben.getByRole('button', { name: 'Raise your hand' }).click();
  const hands = people(ada).getByRole('region', { name: '2 hands are up' });
  await seen(hands);
  expect(await hands.getByRole('listitem').allInnerTexts()).toEqual([
    expect.stringContaining('Cleo'),
    expect.stringContaining('Ben'),
  ]);
  await look(ada, '41-hands');
  await button(ada, 'Call the next').click();
  await seen(cleo.getByText('You have the word.').first());
  await seen(said(ben, 'Cleo has the word'));
  await seen(people(ben).getByRole('region', { name: 'One hand is up' }));
  await ben.reload();
  await seen(ben.getByRole('button', { name: 'Raise your hand', pressed: true }));

  for (const page of [ben, cleo]) {
    await page.bringToFront();
    await button(page, 'React').click();
    await button(page, 'React with 👏').click();
  }
  const shown = ada.getByRole('list', { name: 'Reactions' });
  await seen(shown.getByText('👏'));
  await seen(shown.getByText('2', { exact: true }));
  await inspect(ada, '42-reactions');

  await ben.bringToFront();
  await field(ben).pressSequentially('I th');
  await seen(ada.getByText('Ben is writing…'));
});

test('a poll is voted in, a vote is changed, and the result is told when it is closed', async () => {
  const { ada, ben, cleo } = await meet();
  await ada.bringToFront();
  await button(ada, 'Polls').click();
  await button(ada, 'Ask a question').click();
  await button(ada, 'Open the poll').click();
  await seen(ada.getByText('Write a question.'));
  await ada.getByRole('textbox', { name: 'Question' }).fill('Tea or coffee?');
  await ada.getByRole('textbox', { name: 'Answers' }).fill('Tea\nCoffee');
  await ada.getByRole('switch', { name: 'With names' }).click();
  await ada.getByRole('switch', { name: 'Hide the result until it is closed' }).click();
  await inspect(ada, '43-poll-form');
  await button(ada, 'Open the poll').click();
  const poll = (page: Page) => page.getByRole('article', { name: 'Tea or coffee?' });
  await seen(poll(ada));

  for (const [page, answer] of [
    [ben, 'Tea'],
    [cleo, 'Tea'],
  ] as const) {
    await page.bringToFront();
    await button(page, 'Polls: 1').click();
    await page.getByRole('radio', { name: answer }).check();
    await button(page, 'Vote').click();
    await seen(page.getByText('Your vote counts.'));
    expect(await page.getByRole('region', { name: /^Result/ }).count()).toBe(0);
  }
  await cleo.getByRole('radio', { name: 'Coffee' }).check();
  await button(cleo, 'Change your vote').click();
  await seen(poll(ada).getByText('2 people have voted.'));
  await seen(poll(ada).getByText('one vote, 50 %').nth(1));
  await look(cleo, '44-voting');
  await ada.bringToFront();
  await button(ada, 'Who chose what').click();
  await seen(ada.getByRole('list', { name: 'Who chose what' }).getByText('Coffee'));
  await button(ada, 'Close the poll').click();
  await seen(poll(ben).getByText('one vote, 50 %').first());
  await look(ben, '45-poll-result');
  await inspect(ada, '46-poll-host');
});

test('messages are answered, reacted to, edited, pinned and deleted; in slow mode one waits', async () => {
  const { ada, ben, cleo, code } = await meet();
  await say(ben, 'We meet at nien');
  await actOn(ben, 'We meet at nien', 'Edit…');
  await ben.getByLabel('New text').fill('We meet at nine');
  await button(ben, 'Save').click();
  await seen(said(cleo, 'We meet at nine'));
  await seen(messages(cleo).getByText('(edited)'));
  expect(await said(cleo, 'We meet at nien').count()).toBe(0);

  await actOn(cleo, 'We meet at nine', 'Reply');
  await seen(cleo.getByText('In reply to Ben: We meet at nine'));
  await say(cleo, 'I shall be there');
  await seen(button(ada, 'In reply to Ben: We meet at nine'));

  await cleo.bringToFront();
  const row = messages(cleo).getByRole('listitem').filter({ hasText: 'We meet at nine' }).first();
  await row.hover();
  await row.getByRole('button', { name: 'Actions for the message of Ben' }).click();
  await cleo.getByRole('menuitemcheckbox', { name: 'React with 👍' }).click();
  await seen(button(ada, '👍 1: Cleo'));
  await ada.bringToFront();
  await button(ada, '👍 1: Cleo').click();
  await seen(button(cleo, '👍 2: Cleo, Ada'));

  const first = messages(ada).getByRole('listitem').filter({ hasText: 'We meet at nine' }).first();
  await first.hover();
  await first.getByRole('button', { name: 'Actions for the message of Ben' }).click();
  await item(ada, 'Pin').click();
  await seen(button(ben, 'Show pinned message: Ben: We meet at nine'));
  await inspect(ada, '48-pinned');

  await actOn(ada, 'I shall be there', 'Delete');
  await inspect(ada, '49-delete');
  await button(ada, 'Delete').click();
  await seen(said(ben, 'This message was deleted.'));
  expect(await said(ben, 'I shall be there').count()).toBe(0);

  await button(ada, "Host's tools").click();
  await ada.getByLabel('Slow mode').selectOption('60 seconds between two messages');
  await ada.getByRole('switch', { name: 'Write in the chat' }).waitFor();
  await ada.keyboard.press('Escape');
  await ben.bringToFront();
  await seen(ben.getByRole('timer'));
  await field(ben).fill('Another');
  expect(await button(ben, 'Send').isDisabled()).toBe(true);
  await look(ben, '50-slow');

  // A phone has all of it, too.
  const dora = await join(code, 'Dora', PHONE);
  await seen(said(dora, 'We meet at nine'));
  await inspect(dora, 'phone-320-meeting');
});

test('a host mutes, asks, hands over, removes and bans, and the trail tells of it', async () => {
  const { ada, ben, cleo, code } = await meet();
  await ben.bringToFront();
  await button(ben, 'Microphone').click();
  await seen(people(ada).getByText('Microphone is on'));
  const act = async (name: string, action: string) => {
    await ada.bringToFront();
    await button(ada, `Actions for ${name}`).click();
    await item(ada, action).click();
  };
  await act('Ben', 'Mute');
  await seen(ben.getByText('A host has turned off for you: Microphone').first());
  await gone(people(ada).getByText('Microphone is on'));
  await act('Ben', 'Ask to unmute');
  await seen(ben.getByRole('alertdialog', { name: 'Ada asks you to unmute' }));
  await look(ben, '51-asked');
  await button(ben, 'Accept').click();
  await seen(ada.getByText('Ben has accepted: Microphone').first());
  await seen(people(ada).getByText('Microphone is on'));
  await act('Ben', 'Put in the spotlight');
  await seen(people(cleo).getByText('in the spotlight'));

  await ada.bringToFront();
  await button(ada, 'Actions for Cleo').click();
  await item(ada, 'Ban…').click();
  await ada.getByLabel('What to tell them').fill('Enough.');
  await look(ada, '53-ban');
  await button(ada, 'Ban').click();
  await seen(cleo.getByRole('heading', { name: 'You were removed for good' }));
  await seen(said(ben, 'Cleo was removed'));

  await button(ada, "Host's tools").click();
  const lift = button(ada, 'Lift the ban of Cleo');
  await seen(lift);
  await button(ada, 'Show').click();
  await seen(ada.getByText('Ada banned Cleo'));
  await look(ada, '54-host-panel');
  const [file] = await Promise.all([
    ada.waitForEvent('download'),
    ada.getByRole('button', { name: 'What hosts did: Table (CSV)' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe(`audit-${code}.csv`);
  expect(readFileSync(await file.path(), 'utf8')).toContain('member.banned');
  await lift.click();
  await seen(ada.getByText('Nobody.', { exact: true }));
  await ada.keyboard.press('Escape');

  await act('Ben', 'Remove…');
  await button(ada, 'Remove').click();
  await seen(ben.getByRole('heading', { name: 'You were removed' }));
  await ben.bringToFront();
  await button(ben, 'Ask again').click();
  await ada.bringToFront();
  await button(ada, 'One person waits in the lobby').click();
  await button(ada, 'Let in Ben').click();
  await ada.keyboard.press('Escape');
  await ben.bringToFront();
  await seen(field(ben));

  await act('Ben', 'Hand the meeting over…');
  await look(ada, '55-handover');
  await button(ada, 'Hand it over').click();
  await seen(said(ada, 'Ben is the host now'));
  await seen(button(ben, "Host's tools"));
  await ben.bringToFront();
  await button(ben, "Host's tools").click();
  await seen(ben.getByLabel('Who follows'));
});

test('people are sent to breakout rooms, spoken to there, and called back', async () => {
  const { ada, ben } = await meet();
  await ada.bringToFront();
  await button(ada, 'Breakout rooms').click();
  await inspect(ada, '56-breakouts-form');
  await button(ada, 'Open the rooms').click();
  await seen(button(ada, 'Go there: Room 1'));
  await ada.getByLabel('Ben', { exact: true }).selectOption('Room 1');
  await seen(ben.getByRole('dialog', { name: 'You are sent to Room 1' }));
  await look(ada, '57-breakouts');
  await ben.bringToFront();
  await button(ben, 'Go there').click();
  await seen(ben.getByRole('region', { name: 'You are in a breakout room.' }));
  await seen(people(ben).getByText('Ben (you)'));
  await look(ben, '58-breakout-room');
  await ada.bringToFront();
  await ada.getByLabel('What to say').fill('Five minutes left');
  await button(ada, 'Say it').click();
  await seen(ben.getByText('Five minutes left').first());
  await button(ada, 'Now').click();
  await seen(ben.getByRole('heading', { name: 'Monday planning' }));
  await gone(ben.getByRole('region', { name: 'You are in a breakout room.' }));
  await seen(people(ben).getByText('Cleo', { exact: true }));
});

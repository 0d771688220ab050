import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRoom, joinRoom } from '../../src/client/index.ts';
import { launchBrowser } from './support/browser.ts';
import { create, enter, field, people, said } from './support/meeting-page.ts';
import { gone, inspect, openTab, seen, takeFaults } from './support/page.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
let browser: Browser;
/** Each person has a browser of their own: only the host's keeps the host key. */
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

type Look = Parameters<Browser['newContext']>[0];
const WIDE = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

async function person(path: string, look: Look = WIDE, expected?: RegExp): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', ...look });
  contexts.push(context);
  return openTab(context, `${server.url}${path}`, expected);
}

async function open(room: string, name: string, look?: Look): Promise<{ host: Page; code: string }> {
  const host = await person('/', look);
  const code = await create(host, room, name);
  await enter(host);
  return { host, code };
}

async function knock(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
}

/** A time in ms as a field for date and time takes it. */
const toLocalInput = (time: number): string =>
  new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

const openDoorSettings = (host: Page) => host.getByRole('button', { name: "Host's tools" }).click();
const close = (page: Page) => page.keyboard.press('Escape');
const lobbyButton = (host: Page, label: string) => host.getByRole('button', { name: label });

test('two wait, one is let in, one is turned away, and a lock holds everybody but the host', async () => {
  const { host, code } = await open('Monday planning', 'Ada');
  await host.bringToFront();
  await field(host).fill('Behind closed doors');
  await field(host).press('Enter');
  await openDoorSettings(host);
  await host.getByLabel('Who walks straight in').selectOption('Nobody: all wait in the lobby');
  await host.getByLabel('What those who wait read').fill('We begin at nine.');
  await host.getByLabel('What those who wait read').press('Enter');
  await seen(host.getByText('Saved').first());
  await inspect(host, '30-door-settings');
  await close(host);

  // Ben and Cleo come, and learn nothing but where they stand.
  const ben = await person(`/r/${code}`);
  await knock(ben, 'Ben');
  await seen(ben.getByRole('heading', { name: 'In the lobby of Monday planning' }));
  await seen(ben.getByText('Your place in the line: 1'));
  await seen(ben.getByText('We begin at nine.'));
  await inspect(ben, '31-waiting');
  const cleo = await person(`/r/${code}`, PHONE);
  await knock(cleo, 'Cleo');
  await seen(cleo.getByText('Your place in the line: 2'));
  await inspect(cleo, '32-waiting-phone');
  for (const page of [ben, cleo]) expect(await page.locator('body').textContent()).not.toMatch(/Ada|closed/);

  // A reload keeps the place.
  await ben.reload();
  await seen(ben.getByText('Your place in the line: 1'));

  await host.bringToFront();
  await lobbyButton(host, '2 people wait in the lobby').click();
  await inspect(host, '33-lobby');
  await host.getByRole('button', { name: 'Let in Ben' }).click();
  await seen(field(ben));
  await seen(said(ben, 'Behind closed doors'));
  await seen(ben.getByText('You are in.').first());
  await inspect(ben, '34-let-in');
  await seen(cleo.getByText('Your place in the line: 1'));

  await host.bringToFront();
  await host.getByRole('button', { name: 'Turn away Cleo' }).click();
  await seen(host.getByRole('dialog', { name: 'Turn Cleo away?' }));
  await host.getByLabel('What to tell them').fill('Come tomorrow.');
  await inspect(host, '35-turn-away');
  await host.getByLabel('What to tell them').press('Enter');
  await seen(cleo.getByRole('heading', { name: 'You were not let in' }));
  await seen(cleo.getByText('They say: Come tomorrow.'));
  await inspect(cleo, '36-turned-away');
  await seen(host.getByText('Nobody waits.'));
  await gone(host.getByRole('dialog', { name: 'Turn Cleo away?' }));
  await host
    .getByRole('dialog', { name: 'Lobby', exact: true })
    .getByRole('button', { name: 'Close' })
    .click();

  // Sent back to the lobby Ben sees nothing of the meeting any more, and gives up.
  await host.getByRole('button', { name: 'Actions for Ben' }).click();
  await host.getByRole('menuitem', { name: 'Send to the lobby' }).click();
  await seen(ben.getByRole('heading', { name: 'In the lobby of Monday planning' }));
  expect(await ben.locator('body').textContent()).not.toContain('closed doors');
  await seen(said(host, 'Ben was sent to the lobby'));
  await ben.getByRole('button', { name: 'Leave the lobby' }).click();
  await seen(ben.getByRole('heading', { name: 'You have left' }));
  await gone(lobbyButton(host, 'One person waits in the lobby'));

  // The lock refuses whoever is new, and not the host.
  await openDoorSettings(host);
  const lock = host.getByRole('switch', { name: 'Lock the room' });
  await lock.click();
  await host.locator('[role=switch][aria-checked=true]').first().waitFor();
  await close(host);
  const dan = await person(`/r/${code}`, WIDE, /403/);
  await knock(dan, 'Dan');
  await seen(dan.getByText('The host has locked the room. Nobody new comes in now.'));
  await inspect(dan, '37-locked');
  await host.getByRole('button', { name: 'Leave' }).click();
  await seen(host.getByRole('heading', { name: 'You have left' }));
  await host.getByRole('button', { name: 'Come back' }).click();
  await seen(people(host).getByText('Ada (you)'));
  await seen(host.getByRole('button', { name: "Host's tools" }));
});

test('all wait for the host, and for a seat, on a phone', async () => {
  const { host, code } = await open('A meeting with quite a long name for a phone', 'Ada', PHONE);
  await openDoorSettings(host);
  const switches = ['Wait for a host', 'Let people wait for a seat'].map((name) =>
    host.getByRole('switch', { name }),
  );
  // Both at one moment: the second is not lost over the first.
  const handles = await Promise.all(switches.map((one) => one.elementHandle()));
  await host.evaluate((all) => {
    for (const one of all) if (one instanceof HTMLElement) one.click();
  }, handles);
  for (const one of switches) await expect.poll(() => one.getAttribute('aria-checked')).toBe('true');
  await inspect(host, 'phone-360-door-settings');
  await host.getByRole('button', { name: 'Close' }).click();

  await host.getByRole('button', { name: 'Leave' }).click();
  await seen(host.getByRole('heading', { name: 'You have left' }));
  const ben = await person(`/r/${code}`);
  await knock(ben, 'Ben');
  await seen(ben.getByText('You come in when a host is there.'));
  await inspect(ben, '38-waiting-for-host');
  await host.bringToFront();
  await host.getByRole('button', { name: 'Come back' }).click();
  await seen(field(ben));

  await openDoorSettings(host);
  await host.getByLabel('Seats').fill('2');
  await host.getByLabel('Seats').press('Enter');
  await host.getByRole('button', { name: 'Close' }).click();
  const cleo = await person(`/r/${code}`, PHONE);
  await knock(cleo, 'Wolfeschlegelsteinhausenbergerdorff the Elder');
  await seen(cleo.getByText('Every seat is taken. You come in when one is free.'));
  await inspect(cleo, 'phone-360-waiting');
  await host.bringToFront();
  await lobbyButton(host, 'One person waits in the lobby').click();
  await seen(host.getByRole('dialog', { name: 'Lobby', exact: true }));
  await inspect(host, 'phone-360-lobby');
  await close(host);
  await ben.getByRole('button', { name: 'Leave' }).click();
  await seen(field(cleo));
});

test('the lobby speaks Chinese', async () => {
  const { host, code } = await open('计划会', 'Ada');
  await openDoorSettings(host);
  await host.getByLabel('Who walks straight in').selectOption('Nobody: all wait in the lobby');
  await close(host);
  const ben = await person(`/r/${code}`, { ...PHONE, locale: 'zh-CN' });
  await ben.getByRole('textbox').first().fill('Ben');
  await ben.getByRole('button', { name: '加入' }).click();
  await seen(ben.getByRole('heading', { name: '计划会 的等候室' }));
  await inspect(ben, '39-waiting-chinese');
});

test('the door asks for a passcode, takes an invitation until it is revoked, and knows the time', async () => {
  const { host, code } = await open('Monday planning', 'Ada');
  await openDoorSettings(host);
  await host.getByLabel('New passcode').fill('open sesame');
  await host.getByRole('button', { name: 'Set the passcode' }).click();
  await seen(host.getByText('One is set. Nobody can read it here.'));

  const ben = await person(`/r/${code}`, WIDE, /403|429/);
  await ben.getByLabel('Passcode').fill('close sesame');
  await knock(ben, 'Ben');
  await seen(ben.getByRole('alert'));
  await inspect(ben, '40-passcode-wrong');
  await ben.getByLabel('Passcode').fill('open sesame');
  await expect
    .poll(
      async () => {
        await knock(ben, 'Ben').catch(() => undefined);
        return field(ben).isVisible();
      },
      { interval: 1_000 },
    )
    .toBe(true);

  // An invitation leads past the passcode, with the role it says, and no longer once it is revoked.
  await host.bringToFront();
  await host.getByLabel('They come in as').selectOption('Viewer');
  await host.getByLabel('Note').fill('For Cleo');
  await host.getByRole('button', { name: 'Make an invitation' }).click();
  const link = (await host.getByRole('status', { name: 'The link' }).textContent()) ?? '';
  expect(link).toContain(`/r/${code}#invite=`);
  const path = link.slice(link.indexOf('/r/'));
  const cleo = await person(path);
  await seen(cleo.getByText('You have an invitation.'));
  expect(cleo.url()).not.toContain('invite');
  await knock(cleo, 'Cleo');
  await seen(people(cleo).getByText('Viewer').first());
  await host.bringToFront();
  await host.getByRole('button', { name: 'Revoke For Cleo' }).click();
  await seen(host.getByText(/Viewer · revoked/));
  await inspect(host, '41-invitations');
  const dan = await person(path, WIDE, /403|410|404|401/);
  await knock(dan, 'Dan');
  await seen(dan.getByRole('alert'));
  await seen(dan.getByLabel('Passcode'));
  await inspect(dan, '42-invitation-revoked');

  // Tomorrow, as a calendar tells it; then in a few minutes it is over.
  await host.bringToFront();
  const tomorrow = toLocalInput(Date.now() + 86_400_000);
  await host.getByLabel('Opens at').fill(tomorrow);
  const schedule = host.getByRole('region', { name: 'When' });
  await schedule.getByRole('button', { name: 'Save' }).click();
  await seen(schedule.getByRole('link', { name: 'Add to a calendar' }));
  const eve = await person(`/r/${code}`, PHONE);
  await seen(eve.getByText(/The meeting opens on/));
  await inspect(eve, '43-not-open-yet');
  const [file] = await Promise.all([
    eve.waitForEvent('download'),
    eve.getByRole('link', { name: 'Add to a calendar' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/\.ics$/);

  await host.bringToFront();
  await host.getByLabel('Opens at').fill('');
  await host.getByLabel('Ends at').fill(toLocalInput(Date.now() + 240_000));
  await inspect(host, '44-schedule');
  await schedule.getByRole('button', { name: 'Save' }).click();
  await seen(ben.getByText(/The meeting ends at/));
  await inspect(ben, '45-ending');

  // Ended by mistake, it is opened again.
  await host.bringToFront();
  await host.getByRole('button', { name: 'End the meeting' }).click();
  await host.getByRole('button', { name: 'End it for everybody' }).click();
  await seen(ben.getByRole('heading', { name: 'The meeting has ended' }));
  expect(await ben.getByRole('button', { name: 'Open it again' }).count()).toBe(0);
  await inspect(host, '46-ended-reopen');
  await host.getByRole('button', { name: 'Open it again' }).click();
  await seen(people(host).getByText('Ada (you)'));
});

test('whoever was let in reads so once, and not again after a breakout room', async () => {
  const { code, hostKey } = await createRoom({ server: server.url, name: 'Monday planning' });
  const ada = await joinRoom({ server: server.url, code, name: 'Ada', hostKey });
  await ada.setDoor({ entry: 'nobody' });
  const ben = await person(`/r/${code}`);
  await knock(ben, 'Ben');
  await expect.poll(() => ada.state.lobby.length).toBe(1);
  await ada.admit('all');
  const note = ben.getByText('You are in.');
  await seen(note.first());
  await expect.poll(() => note.count()).toBe(0);
  await ada.openBreakouts({ names: ['Red'], assign: 'evenly' });
  await ben.getByRole('button', { name: 'Go there' }).click();
  await ben.getByRole('button', { name: 'Back to the main room' }).click();
  await seen(ben.getByRole('heading', { level: 1, name: 'Monday planning' }));
  await seen(people(ben).getByText('Ben (you)'));
  await ben.waitForTimeout(1_000);
  expect(await note.count()).toBe(0);
  ada.close();
});

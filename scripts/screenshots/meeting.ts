import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { FIGURES, type Name } from './figures.ts';
import { makeEvening } from './film.ts';
import { button, DARK, LARGE, MEDIUM, open, PHONE, seen, take } from './take.ts';

/** Everybody of the meeting, each in a browser of their own. */
interface Group {
  readonly amara: Page;
  readonly jonas: Page;
  readonly lin: Page;
  readonly sofia: Page;
  readonly tariq: Page;
}

/** Notes are dialogs, too, of their own kind. */
const dialog = (page: Page) => page.locator('[role="dialog"]:not([aria-modal="false"])');
const close = async (page: Page): Promise<void> => {
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });
};

async function say(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Write a message' });
  await field.fill(text);
  await field.press('Enter');
  await page.getByLabel('Messages').getByText(text).first().waitFor();
}

async function join(
  browser: Browser,
  name: Name,
  link: string,
  look: BrowserContextOptions,
  atDoor: (page: Page) => Promise<void> = async () => undefined,
): Promise<Page> {
  const page = await open(browser, name, link, look);
  await page.getByLabel('Your name').fill(name);
  await button(page, 'Camera and microphone').click();
  await button(page, 'Camera').click();
  await seen(page, name);
  await atDoor(page);
  await button(page, 'Join').click();
  return page;
}

async function gather(browser: Browser, address: string): Promise<Group> {
  const amara = await open(browser, 'Amara Okafor', address, LARGE);
  await amara.getByLabel('Name of the meeting').fill('Monday planning');
  await amara.getByLabel('Your name').fill('Amara Okafor');
  await take(amara, 'start');
  await button(amara, 'Start the meeting').click();
  await take(amara, 'invite');
  await button(amara, 'To the meeting').click();
  await button(amara, 'Camera').click();
  const link = address + new URL(amara.url()).pathname;
  const jonas = await join(browser, 'Jonas Weber', link, LARGE, (page) => take(page, 'door'));
  const lin = await join(browser, 'Lin Mei', link, { ...LARGE, ...DARK });
  const sofia = await join(browser, 'Sofia Rossi', link, { ...PHONE, ...DARK });
  const tariq = await join(browser, 'Tariq Aziz', link, MEDIUM);
  const group = { amara, jonas, lin, sofia, tariq };
  for (const page of Object.values(group)) for (const name of Object.keys(FIGURES)) await seen(page, name);
  return group;
}

async function talk({ amara, jonas, lin, sofia, tariq }: Group): Promise<void> {
  await say(amara, 'Good morning! Three things today: the release, the workshop, and who is on call.');
  await say(jonas, 'The release is ready from my side. Two translations are still open.');
  await say(lin, 'I will do the Chinese one before noon.');
  await say(tariq, 'Could somebody look over the programme of the workshop? It is in the files.');
  await say(lin, 'Gladly. Tariq, shall we say two o’clock?');
  await button(tariq, 'Raise your hand').click();
  await take(amara, 'meeting');
  await take(lin, 'meeting-dark');
  await take(tariq, 'meeting-tablet');
  await take(sofia, 'meeting-phone');
  await button(sofia, /^Chat(: \d+)?$/).click();
  await take(sofia, 'chat-phone');
}

async function work({ amara, jonas, lin, tariq }: Group): Promise<void> {
  await button(tariq, /^Files/).click();
  const chooser = tariq.waitForEvent('filechooser');
  await button(tariq, 'Choose files').click();
  await (await chooser).setFiles([
    { name: 'Workshop programme.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(248_000, 1) },
    { name: 'Release notes.md', mimeType: 'text/markdown', buffer: Buffer.alloc(6_300, 2) },
    { name: 'Budget 2027.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.alloc(91_400, 3) },
  ]);
  await dialog(tariq).getByText('Budget 2027.xlsx').first().waitFor();
  await dialog(tariq).getByRole('progressbar').first().waitFor({ state: 'detached' });
  await take(tariq, 'files-tablet');
  await close(tariq);

  await button(amara, /^Polls/).click();
  await button(amara, 'Ask a question').click();
  await dialog(amara).getByLabel('Question', { exact: true }).fill('When shall the workshop be?');
  await dialog(amara)
    .getByRole('textbox', { name: 'Answers' })
    .fill('Tuesday the 8th\nThursday the 10th\nFriday the 11th');
  await button(amara, 'Open the poll').click();
  for (const [page, answer] of [
    [jonas, 'Thursday the 10th'],
    [lin, 'Thursday the 10th'],
    [tariq, 'Friday the 11th'],
  ] as const) {
    await button(page, /^Polls/).click();
    await dialog(page).getByRole('radio', { name: answer }).check();
    await button(page, 'Vote').click();
    await dialog(page).getByText('Your vote counts.').waitFor();
    await close(page);
  }
  await take(amara, 'polls');
  await close(amara);

  await button(amara, "Host's tools").click();
  await dialog(amara).waitFor();
  await take(amara, 'host');
  await close(amara);
  await button(amara, 'Settings').click();
  await dialog(amara).waitFor();
  await take(amara, 'settings');
  await close(amara);
}

async function lobby(browser: Browser, { amara, sofia }: Group, link: string): Promise<void> {
  await button(amara, "Host's tools").click();
  await amara.getByLabel('Who walks straight in').selectOption('Nobody: all wait in the lobby');
  await amara.getByLabel('What those who wait read').fill('We begin at nine. Coffee is in the kitchen.');
  await amara.getByLabel('What those who wait read').press('Enter');
  await close(amara);
  await button(sofia, 'Leave').click();
  await sofia.context().close();
  const late = await open(browser, 'Sofia Rossi', link, PHONE);
  await late.getByLabel('Your name').fill('Sofia Rossi');
  await button(late, 'Join').click();
  await late.getByRole('heading', { name: 'In the lobby of Monday planning' }).waitFor();
  await take(late, 'lobby-phone');
  await late.context().close();
}

async function watch({ amara, lin }: Group): Promise<void> {
  const film = await makeEvening(amara, 12);
  await button(amara, /^Files/).click();
  const chooser = amara.waitForEvent('filechooser');
  await button(amara, 'Choose files').click();
  await (await chooser).setFiles([
    { name: 'Evening at the lake.webm', mimeType: 'video/webm', buffer: film },
  ]);
  await dialog(amara).getByText('Evening at the lake.webm').first().waitFor();
  await dialog(amara).getByRole('progressbar').first().waitFor({ state: 'detached' });
  await close(amara);
  await button(amara, 'Watch together').click();
  const screen = amara.getByRole('region', { name: 'Watch together' });
  await screen.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog(amara).getByRole('button', { name: 'Add Evening at the lake.webm' }).click();
  await screen.getByRole('button', { name: 'Watch Evening at the lake.webm' }).click();
  await lin.getByRole('region', { name: 'Watch together' }).waitFor();
  await lin.waitForTimeout(3_000);
  await take(lin, 'watching-dark');
  await screen.getByRole('button', { name: 'Pause', exact: true }).click();
}

async function parts({ amara }: Group): Promise<void> {
  await button(amara, 'Breakout rooms').click();
  await dialog(amara).getByLabel('How many', { exact: true }).fill('2');
  await dialog(amara).getByLabel('Who goes where').selectOption('Everybody chooses');
  await button(amara, 'Open the rooms').click();
  await dialog(amara).getByText('Room 2').first().waitFor();
  await take(amara, 'breakouts');
  await button(amara, 'Now').click();
  await close(amara);
}

/** A meeting of five from its beginning to its end. */
export async function meeting(browser: Browser, address: string): Promise<void> {
  const group = await gather(browser, address);
  const link = address + new URL(group.amara.url()).pathname;
  await talk(group);
  await work(group);
  await parts(group);
  await watch(group);
  await lobby(browser, group, link);
  await button(group.amara, 'Leave').click();
  await button(group.amara, 'Come back').waitFor();
  await take(group.amara, 'after');
  for (const page of Object.values(group)) if (!page.isClosed()) await page.context().close();
}

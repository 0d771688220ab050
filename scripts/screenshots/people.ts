import type { Browser, Page } from 'playwright-core';
import type { Name } from './figures.ts';
import { button, LARGE, open, take } from './take.ts';

const PASSWORD = 'a lake in the evening, twice';

async function register(browser: Browser, address: string, name: Name, userName: string): Promise<Page> {
  const page = await open(browser, name, address, LARGE);
  await button(page, 'Log in').click();
  const box = page.getByRole('dialog');
  await box.getByRole('tab', { name: 'Register' }).click();
  await box.getByLabel('User name').fill(userName);
  await box.getByLabel('Name', { exact: true }).fill(name);
  await box.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(page, 'Make the account').click();
  await page.getByRole('link', { name: 'People and chats' }).click();
  return page;
}

/** Writes, and waits until it is read: both see one order. */
async function write(from: Page, to: Page, name: Name, text: string): Promise<void> {
  const field = from.getByRole('textbox', { name: `Write to ${name}`, exact: true });
  await field.fill(text);
  await field.press('Enter');
  for (const page of [from, to])
    await page.getByRole('main').getByRole('listitem').filter({ hasText: text }).waitFor();
}

const tab = (page: Page, name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) });

/** Two people with accounts, who become contacts and write to each other. */
export async function people(browser: Browser, address: string): Promise<void> {
  // Names of earlier runs on the same server are taken.
  const run = Date.now().toString(36);
  const lin = await register(browser, address, 'Lin Mei', `lin-${run}`);
  const jonas = await register(browser, address, 'Jonas Weber', `jonas-${run}`);
  await tab(lin, 'People').click();
  await button(lin, 'Find people').click();
  await lin.getByLabel('User name').fill(`jonas-${run}`);
  await lin.getByLabel('User name').press('Enter');
  await button(lin, 'Ask to be contacts with Jonas Weber').click();
  await lin.keyboard.press('Escape');
  await tab(jonas, 'People').click();
  await button(jonas, 'Accept Lin Mei').click();
  for (const [page, name] of [
    [lin, 'Jonas Weber'],
    [jonas, 'Lin Mei'],
  ] as const) {
    await page
      .getByRole('list', { name: 'People', exact: true })
      .getByRole('link', { name: new RegExp(`^${name}`) })
      .click();
  }
  await write(
    lin,
    jonas,
    'Jonas Weber',
    'The translation is done. Do you want to read it before it goes out?',
  );
  await write(jonas, lin, 'Lin Mei', 'That was quick, thank you! I will read it after lunch.');
  await write(lin, jonas, 'Jonas Weber', 'There is no hurry. Tell me if a term sounds wrong.');
  await write(jonas, lin, 'Lin Mei', 'Shall we look at it together at two?');
  await tab(lin, 'Chats').click();
  await take(lin, 'people');
  for (const page of [lin, jonas]) await page.context().close();
}

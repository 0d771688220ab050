// A meeting as people have it before them: what they see in it, how they come into it, and what they say.
import type { BrowserContext, Page } from 'playwright-core';
import { button, openTab, seen } from './page.ts';

export const field = (page: Page) => page.getByRole('textbox', { name: 'Write a message' });
export const people = (page: Page) => page.getByRole('complementary', { name: 'People' });
export const messages = (page: Page) => page.getByLabel('Messages', { exact: true });
export const said = (page: Page, text: string) => messages(page).getByText(text, { exact: true });

/** Opens a meeting on the start page; answers its code. What is shown then is left by `enter`. */
export async function create(page: Page, room: string, name: string): Promise<string> {
  await page.getByLabel('Name of the meeting').fill(room);
  await page.getByLabel('Your name').fill(name);
  await button(page, 'Start the meeting').click();
  await seen(page.getByRole('dialog', { name: 'Your meeting is open' }));
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

export const enter = (page: Page) => button(page, 'To the meeting').click();

/** Comes in by the code, from the start page. */
export async function joinByCode(page: Page, code: string, name: string): Promise<void> {
  await page.getByLabel('Code or link').fill(code);
  await button(page, 'Go to the room').click();
  await page.getByLabel('Your name').fill(name);
  await button(page, 'Join').click();
  await seen(field(page));
}

export async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press('Enter');
}

/** A meeting of two in two tabs of one browser. `expected`: what Ben's console may say. */
export async function meet(context: BrowserContext, url: string, expected?: RegExp) {
  const ada = await openTab(context, url);
  const code = await create(ada, 'Monday planning', 'Ada');
  await enter(ada);
  const ben = await openTab(context, url, expected);
  await joinByCode(ben, code, 'Ben');
  await seen(people(ada).getByText('Ben', { exact: true }));
  return { ada, ben, code };
}

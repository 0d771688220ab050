import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { PASSWORD } from './people.ts';

/** How a device looks to the page. */
export const LAPTOP = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

/** A browser of its own, as somebody has it on one device. */
export const openBrowser = (
  browser: Browser,
  look: Parameters<Browser['newContext']>[0],
): Promise<BrowserContext> => browser.newContext({ locale: 'en-GB', ...look });

export const seen = (locator: Locator) => locator.waitFor({ state: 'visible' });
export const gone = (locator: Locator) => locator.waitFor({ state: 'hidden' });
export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const tab = (page: Page, name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) });

/** Somebody, or a group, in one of the lists. */
export const listed = (page: Page, list: string, name: string) =>
  page.getByRole('list', { name: list, exact: true }).getByRole('link', { name: new RegExp(`^${name}`) });

/** A message, and what stands with it. */
export const bubble = (page: Page, text: string) =>
  page.getByRole('main').getByRole('listitem').filter({ hasText: text });

const toPeople = (page: Page) => page.getByRole('link', { name: /^People and chats/ }).click();

/** Makes an account on the page, and goes to the chats. */
export async function registerOn(page: Page, userName: string, name: string): Promise<void> {
  await button(page, 'Log in').click();
  const box = page.getByRole('dialog');
  await box.getByRole('tab', { name: 'Register' }).click();
  await box.getByLabel('User name').fill(userName);
  await box.getByLabel('Name', { exact: true }).fill(name);
  await box.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(page, 'Make the account').click();
  await toPeople(page);
  await seen(tab(page, 'Chats'));
}

/** Logs in on the page with the password that everybody here has, and goes to the chats. */
export async function logInOn(page: Page, userName: string): Promise<void> {
  await button(page, 'Log in').click();
  const box = page.getByRole('dialog');
  await box.getByLabel('User name').fill(userName);
  await box.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await box.getByLabel('Password', { exact: true }).press('Enter');
  await toPeople(page);
  await seen(tab(page, 'Chats'));
}

export async function logOutOn(page: Page, name: string): Promise<void> {
  await button(page, `Account of ${name}`).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await seen(page.getByText('Log in to see your contacts, chats and groups.'));
}

/** Finds somebody by their user name, and asks them to be a contact. */
export async function askOn(page: Page, userName: string, name: string): Promise<void> {
  await tab(page, 'People').click();
  await button(page, 'Find people').click();
  await page.getByLabel('User name').fill(userName);
  await page.getByLabel('User name').press('Enter');
  await button(page, `Ask to be contacts with ${name}`).click();
  await seen(page.getByText(`You have asked ${name}.`).first());
  await page.keyboard.press('Escape');
  await gone(page.getByRole('dialog', { name: 'Find people' }));
}

/** Writes into the conversation that is open; `field`: what its field is called. */
export async function writeOn(page: Page, field: string, text: string): Promise<void> {
  await page.getByRole('textbox', { name: field, exact: true }).fill(text);
  await button(page, 'Send').click();
  await seen(bubble(page, text));
}

/** Whether a picture is there to be seen, and not only its frame. */
export const isDrawn = (picture: Locator): Promise<boolean> =>
  picture.evaluate((element) => element instanceof HTMLImageElement && element.naturalWidth > 0);

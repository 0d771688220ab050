import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { allowCut, button, gone, openTab, seen } from './page.ts';
import { PASSWORD } from './people.ts';

/** How a device looks to the page. */
export const LAPTOP = { viewport: { width: 1440, height: 900 } };
export const TABLET = { viewport: { width: 768, height: 1024 } };
export const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };
export const DARK = { colorScheme: 'dark' } as const;
type Look = Parameters<Browser['newContext']>[0];

/** What browsers write into the console about an answer that refuses. */
export const REFUSED = /status of 4\d\d|ERR_FAILED/;

/** A browser of its own, as somebody has it on one device. */
export const openBrowser = (browser: Browser, look: Look): Promise<BrowserContext> =>
  browser.newContext({ locale: 'en-GB', ...look });

export const tab = (page: Page, name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) });

/** Somebody, or a group, in one of the lists. */
export const listed = (page: Page, list: string, name: string) =>
  page.getByRole('list', { name: list, exact: true }).getByRole('link', { name: new RegExp(`^${name}`) });

/** A message, and what stands with it. */
export const bubble = (page: Page, text: string) =>
  page.getByRole('main').getByRole('listitem').filter({ hasText: text });

const toPeople = (page: Page) => page.getByRole('link', { name: /^People and chats/ }).click();

export const titleOf = (page: Page) => expect.poll(() => page.title());

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

/** `names`: what `a` and `b` are called; `userName`: that of `b`. */
export async function becomeContacts(
  a: Page,
  b: Page,
  userName: string,
  names: readonly [string, string],
): Promise<void> {
  await askOn(a, userName, names[1]);
  await tab(b, 'People').click();
  await button(b, `Accept ${names[0]}`).click();
  await seen(listed(a, 'People', names[1]));
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

/** People at one server, each with a browser of their own. */
export class Everybody {
  readonly #browser: Browser;
  readonly #url: string;
  #contexts: BrowserContext[] = [];

  constructor(browser: Browser, url: string) {
    this.#browser = browser;
    this.#url = url;
  }

  /** The browser of somebody, whose lines can be cut. */
  async browser(look: Look): Promise<BrowserContext> {
    const context = await openBrowser(this.#browser, look);
    this.#contexts.push(context);
    await allowCut(context);
    return context;
  }

  /** Somebody who is new, with their chats before them. */
  async person(userName: string, name: string, look: Look = LAPTOP): Promise<Page> {
    const page = await openTab(await this.browser(look), this.#url, REFUSED);
    await registerOn(page, userName, name);
    return page;
  }

  async close(): Promise<void> {
    const contexts = this.#contexts;
    this.#contexts = [];
    await Promise.all(contexts.map((context) => context.close()));
  }
}

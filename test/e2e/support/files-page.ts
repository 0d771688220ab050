import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { FILE_PART_BYTES } from '../../../src/protocol/index.ts';
import type { Caller, Gate } from './gate.ts';
import { openTab, seen } from './page.ts';

export const PART = FILE_PART_BYTES;

type Look = Parameters<Browser['newContext']>[0];
export const WIDE = { viewport: { width: 1280, height: 800 } };
export const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };
export const DARK = { colorScheme: 'dark' } as const;

/** What browsers write into the console about an answer that refuses, or a request that was called off. */
const REFUSED = /status of 4\d\d|ERR_FAILED|ERR_ABORTED/;

export const within = (place: Page | Locator, name: string) =>
  place.getByRole('button', { name, exact: true });
/** The panel of the files. */
export const sheet = (page: Page) => page.getByRole('dialog', { name: 'Files' });
/** The files that are listed in it. */
export const rows = (page: Page) =>
  sheet(page).getByRole('list', { name: 'Files', exact: true }).getByRole('listitem');
export const openFiles = (page: Page) => page.getByRole('button', { name: /^Files(: \d+)?$/ }).click();
export const choose = (page: Page, ...paths: string[]) =>
  sheet(page)
    .locator('input[type=file]')
    .setInputFiles(isPlain(paths) ? paths : paths.map(read));

/** Browsers read other names as the locale of their machine has it: those are handed over by their bytes. */
const isPlain = (paths: readonly string[]): boolean => paths.every((path) => /^[ -~]*$/.test(path));
const read = (path: string) => ({ name: basename(path), mimeType: '', buffer: readFileSync(path) });

/** A file on disk of so many bytes, each part of it other bytes. */
export function fileOf(folder: string, name: string, size: number): string {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1_024) bytes.writeUInt32LE(at + size, Math.min(at, size - 4));
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** The number of the part that a request brings; null: it brings none. */
export function partOf({ method, path }: Caller): number | null {
  const n = /\/uploads\/[^/]+\/parts\/(\d+)$/.exec(path)?.[1];
  return method === 'PUT' && n !== undefined ? Number(n) : null;
}

const partsOf = (callers: readonly Caller[]): number[] =>
  callers.flatMap((caller) => partOf(caller) ?? []).sort((a, b) => a - b);

/** The parts that have been let through, by number. */
export const sentParts = ({ passed }: Gate): number[] => partsOf(passed);

/** Waits until these, by number, are stored. A bar also counts what is on its way, of parts that are held back as well. */
export const stored = ({ answered }: Gate, ...parts: number[]) =>
  expect.poll(() => partsOf(answered)).toEqual(parts);

/** What a press on a button saves. */
export async function saved(page: Page, press: Locator): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), press.click()]);
  return readFileSync(await download.path());
}

/** People in pages of one server, each in a browser of their own. */
export class Exchange {
  readonly #browser: Browser;
  readonly #url: string;
  #contexts: BrowserContext[] = [];

  constructor(browser: Browser, url: string) {
    this.#browser = browser;
    this.#url = url;
  }

  /** Somebody who comes, at this path. `expected`: see `openTab`. */
  async come(path: string, look: Look, expected = REFUSED): Promise<Page> {
    const context = await this.#browser.newContext({ locale: 'en-GB', ...look });
    this.#contexts.push(context);
    const page = await openTab(context, this.#url + path, expected);
    page.on('dialog', (dialog) => void dialog.accept());
    return page;
  }

  /** Ada hosts, Ben is there. */
  async meet(look: Look = WIDE, expected = REFUSED): Promise<readonly [ada: Page, ben: Page]> {
    const ada = await this.come('/', WIDE, expected);
    await ada.getByLabel('Name of the meeting').fill('Exchange');
    await ada.getByLabel('Your name').fill('Ada');
    await within(ada, 'Start the meeting').click();
    await within(ada, 'To the meeting').click();
    const ben = await this.join(ada, 'Ben', look, expected);
    return [ada, ben];
  }

  /** Somebody comes into the meeting that is on another page. */
  async join(other: Page, name: string, look: Look = WIDE, expected = REFUSED): Promise<Page> {
    const page = await this.come(new URL(other.url()).pathname, look, expected);
    await page.getByLabel('Your name').fill(name);
    await within(page, 'Join').click();
    await seen(page.getByRole('button', { name: 'Files' }));
    return page;
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
    this.#contexts = [];
  }
}

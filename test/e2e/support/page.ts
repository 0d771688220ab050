import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { root } from '../../../scripts/support.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = `${root}test-results/`;

export const seen = (locator: Locator) => locator.waitFor({ state: 'visible' });
export const gone = (locator: Locator) => locator.waitFor({ state: 'hidden' });
export const button = (within: Page | Locator, name: string | RegExp) =>
  within.getByRole('button', { name, exact: true });

/** A tab that fails its test on any error in its console, except what the test expects. */
export async function openTab(context: BrowserContext, url: string, expected: RegExp = /^$/): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text()))
      faults.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(url);
  return page;
}

/** Lets `cut` end the line of a page, as a bad network would; to be called before the page opens. */
export const allowCut = (pages: BrowserContext | Page) =>
  pages.addInitScript(() => {
    const Native = WebSocket;
    globalThis.WebSocket = class extends Native {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        Object.assign(globalThis, { cut: () => this.close(4_999) });
      }
    };
  });

/** Ends the line that a page opened last. It may send once more before it hears of it: Chromium remarks on that. */
export const cut = (page: Page) => page.evaluate(() => (globalThis as unknown as { cut(): void }).cut());

const faults: string[] = [];

/** What went wrong in the consoles of all tabs since it was last asked. */
export const takeFaults = (): string[] => faults.splice(0);

/**
 * Puts all that fades or runs over at its end. It is not waited for: on a busy machine Chromium now and then keeps a transition in
 * `getAnimations` for good, its promise `finished` open, though its `playState` is "finished" and the page shows its end.
 */
const settle = (page: Page): Promise<void> =>
  page.evaluate(() => {
    // What inherits a colour that runs over begins to run when that one has ended.
    for (let depth = 0; depth < 5; depth += 1)
      // What turns for ever has no end.
      for (const animation of document.getAnimations())
        if (animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) animation.finish();
  });

/** Shows the page by day or by night, its colours at once where they would run over. */
async function light(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await settle(page);
}

/**
 * Holds a view to the rules of accessibility, its colours by day and by night, and to the width of its window, and takes a
 * screenshot of it.
 */
export async function inspect(page: Page, name: string): Promise<void> {
  // A tab in the background draws once a second only.
  await page.bringToFront();
  // What is fading in has no colours of its own yet.
  await settle(page);
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}${name}.png` });
  await page.evaluate(axe);
  // What fades out just now has no colours of its own either; what is wrong stays wrong.
  const first = await violationsOn(page, name);
  if (first.length > 0) await page.waitForTimeout(1_000);
  expect(first.length === 0 ? first : await violationsOn(page, name)).toEqual([]);
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  const [now, other] = isDark ? (['dark', 'light'] as const) : (['light', 'dark'] as const);
  await light(page, other);
  const otherwise = await violationsOn(page, `${name} (${other})`, 'color-contrast');
  await light(page, now);
  expect(otherwise).toEqual([]);
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(`${name} is ${Math.max(0, tooWide)} px too wide`).toBe(`${name} is 0 px too wide`);
}

/** `rule`: this one alone, in place of all. */
async function violationsOn(page: Page, name: string, rule?: string): Promise<string[]> {
  const { violations } = await page.evaluate(
    (only) =>
      (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run(
        only === undefined ? {} : { runOnly: { type: 'rule', values: [only] } },
      ),
    rule,
  );
  return violations.map(({ id, nodes }) => `${name}: ${id} ${nodes.map(({ html }) => html).join('\n')}`);
}

import { statSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { root } from '../support.ts';
import { draw, FIGURES, type Name } from './figures.ts';

export const folder = `${root}docs/images/`;
/** Bytes that one of them may have. */
const MOST = 150_000;
/** ms in which notes go away and lines to others become good. */
const PATIENCE = 60_000;

export const LARGE = { viewport: { width: 1440, height: 900 } } as const;
export const MEDIUM = { viewport: { width: 768, height: 1024 } } as const;
export const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true } as const;
export const DARK = { colorScheme: 'dark' } as const;

export const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: true }).first();
export const seen = (page: Page, name: string) =>
  page.getByLabel(`Picture of ${name}`, { exact: true }).waitFor();

/** A browser of somebody, whose camera shows their figure. */
export async function open(
  browser: Browser,
  name: Name,
  address: string,
  look: BrowserContextOptions,
): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', ...look });
  await context.addInitScript(draw, FIGURES[name]);
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

/** What does not belong into a picture: notes over it, lines that a busy machine makes bad, parts still to come. */
const disturbing = (page: Page): Promise<string | null> =>
  page.evaluate(() => {
    const marks = [
      'The line is poor',
      'The line is lost',
      'The line has small faults',
      'Connecting',
      'Loading…',
    ];
    const shown = (element: Element) => element.checkVisibility({ opacityProperty: true });
    if (document.querySelector('.toasts > *') !== null) return 'a note';
    for (const element of document.querySelectorAll('[title], p, span')) {
      const text = element.getAttribute('title') ?? element.textContent?.trim() ?? '';
      if (marks.includes(text) && shown(element)) return text;
    }
    return null;
  });

/** Takes the picture once nothing is on it that passes by. */
export async function take(page: Page, name: string): Promise<void> {
  await page.bringToFront();
  await page.mouse.move(0, 0);
  // What has just come fades in.
  await page.waitForTimeout(1_500);
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const fault = await disturbing(page);
    if (fault === null) break;
    if (performance.now() > deadline) throw new Error(`unable to take ${name}; it shows "${fault}"`);
    await page.waitForTimeout(500);
  }
  const path = `${folder}${name}.jpg`;
  await page.screenshot({ path, type: 'jpeg', quality: 80 });
  const { size } = statSync(path);
  console.log(`${name}: ${Math.round(size / 1_000)} kB`);
  if (size > MOST) throw new Error(`${name} is larger than ${MOST / 1_000} kB`);
}

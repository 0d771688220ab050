import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** ms by which two people may be apart. */
export const APART = 250;

export const screening = (page: Page) => page.getByRole('region', { name: 'Watch together' });
export const watchButton = (page: Page, name: string) =>
  screening(page).getByRole('button', { name, exact: true });

/** Where the film is on a page, and when: all pages have the clock of one machine. s and ms. */
export const look = (page: Page) =>
  page.locator('video').evaluate((video: HTMLVideoElement) => ({
    position: video.currentTime,
    at: performance.timeOrigin + performance.now(),
    plays: !video.paused && video.readyState >= 3 && !video.seeking,
  }));

/** ms by which two pages are apart while both play; a minute where one does not. */
async function apart(one: Page, other: Page): Promise<number> {
  const [a, b] = await Promise.all([look(one), look(other)]);
  if (!a.plays || !b.plays) return 60_000;
  return Math.abs((b.position - a.position) * 1_000 - (b.at - a.at));
}

export const inStep = (one: Page, other: Page) =>
  expect.poll(() => apart(one, other), { interval: 100 }).toBeLessThanOrEqual(APART);

export const plays = (page: Page, is = true) => expect.poll(async () => (await look(page)).plays).toBe(is);

/** The list of what is to be watched. */
export const listRows = (page: Page): Locator => screening(page).locator('ol > li');

/** Presses what puts a file of the room on the list. */
export async function addFilm(page: Page, name: string): Promise<void> {
  await watchButton(page, 'Add').click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Add ${name}` })
    .click();
}

/** Has everybody go to a place of the film; ms. */
export async function seekTo(page: Page, place: number): Promise<void> {
  const slider = screening(page).getByRole('slider', { name: 'Place in the film' });
  await slider.fill(String(place));
  await slider.blur();
}

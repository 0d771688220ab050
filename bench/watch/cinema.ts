import { setTimeout as wait } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.ts';
import { createRoom, joinRoom, type RoomConnection } from '../../src/client/index.ts';
import { positionAt } from '../../src/protocol/index.ts';
import { makeFilm } from '../../test/support/film.ts';
import type { Sample, Track } from './drift.ts';

/** ms between two looks at a player. */
const LOOK_EVERY = 50;
/** A window that lies behind others is to be treated as one that is seen: here nobody sees any. */
const SEEN = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** ms within which a film is to play everywhere, and between two looks whether it does. */
const PATIENCE = 30_000;
const AGAIN = 250;

/** Runs in the page. */
function stateOfPlayer(): string {
  const video = document.querySelector('video');
  if (video === null) return 'not there';
  if (video.error !== null) return `broken (${video.error.message})`;
  if (video.readyState < 3) return `waiting for bytes (${video.readyState})`;
  return video.paused ? 'standing' : 'plays';
}

declare global {
  var looks: Sample[] | undefined;
}

/** A room with a film, a host who steers, and people who watch in pages of one browser. */
export class Cinema {
  readonly host: RoomConnection;
  readonly #browser: Browser;
  readonly #pages: readonly Page[];

  private constructor(host: RoomConnection, browser: Browser, pages: readonly Page[]) {
    this.host = host;
    this.#browser = browser;
    this.#pages = pages;
  }

  /** `seconds`: how long the film is. */
  static async open(server: string, people: number, seconds: number): Promise<Cinema> {
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error('unable to watch; there is no Chromium here');
    const browser = await chromium.launch({
      executablePath,
      args: ['--headless=new', '--no-sandbox', '--disable-gpu', ...SEEN],
    });
    const { code, hostKey } = await createRoom({ server, name: 'Cinema' });
    const host = await joinRoom({ server, code, name: 'Host', hostKey });
    const pages: Page[] = [];
    for (let index = 0; index < people; index += 1) {
      const context = await browser.newContext({ locale: 'en', viewport: { width: 1_280, height: 720 } });
      const page = await context.newPage();
      await page.goto(`${server}/r/${code}`);
      await page.getByLabel('Your name').fill(`Viewer ${index + 1}`);
      await page.getByRole('button', { name: 'Join', exact: true }).click();
      await page.getByRole('textbox', { name: 'Write a message' }).waitFor();
      pages.push(page);
    }
    const cinema = new Cinema(host, browser, pages);
    await cinema.#show(seconds);
    return cinema;
  }

  /** Puts the film on, and waits until it plays everywhere. */
  async #show(seconds: number): Promise<void> {
    const [first] = this.#pages;
    if (first === undefined) throw new Error('unable to show a film; nobody is there');
    const film = new Blob([await makeFilm(first, { seconds })], { type: 'video/webm' });
    const { file } = await this.host.uploadFile(film, { name: 'film.webm' });
    const added = await this.host.watch.add({ source: { kind: 'file', file }, duration: seconds * 1_000 });
    if (added.status !== 'done' || added.event === undefined) throw new Error('unable to show the film');
    await this.host.watch.select(added.event.seq ?? 0);
    await this.#plays();
  }

  /** Waits until it plays everywhere; throws with how it is with each where it does not. */
  async #plays(): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    for (;;) {
      const players = await Promise.all(this.#pages.map((page) => page.evaluate(stateOfPlayer)));
      if (players.every((state) => state === 'plays')) return;
      if (performance.now() > deadline)
        throw new Error(`unable to show the film everywhere; the players are: ${players.join(', ')}`);
      await wait(AGAIN);
    }
  }

  /** Begins to look at all players. */
  async look(): Promise<void> {
    await Promise.all(
      this.#pages.map((page) =>
        page.evaluate((every) => {
          const looks: Sample[] = [];
          globalThis.looks = looks;
          setInterval(() => {
            const video = document.querySelector('video');
            if (video === null) return;
            looks.push({
              at: Date.now(),
              position: video.currentTime * 1_000,
              plays: !video.paused && !video.seeking && video.readyState >= 3,
            });
          }, every);
        }, LOOK_EVERY),
      ),
    );
  }

  /** Where the room is at a time, ms: both clocks are that of the machine. */
  readonly room = (at: number): number => {
    const { items, playback } = this.host.watch.state;
    const item = items.find(({ id }) => id === playback.item);
    return positionAt(playback, at, item?.duration ?? null);
  };

  /** What was seen of each so far. */
  tracks(): Promise<Track[]> {
    return Promise.all(this.#pages.map((page) => page.evaluate(() => globalThis.looks ?? [])));
  }

  async close(): Promise<void> {
    this.host.close();
    await this.#browser.close();
  }
}

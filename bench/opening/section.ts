import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.ts';
import { createRoom } from '../../src/client/index.ts';
import { latencyOf, median } from '../load/statistics.ts';
import { fine, ratio, table } from '../report/markdown.ts';
import type { Context, Goal, Section } from '../sections/section.ts';
import { buildPage, startPageServer } from '../servers/page-server.ts';

const VISITS = 15;
const VISITS_QUICK = 5;
/** ms within which one can write one's name. */
const OPEN_GOAL = 1_000;

/** The least that a page can be: it is what the browser itself takes, with a context of its own for each visit. */
const BARE = '<!doctype html><meta charset="utf-8"><title>Bare</title><label>Your name <input></label>';

type Opening = { readonly what: string; readonly times: readonly number[] };

/** How long it takes until a page that was never visited can be used. */
export const opening: Section = {
  name: 'opening',
  async measure({ plan, attempt, inOrder }: Context) {
    await buildPage();
    const visits = plan.quick ? VISITS_QUICK : VISITS;
    const found = (await attempt('opening', () => run(visits, inOrder))) ?? [];
    return {
      title: 'Opening the page',
      lines: [
        'From a click on a link to a field that one can write in, by a browser that has nothing of the page in its cache; ms.',
        `${visits} visits each, by turns. The bare page is one field, from Node's http server: what the browser takes by itself.`,
        '',
        ...tableOf(found),
      ],
      goals: found.slice(1).map(goalOf),
    };
  },
};

async function run(visits: number, inOrder: Context['inOrder']): Promise<Opening[]> {
  const bare = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(BARE));
  await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve));
  const server = await startPageServer();
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('unable to open a page; there is no Chromium here');
  const browser = await chromium.launch({
    executablePath,
    args: ['--headless=new', '--no-sandbox', '--disable-gpu'],
  });
  try {
    const { code } = await createRoom({ server: server.url, name: 'Opening' });
    const pages = [
      {
        what: 'a bare page',
        address: `http://127.0.0.1:${(bare.address() as AddressInfo).port}/`,
        times: [] as number[],
      },
      { what: 'the first page', address: `${server.url}/`, times: [] as number[] },
      { what: 'the link to a meeting', address: `${server.url}/r/${code}`, times: [] as number[] },
    ];
    // The first visit of all starts parts of the browser and of the server.
    for (const { address } of pages) await visit(browser, address);
    for (let round = 0; round < visits; round += 1)
      for (const { address, times } of inOrder(pages, round)) times.push(await visit(browser, address));
    return pages;
  } finally {
    await browser.close();
    await server.close();
    bare.close();
  }
}

/** Opens a page with an empty cache; ms until its field can be written in. */
async function visit(browser: Browser, address: string): Promise<number> {
  const context = await browser.newContext({ locale: 'en', viewport: { width: 1_440, height: 900 } });
  try {
    const page = await context.newPage();
    const begun = performance.now();
    await page.goto(address, { waitUntil: 'commit' });
    await page.getByLabel('Your name').fill('A');
    return performance.now() - begun;
  } finally {
    await context.close();
  }
}

function tableOf(found: readonly Opening[]): string[] {
  const [bare] = found;
  if (bare === undefined) return [];
  const floor = median(bare.times);
  return table(
    ['', 'median', 'p99 or slowest', '× a bare page'],
    found.map(({ what, times }) => [
      what,
      fine(median(times)),
      fine(latencyOf(times).p99),
      ratio(median(times) / floor),
    ]),
  );
}

function goalOf({ what, times }: Opening): Goal {
  const typical = median(times);
  return {
    goal: `${what} opens on a cold cache, over localhost: in at most ${OPEN_GOAL / 1_000} s`,
    measured: `${fine(typical / 1_000)} s`,
    met: typical <= OPEN_GOAL,
  };
}

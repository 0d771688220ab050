import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from './browser.ts';
import { Stage } from './calls.ts';
import { takeFaults } from './page.ts';
import { UNLIMITED } from './people.ts';
import { type Server, startServer } from './server.ts';

/**
 * One server and one browser for the tests of a file. Each test has pages of its own, and nothing may go wrong in their consoles but
 * what is `expected`. What it answers is there from the first test on.
 */
export function callStage(expected?: RegExp): { readonly pages: Stage; readonly server: Server } {
  let server: Server;
  let browser: Browser;
  let pages: Stage;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer({ vars: UNLIMITED }), launchBrowser()]);
    pages = new Stage(browser, server.url, expected);
  });
  afterEach(async () => {
    await pages.close();
    expect(takeFaults()).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  return {
    get pages() {
      return pages;
    },
    get server() {
      return server;
    },
  };
}

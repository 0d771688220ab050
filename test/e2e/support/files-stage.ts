import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from './browser.ts';
import { Exchange } from './files-page.ts';
import { type Gate, openGate } from './gate.ts';
import { takeFaults } from './page.ts';
import { UNLIMITED } from './people.ts';
import { type Server, startServer } from './server.ts';

export let gate: Gate;
export let exchange: Exchange;
/** Where files lie that people choose. */
export let folder: string;

/**
 * One server behind a gate, and one browser, for the tests of a file. Each test has pages of its own, and nothing may go wrong in
 * their consoles.
 */
export function filesStage(vars: Readonly<Record<string, string>> = {}): void {
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-files-'));
    [server, browser] = await Promise.all([
      startServer({ vars: { ...UNLIMITED, ...vars } }),
      launchBrowser(),
    ]);
    gate = await openGate(server.url);
    exchange = new Exchange(browser, gate.url);
  });
  afterEach(async () => {
    await exchange.close();
    gate.letGo();
    gate.passed.length = 0;
    gate.answered.length = 0;
    expect(takeFaults()).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await gate.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
}

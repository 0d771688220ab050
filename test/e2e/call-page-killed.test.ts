// The server may die: what goes on between people goes on, and what was written meanwhile arrives.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { flows, picture, received, Stage } from './support/calls.ts';
import { button, takeFaults } from './support/page.ts';
import { UNLIMITED } from './support/people.ts';
import { freeFixedPort, type LastingServer, startServer } from './support/server.ts';

const persistTo = mkdtempSync(join(tmpdir(), 'parley-call-'));
let server: LastingServer | undefined;
afterEach(async () => {
  await server?.close();
  rmSync(persistTo, { recursive: true, force: true });
});

test('a server that is killed and comes back costs a call nothing, and the chat no line', async () => {
  const port = await freeFixedPort();
  const settings = { persistTo, port, vars: UNLIMITED };
  const [started, browser] = await Promise.all([startServer(settings), launchBrowser()]);
  server = started;
  // While it is gone, pages say so in their consoles.
  const pages = new Stage(browser, server.url, /ERR_|WebSocket|Failed to load resource/);
  try {
    const { page: ada, path } = await pages.start('Ada');
    await button(ada, 'Camera').click();
    await picture(ada, 'Ada').waitFor();
    const ben = await pages.join(path, 'Ben');
    for (const [page, other] of [
      [ada, 'Ben'],
      [ben, 'Ada'],
    ] as const) {
      await picture(page, other).waitFor();
      await flows(page, 1);
    }
    const field = (page: typeof ada) => page.getByRole('textbox', { name: 'Write a message' });
    await field(ben).fill('Before');
    await field(ben).press('Enter');
    await ada.getByText('Before').waitFor();
    const connections = (await received(ada)).map(({ id }) => id);

    await server.kill();
    await ada.getByTestId('connection-banner').waitFor();
    await ada
      .getByText('The connection to the meeting is lost. Picture and sound go on meanwhile.')
      .waitFor();
    await field(ben).fill('While it was gone');
    await field(ben).press('Enter');
    // Nobody disappears, and nothing stands still.
    for (const page of [ada, ben]) {
      const [before] = await received(page);
      await expect
        .poll(async () => (await received(page))[0]?.frames ?? 0)
        .toBeGreaterThan((before?.frames ?? 0) + 10);
    }
    expect(await picture(ada, 'Ben').count()).toBe(1);

    server = await startServer(settings);
    await ada.getByTestId('connection-banner').waitFor({ state: 'detached' });
    await ada.getByText('While it was gone').waitFor();
    expect(await ada.getByText('While it was gone').count()).toBe(1);
    for (const page of [ada, ben]) {
      const [before] = await received(page);
      await expect
        .poll(async () => (await received(page))[0]?.frames ?? 0)
        .toBeGreaterThan((before?.frames ?? 0) + 10);
    }
    // The same connections: nothing was set up anew. Longer than somebody who does not come back is waited for.
    await ada.waitForTimeout(6_000);
    expect((await received(ada)).map(({ id }) => id)).toEqual(connections);
    expect(await picture(ada, 'Ben').count()).toBe(1);
    expect(await picture(ben, 'Ada').count()).toBe(1);
    // And what the room says of it holds: switched off it goes off.
    await button(ben, 'Camera').click();
    await picture(ada, 'Ben').waitFor({ state: 'detached' });
    takeFaults();
  } finally {
    await pages.close();
    await browser.close();
  }
});

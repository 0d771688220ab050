import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import type { page as calling } from './call-page.ts';
import { openTab } from './page.ts';

// Pages that load nothing but the call of the SDK.

type Me = Awaited<ReturnType<typeof calling.come>>;
/** What is in such a page. */
export type CallGlobal = { readonly page: typeof calling; me: Me };

/** The SDK and what a test calls of it, as a page would load it: files by name. */
export async function bundleCall(): Promise<ReadonlyMap<string, string>> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      lib: {
        entry: fileURLToPath(new URL('./call-page.ts', import.meta.url)),
        formats: ['es'],
        fileName: () => 'page.js',
      },
    },
  });
  const [result] = Array.isArray(built) ? built : [built];
  if (result === undefined || !('output' in result)) throw new Error('nothing was built');
  return new Map(result.output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : '']));
}

/** A page of the server's own origin that loads nothing but the SDK. */
export async function openCallTab(
  browser: Browser,
  url: string,
  scripts: ReadonlyMap<string, string>,
): Promise<Page> {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'], bypassCSP: true });
  await context.route(`${url}/call-sdk/**`, (route) => {
    const code = scripts.get(new URL(route.request().url()).pathname.replace('/call-sdk/', ''));
    return code === undefined ? route.abort() : route.fulfill({ contentType: 'text/javascript', body: code });
  });
  // Any answer that is no page of ours. A browser lets only what a server at home has sent speak to that server.
  const page = await openTab(context, `${url}/v1/openapi.json`);
  await page.addScriptTag({ type: 'module', url: `${url}/call-sdk/page.js` });
  await page.waitForFunction(() => 'page' in globalThis);
  return page;
}

/** Has a page come into the call of a room; answers its member's id. */
export const come = (page: Page, room: { code: string; hostKey?: string }, name: string): Promise<string> =>
  page.evaluate(
    async ([code, who, hostKey]) => {
      const all = globalThis as unknown as CallGlobal;
      all.me = await all.page.come(code ?? '', who ?? '', hostKey);
      return all.me.id;
    },
    [room.code, name, room.hostKey],
  );

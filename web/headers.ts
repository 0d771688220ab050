import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** What the page may fetch from other servers where `MEDIA_ADDRESSES` is "https": videos, audios, and what HLS is made of. */
const EXCEPTIONS = [
  ["media-src 'self' blob:", "media-src 'self' blob: https:"],
  ["connect-src 'self'", "connect-src 'self' https:"],
] as const;

/** The page's headers as its server sends them: with the exceptions, or without. */
export function headersFor(headers: string, addresses: string): string {
  if (addresses !== 'https') return headers;
  return EXCEPTIONS.reduce((text, [strict, open]) => {
    if (text.split(`${strict};`).length !== 2)
      throw new Error(`unable to open the page for media; _headers must hold "${strict};" once`);
    return text.replace(`${strict};`, `${open};`);
  }, headers);
}

/** What wrangler.toml says of MEDIA_ADDRESSES; in an environment of its own, which takes over none of the others' variables. */
export function readAddresses(toml: string, environment = ''): string {
  const wanted = environment === '' ? 'vars' : `env.${environment}.vars`;
  let section = '';
  for (const line of toml.split('\n')) {
    section = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1] ?? section;
    const value = /^\s*MEDIA_ADDRESSES\s*=\s*"([a-z]*)"/.exec(line)?.[1];
    if (section === wanted && value !== undefined) return value;
  }
  return 'off';
}

/**
 * Lets the page that is built open media of other servers, where wrangler.toml (or the variable MEDIA_ADDRESSES of the shell)
 * has the server take their addresses. Of several environments CLOUDFLARE_ENV names the one that is meant, as for wrangler. Whoever changes the one builds the other anew, as `npm start` and `npm run deploy` do.
 */
export const mediaHeaders = (root: string): Plugin => ({
  name: 'parley-media-headers',
  apply: 'build',
  writeBundle({ dir }) {
    if (dir === undefined) throw new Error('unable to write _headers; the page is built into no folder');
    const path = join(dir, '_headers');
    const addresses =
      process.env.MEDIA_ADDRESSES ??
      readAddresses(readFileSync(join(root, 'wrangler.toml'), 'utf8'), process.env.CLOUDFLARE_ENV);
    writeFileSync(path, headersFor(readFileSync(path, 'utf8'), addresses));
  },
});

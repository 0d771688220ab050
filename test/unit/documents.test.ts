import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/support.ts';

const pages = [
  'README.md',
  ...readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** The anchor that a heading gets. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsOf = (page: string): string[] =>
  Array.from(page.matchAll(/^#+ (.+)$/gm), ([, heading = '']) => anchorOf(heading));

test.each(pages)('every link of %s leads somewhere', (path) => {
  const broken = Array.from(
    read(path).matchAll(/\]\((?!https?:)([^)\s]*)\)/g),
    ([, link = '']) => link,
  ).filter((link) => {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : join(dirname(path), file);
    if (!existsSync(`${root}${target}`)) return true;
    return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test('every test that docs/testing.md names is there', () => {
  const named = Array.from(
    read('docs/testing.md').matchAll(/`((?:unit|workers|e2e)\/[\w/-]+)`/g),
    ([, name]) => name,
  );
  const missing = named.filter((name) => name !== undefined && !existsSync(`${root}test/${name}.test.ts`));
  expect(missing).toEqual([]);
  expect(named.length).toBeGreaterThan(20);
});

test('every decision is in their list, and none twice under a number', () => {
  const files = readdirSync(`${root}docs/decisions`).filter((name) => /^\d{4}-/.test(name));
  const list = read('docs/decisions/README.md');
  expect(files.filter((name) => !list.includes(`](${name})`))).toEqual([]);
  expect(new Set(files.map((name) => name.slice(0, 4))).size).toBe(files.length);
});

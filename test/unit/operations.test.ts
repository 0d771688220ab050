import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { root } from '../../scripts/support.ts';
import { POINT_TEXTS, POINT_VALUES } from '../../src/room-object/points.ts';
import { statsFixture } from '../support/stats.ts';

const page = readFileSync(`${root}docs/operations.md`, 'utf8');
const section = (title: string): string => {
  const from = page.indexOf(`\n${title}\n`);
  if (from < 0) throw new Error(`no section ${title}`);
  return page.slice(from, page.indexOf('\n## ', from + 1));
};

/** The cells of each row of a section's tables, the ones in quotes without them. */
const rowsOf = (text: string): string[][] =>
  Array.from(text.matchAll(/^\| (`.*) \|$/gm), ([, row = '']) =>
    row.split(' | ').map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')),
  );

const sources = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(`${root}src/${name}`, 'utf8'));

test('the log has the lines that the page lists, each at its level, and no others', () => {
  const written = sources.flatMap((text) =>
    Array.from(text.matchAll(/log\(\s*'(\w+)',\s*'([\w.]+)'/gi), ([, level, event]) => `${event} ${level}`),
  );
  const listed = rowsOf(section('## Logs')).map(([event, level]) => `${event} ${level}`);
  expect(Array.from(new Set(written)).sort()).toEqual(listed.toSorted());
  expect(written.length).toBeGreaterThan(15);
});

test('what goes to the log always names level and event in place, so that they can be found', () => {
  const calls = sources.flatMap((text) => text.match(/\blog\(\s*[^'\s)]\w*/g) ?? []);
  // The one that adds the room's id, and one that hands it on.
  expect(calls.sort()).toEqual(['log(.', 'log(level']);
});

test('the columns of a point are those that the page lists, in their order', () => {
  const listed = rowsOf(section('### All rooms together')).map(([column, name]) => [column, name]);
  expect(listed).toEqual([
    ...POINT_TEXTS.map((name, index) => [`blob${index + 1}`, name]),
    ...POINT_VALUES.map((name, index) => [`double${index + 1}`, name]),
  ]);
});

describe('every number of the stats is explained', () => {
  const explained = section('## Watching a room');
  const groups = ['now', 'commands', 'events', 'commits', 'frames', 'sessions'] as const;
  const names = groups.flatMap((group) => Object.keys(statsFixture[group]).map((name) => [group, name]));

  test.each(names)('%s.%s', (group, name) => {
    const isNamed = rowsOf(explained).some(
      ([numbers = '']) =>
        numbers.includes(`${group}.${name}`) ||
        (numbers.includes(`${group}.`) && numbers.includes(`\`${name}\``)),
    );
    expect(isNamed).toBe(true);
  });

  test.each(Object.keys(statsFixture.budgets))('budgets.%s', (name) => {
    expect(explained).toContain(`\`${name}\``);
  });
});

import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { fillBlock, readBlock } from '../../scripts/documents/blocks.ts';
import { staleFiles } from '../../scripts/documents/files.ts';
import { commandTypes, eventTypes, protocolSchema } from '../../scripts/documents/json-schema.ts';
import { readSettings } from '../../scripts/documents/settings.ts';
import { protocolTables } from '../../scripts/documents/tables.ts';
import { root } from '../../scripts/support.ts';
import {
  CLOSE,
  decodeText,
  ERROR_CODES,
  eventSpec,
  isEventType,
  SERVER_FRAMES,
} from '../../src/protocol/index.ts';

test('every generated file holds what the schemas and settings say; if not, npm run generate', () => {
  expect(staleFiles().map(({ path }) => path)).toEqual([]);
});

describe('the JSON Schema', () => {
  const text = JSON.stringify(protocolSchema());
  const defs = protocolSchema().$defs as Record<string, unknown>;

  test('describes every command and every event', () => {
    for (const t of commandTypes) expect(defs).toHaveProperty([`command.${t}`]);
    for (const t of eventTypes) expect(defs).toHaveProperty([`event.${t}`]);
  });

  test('refers to nothing that it does not define', () => {
    const referred = new Set([...text.matchAll(/"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name));
    expect([...referred].filter((name) => name === undefined || !Object.hasOwn(defs, name))).toEqual([]);
  });

  test('allows fields that a later server adds', () => {
    expect(text).not.toContain('"additionalProperties":false');
  });
});

test('the tables name every command, event, error and close code', () => {
  const tables = protocolTables();
  const commands = `${tables.commands}${tables['inbox-commands']}`;
  const events = `${tables.events}${tables['inbox-events']}`;
  for (const t of commandTypes) expect(commands).toContain(`| \`${t}\` |`);
  for (const t of eventTypes) expect(events).toContain(`| \`${t}\` |`);
  for (const code of ERROR_CODES) expect(tables.errors).toContain(`| \`${code}\` |`);
  for (const { code } of Object.values(CLOSE)) expect(tables['close-codes']).toContain(`| ${code} |`);
});

describe('the settings', () => {
  const toml = (body: string) => `name = "x"\n[vars]\n${body}`;

  test('all of wrangler.toml are read, each with a comment', () => {
    const page = readFileSync(`${root}wrangler.toml`, 'utf8');
    const names = readSettings(page).flatMap(({ settings }) => settings.map(({ name }) => name));
    expect(names).toEqual(Array.from(page.matchAll(/^([A-Z][A-Z_]+) = /gm), ([, name]) => name));
  });

  test('a title stands apart from the comment on what follows', () => {
    expect(readSettings(toml('\n# Rates\n\n# Messages a second.\n# Default 5.\nRATE = "5"\n'))).toEqual([
      { title: 'Rates', settings: [{ name: 'RATE', standard: '5', text: 'Messages a second. Default 5.' }] },
    ]);
  });

  test('one without a comment, or whose comment names another default, is an error', () => {
    expect(() => readSettings(toml('\n# Rates\n\nRATE = "5"\n'))).toThrow('RATE names no default');
    expect(() => readSettings(toml('\n# Rates\n\n# Default 6.\nRATE = "5"\n'))).toThrow('RATE is "5"');
  });
});

describe('a block of a page', () => {
  const page =
    'a\n<!-- generated:one -->\nold\n<!-- /generated -->\nb\n<!-- generated:two -->\n<!-- /generated -->\n';

  test('is replaced between its markers, and nothing else is', () => {
    const filled = fillBlock(page, 'one', 'new');
    expect(filled).toBe(page.replace('old', 'new'));
    expect(readBlock(filled, 'one')).toBe('new');
    expect(readBlock(filled, 'two')).toBe('');
  });

  test('that is not there is an error', () => {
    expect(() => fillBlock(page, 'three', 'new')).toThrow('generated:three');
  });
});

describe('what went over the wire in the transcript', () => {
  const lines = readBlock(readFileSync(`${root}docs/protocol.md`, 'utf8'), 'transcript').split('\n');
  const frames = lines.flatMap((line) => /^\w+ < (.*)$/.exec(line)?.[1] ?? []);
  const commands = lines.flatMap((line) => /^\w+ > (\{.*)$/.exec(line)?.[1] ?? []);
  const FrameSchema = v.looseObject({
    t: v.picklist(Object.keys(SERVER_FRAMES) as (keyof typeof SERVER_FRAMES)[]),
    events: v.optional(v.array(v.looseObject({ t: v.string() }))),
  });

  test('from the server is what the schemas say, frame by frame and event by event', () => {
    for (const text of frames) {
      const value: unknown = JSON.parse(text);
      const { t, events = [] } = v.parse(FrameSchema, value);
      expect(v.safeParse(SERVER_FRAMES[t], value).success).toBe(true);
      for (const event of events) {
        expect(isEventType(event.t) && v.safeParse(eventSpec(event.t).schema, event).success).toBe(true);
      }
    }
    expect(frames.length).toBeGreaterThan(20);
  });

  test('from the clients is what the server takes', () => {
    for (const text of commands) expect(decodeText(text)).toMatchObject({ ok: true });
    expect(commands.length).toBeGreaterThan(5);
  });
});

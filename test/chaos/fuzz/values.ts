import fc from 'fast-check';
import * as v from 'valibot';
import { EVENTS, type EventType } from '../../../src/protocol/index.ts';
import { sdpOf } from '../../support/sdp.ts';
import { encodeJson } from './json-text.ts';

/** What a command may speak of in the room or inbox under test, so that some of them mean somebody. */
export interface Known {
  readonly members: readonly string[];
  readonly images: readonly string[];
  readonly invites: readonly string[];
  readonly breakouts: readonly string[];
  /** People, their devices, calls, pictures in direct messages, and codes of rooms. */
  readonly people: readonly string[];
  /** Numbers of messages, polls and requests; more often here: drawn more often. */
  readonly positions: readonly number[];
  /** ms. */
  readonly now: number;
}

const id = (prefix: string, name: string): string => `${prefix}_${name.padEnd(22, '_')}`;

export const NOBODY: Known = {
  members: [id('m', 'ada'), id('m', 'ben')],
  images: [id('i', 'sea')],
  invites: [id('v', 'one')],
  breakouts: ['1-1', '999999-99'],
  people: [
    id('a', 'ada'),
    id('x', 'ben'),
    id('d', 'phone'),
    id('c', 'ring'),
    `${id('a', 'ada')}.${id('i', 'sea')}`,
    'abc-defg-hjk',
  ],
  positions: Array.from({ length: 100 }, (_, index) => index),
  now: 1_700_000_000_000,
};

/** The parts of a schema that a generator reads. */
interface Part {
  readonly type: string;
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[];
  readonly entries?: Readonly<Record<string, Part>>;
  readonly item?: Part;
  readonly wrapped?: Part;
  readonly key?: Part;
  readonly value?: Part;
  readonly literal?: unknown;
  readonly options?: readonly unknown[];
}

/** An event as a frame brings it. */
export interface Told {
  readonly t: EventType;
  readonly at: number;
  readonly [field: string]: unknown;
}

export const ALL_EVENTS = Object.keys(EVENTS) as EventType[];
/** Generators by room and schema: to make one takes long. */
const made = new WeakMap<Known, Map<object, fc.Arbitrary<unknown>>>();

function once<T>(known: Known, schema: object, make: () => fc.Arbitrary<T>): fc.Arbitrary<T> {
  const here = made.get(known) ?? new Map<object, fc.Arbitrary<unknown>>();
  made.set(known, here);
  const before = here.get(schema);
  if (before !== undefined) return before as fc.Arbitrary<T>;
  const generator = make();
  here.set(schema, generator);
  return generator;
}

const TEXTS: readonly string[] = [
  'hello',
  'x',
  'ß\n“x”, {y}',
  '👍',
  '❤️',
  '🇩🇪',
  '1️⃣',
  'O\u0308',
  '\ud83d\ude00',
  ' padded ',
  'x'.repeat(64),
  'x'.repeat(120),
  '😀'.repeat(64),
  'é'.repeat(300),
  'é'.repeat(500),
  'line\n'.repeat(199),
  '"\\'.repeat(2_000),
  '😀'.repeat(4_000),
  'e\u0301'.repeat(2_000),
  '__proto__',
  'constructor',
  'en',
  'data:image/png;base64,AAAA',
  'https://media.video.org/a.mp4',
  `f_${'0'.repeat(22)}`,
  `u_${'0'.repeat(22)}`,
  'candidate:1 1 udp 2113937151 5d894d38.local 57433 typ host',
  sdpOf([{ kind: 'audio', mid: '0', direction: 'sendonly' }]),
  sdpOf([{ kind: 'video', mid: '0', direction: 'recvonly' }]),
];

/** Made once: it takes long. */
const STRINGS = fc.string({ unit: 'grapheme', maxLength: 40 });

const namesOf = (known: Known): readonly string[] => [
  ...known.members,
  ...known.images,
  ...known.invites,
  ...known.breakouts,
  ...known.people,
];

/** Whatever of it the schema takes; in the place of the rest something that it does take. */
function within(schema: Part, some: fc.Arbitrary<unknown>, safe: readonly unknown[]): fc.Arbitrary<unknown> {
  const takes = (value: unknown) => v.is(schema as unknown as v.GenericSchema, value);
  const taken = safe.filter(takes);
  if (taken.length === 0) throw new Error(`no example of a ${schema.type}: ${JSON.stringify(schema.pipe)}`);
  const example = fc.constantFrom(...taken);
  const any = fc.tuple(some, example).map(([value, instead]) => (takes(value) ? value : instead));
  return fc.oneof({ weight: 1, arbitrary: example }, { weight: 2, arbitrary: any });
}

function numberOf(schema: Part, { positions, now }: Known): fc.Arbitrary<unknown> {
  const bound = (type: string) => {
    const found = schema.pipe?.find((check) => check.type === type)?.requirement;
    return typeof found === 'number' ? [found] : [];
  };
  const edges = [
    ...bound('min_value'),
    ...bound('max_value'),
    0,
    1,
    2,
    3,
    5,
    2 ** 31,
    Number.MAX_SAFE_INTEGER,
  ];
  const near = fc.constantFrom(...positions);
  const time = fc.integer({ min: now - 100_000, max: now + 1_000_000_000 });
  return within(schema, fc.oneof(near, near, near, time, fc.maxSafeInteger()), edges);
}

function listOf(schema: Part, item: Part, known: Known): fc.Arbitrary<unknown> {
  const some = fc.array(partOf(item, known), { maxLength: 6 });
  // Some lists must have two entries, and different ones.
  const samples = fc.sample(partOf(item, known), { numRuns: 30, seed: 1 });
  const [a, b] = new Map(samples.map((value) => [encodeJson(value), value])).values();
  return within(schema, some, [[], [a], [a, b]]);
}

/** What this schema takes; `schema` is one of valibot's. */
export const validOf = (schema: object, known: Known): fc.Arbitrary<unknown> =>
  once(known, schema, () => partOf(schema as Part, known));

function partOf(schema: Part, known: Known): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'object':
      return fc
        .record(
          Object.fromEntries(
            Object.entries(schema.entries ?? {}).map(([key, part]) => [key, partOf(part, known)]),
          ),
        )
        .map((fields) =>
          Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
        );
    case 'optional':
      return fc.option(partOf(needed(schema.wrapped), known), { nil: undefined });
    case 'nullable':
      return fc.option(partOf(needed(schema.wrapped), known), { nil: null, freq: 2 });
    case 'string':
      return within(schema, STRINGS, [...namesOf(known), ...TEXTS]);
    case 'number':
      return numberOf(schema, known);
    case 'boolean':
      return fc.boolean();
    case 'literal':
      return fc.constant(schema.literal);
    case 'picklist':
      return fc.constantFrom(...(schema.options ?? []));
    case 'variant':
    case 'union':
      return fc.oneof(...(schema.options ?? []).map((option) => partOf(option as Part, known)));
    case 'array':
      return listOf(schema, needed(schema.item), known);
    case 'unknown':
      return fc.jsonValue({ maxDepth: 2 });
    case 'loose_object':
      return validEvents(known);
    case 'record':
      return fc.dictionary(
        partOf(needed(schema.key), known) as fc.Arbitrary<string>,
        partOf(needed(schema.value), known),
        { maxKeys: 5 },
      );
    default:
      throw new Error(`no generator for a ${schema.type}`);
  }
}

function needed(part: Part | undefined): Part {
  if (part === undefined) throw new Error('a schema without the schema inside it');
  return part;
}

/** Events as they travel, with their envelope. */
export const validEvents = (known: Known): fc.Arbitrary<Told> =>
  once(known, EVENTS, () => {
    const envelope = fc.record({
      at: fc.integer({ min: known.now - 1_000, max: known.now + 1_000 }),
      seq: fc.integer({ min: 1, max: 100 }),
      by: fc.option(fc.constantFrom(...known.members), { nil: undefined }),
      n: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    });
    return fc.oneof(
      ...ALL_EVENTS.map((t) =>
        fc
          .tuple(envelope, validOf(EVENTS[t].schema, known))
          .map(([stamp, fields]): Told => ({ ...stamp, ...(fields as object), t })),
      ),
    );
  });

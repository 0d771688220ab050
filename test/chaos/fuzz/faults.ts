import fc from 'fast-check';
import { encodeJson, ODD, ODD_KEYS, RawJson } from './json-text.ts';

type Path = readonly (string | number)[];

/** All places in a value, the value itself first. */
function placesOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || value instanceof RawJson) return [at];
  return [
    at,
    ...Object.entries(value).flatMap(([key, part]) =>
      placesOf(part, [...at, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

const partAt = (value: unknown, at: Path): unknown =>
  at.reduce((part: unknown, key) => (part as Readonly<Record<string | number, unknown>>)[key], value);

/** The value with another part at one place; `change` answers undefined to take the part away. */
function changeAt(value: unknown, [key, ...rest]: Path, change: (part: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value))
    return value.flatMap((part, index) => {
      const next = index === key ? changeAt(part, rest, change) : part;
      return next === undefined ? [] : [next];
    });
  return Object.fromEntries(
    Object.entries(value as object).map(([name, part]) => [
      name,
      name === key ? changeAt(part, rest, change) : part,
    ]),
  );
}

/** Values that go wrong somewhere, and a few that nobody thought of. */
export const odd = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...ODD) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.double() },
);
export const key = fc.oneof(fc.constantFrom(...ODD_KEYS), fc.string({ unit: 'binary', maxLength: 8 }));

/** A key more, or one twice: as text, for only there a key can stand twice and `__proto__` be one like others. */
function withKey(part: unknown, name: string, value: unknown, first: boolean): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part) || part instanceof RawJson)
    return value;
  const text = encodeJson(part);
  const entry = `${JSON.stringify(name)}:${encodeJson(value)}`;
  const inside = text.slice(1, -1);
  const entries = inside === '' ? [entry] : first ? [entry, inside] : [inside, entry];
  return new RawJson(`{${entries.join(',')}}`);
}

/** A text beyond each of the limits. */
const TOO_LONG: readonly string[] = [
  'é'.repeat(501),
  'x'.repeat(4_001),
  '😀'.repeat(4_001),
  'x'.repeat(70_000),
];

interface Fault {
  readonly spoil: (part: unknown) => unknown;
  /** Only in the place of texts. */
  readonly texts?: true;
}
const anywhere = (spoil: Fault['spoil']): Fault => ({ spoil });
const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: odd.map((value) => anywhere(() => value)) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...TOO_LONG).map((text): Fault => ({ spoil: () => text, texts: true })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(key, odd, fc.boolean())
      .map(([name, value, first]) => anywhere((part) => withKey(part, name, value, first))),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Fault>(
      anywhere(() => undefined),
      anywhere((part) => [part]),
      anywhere((part) => ({ value: part })),
      anywhere((part) => encodeJson(part)),
    ),
  },
);

/** Makes the text of a value with one thing wrong somewhere inside it. */
export const faults: fc.Arbitrary<(whole: object) => string> = fc
  .tuple(fc.nat(), fault)
  .map(([number, { spoil, texts }]) => (whole) => {
    const places = placesOf(whole).filter((at) => texts !== true || typeof partAt(whole, at) === 'string');
    return encodeJson(changeAt(whole, places[number % places.length] ?? [], spoil));
  });

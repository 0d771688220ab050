/** JSON that no JavaScript value has: a number beyond all numbers, a key twice, an array ten thousand deep. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What stands around raw JSON until everything else is text. */
const MARK = '\u{f0000}';
const MARKED = new RegExp(`"${MARK}(.*?)${MARK}"`, 'gsu');

/** As JSON.stringify, but raw JSON is taken over as it is. */
export const encodeJson = (value: unknown): string =>
  (
    JSON.stringify(value, (_, part: unknown) =>
      part instanceof RawJson ? `${MARK}${part.text}${MARK}` : part,
    ) ?? 'null'
  ).replace(MARKED, (_, inside: string) => JSON.parse(`"${inside}"`) as string);

const deep = (open: string, close: string, depth: number): RawJson =>
  new RawJson(open.repeat(depth) + close.repeat(depth));

/** Values that go wrong somewhere, sooner or later. */
export const ODD: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e21,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  Number.MAX_VALUE,
  '',
  ' ',
  '0',
  '1',
  'NaN',
  'Infinity',
  'undefined',
  'null',
  'all',
  'hosts',
  'ping',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\ufeff',
  '\u202eabc',
  '\u2028\u2029',
  'a\u0300'.repeat(40),
  '👩‍👩‍👧‍👦'.repeat(9),
  'ﷺ'.repeat(300),
  '\u0958'.repeat(63),
  'x'.repeat(65),
  'x'.repeat(4_001),
  'x'.repeat(40_000),
  '😀'.repeat(2_001),
  `m_${'a'.repeat(22)}`,
  `m_${'a'.repeat(22)}\n`,
  `i_${'a'.repeat(22)}`,
  'm___proto__',
  {},
  [],
  [[]],
  [null],
  Array(300).fill('x'),
  { length: 1e9 },
  { t: 'room.end' },
  { toString: 1, valueOf: 2, toJSON: 3 },
  { kind: 'text' },
  { kind: '__proto__', text: 'x' },
  Object.fromEntries(
    Array.from({ length: 1_200 }, (_, index) => [`m_${String(index).padStart(22, '0')}`, null]),
  ),
  new RawJson('1e999'),
  new RawJson('-1e999'),
  new RawJson('-0'),
  new RawJson('1e-400'),
  new RawJson('9007199254740993'),
  new RawJson(`1${'0'.repeat(400)}`),
  new RawJson('01'),
  new RawJson('NaN'),
  new RawJson('undefined'),
  new RawJson("'x'"),
  new RawJson('"\\ud800"'),
  new RawJson('"\\udc00\\ud800"'),
  new RawJson('"\\u0000\\u001f\\u007f"'),
  new RawJson('"\\x41"'),
  new RawJson('"a\nb"'),
  new RawJson('{"__proto__":{"t":"room.end","polluted":true}}'),
  new RawJson('{"constructor":{"prototype":{"polluted":true}}}'),
  new RawJson('{"kind":"text","kind":"html","text":"x"}'),
  new RawJson('{"kind":"text","text":"x","text":7}'),
  deep('[', ']', 100),
  deep('[', ']', 20_000),
  deep('{"a":', '}', 5_000),
  new RawJson('[1,]'),
  new RawJson('/*x*/1'),
];

/** Keys that an object has without having been given them, and those of our own envelopes. */
export const ODD_KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'toJSON',
  'length',
  '',
  '0',
  't',
  'n',
  'seq',
  'by',
  'at',
  'to',
  'kind',
  'k'.repeat(30_000),
  '\ud800',
];

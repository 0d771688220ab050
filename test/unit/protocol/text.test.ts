import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { isWithin, LIMITS, NameSchema, RoomNameSchema, textSchema } from '../../../src/protocol/index.ts';

const FAMILY = '👨‍👩‍👧‍👦';
const nameOf = (text: unknown) => v.safeParse(NameSchema, text);

describe('names', () => {
  test.each([
    ['Ada', 'Ada'],
    ['  Ada  ', 'Ada'],
    ['\u00a0Ada\u3000', 'Ada'],
    ['Zoe\u0308', 'Zoë'],
    ['أحمد', 'أحمد'],
    ['王小明', '王小明'],
    ["O'Neil-Łukasz", "O'Neil-Łukasz"],
    ['1', '1'],
    [FAMILY, FAMILY],
    ['न\u200dम', 'न\u200dम'],
    ['<b>Ada</b>', '<b>Ada</b>'],
    ['=SUM(A1)', '=SUM(A1)'],
  ])('%j is taken as %j', (given, taken) => {
    const parsed = nameOf(given);
    expect(parsed.success && parsed.output).toBe(taken);
  });

  test.each([
    ['empty', ''],
    ['blanks only', '   \t  '],
    ['a no-break space', '\u00a0'],
    ['a zero-width joiner', '\u200d'],
    ['zero-width spaces', '\u200b\u200b'],
    ['a Hangul filler', '\u3164'],
    ['an empty Braille cell', '\u2800'],
    ['a soft hyphen', '\u00ad'],
    ['a line feed inside', 'Ada\nHost'],
    ['a tab inside', 'Ada\tHost'],
    ['a null', 'Ada\u0000'],
    ['delete', 'Ada\u007f'],
    ['a C1 control', 'Ada\u0085x'],
    ['a line separator', 'Ada\u2028Host'],
    ['a byte order mark inside', 'A\ufeffda'],
    ['a lone high surrogate', 'Ada\ud83d'],
    ['a lone low surrogate', '\udc00Ada'],
    ['a number', 7],
    ['null', null],
    ['a list', ['Ada']],
  ])('%s is refused', (_, given) => {
    expect(nameOf(given).success).toBe(false);
  });

  test.each(
    [
      ...[0x200e, 0x200f, 0x061c, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e],
      ...[0x2066, 0x2067, 0x2068, 0x2069],
    ].map((code) => [code.toString(16)]),
  )('the direction character U+%s is refused wherever it stands', (hex) => {
    const mark = String.fromCodePoint(Number.parseInt(hex, 16));
    for (const given of [`${mark}Ada`, `Ad${mark}a`, `Ada${mark}`]) expect(nameOf(given).success).toBe(false);
  });

  test('are counted in code points, after composing', () => {
    expect(nameOf('a'.repeat(64)).success).toBe(true);
    expect(nameOf('a'.repeat(65)).success).toBe(false);
    expect(nameOf('😀'.repeat(64)).success).toBe(true);
    expect(nameOf('😀'.repeat(65)).success).toBe(false);
    expect(nameOf('e\u0301'.repeat(64)).success).toBe(true);
    expect(nameOf(`  ${'a'.repeat(64)}  `).success).toBe(true);
    // Seven code points each.
    expect(nameOf(FAMILY.repeat(9)).success).toBe(true);
    expect(nameOf(FAMILY.repeat(10)).success).toBe(false);
  });

  test('a room may have a longer one', () => {
    expect(v.safeParse(RoomNameSchema, '😀'.repeat(120)).success).toBe(true);
    expect(v.safeParse(RoomNameSchema, 'a'.repeat(121)).success).toBe(false);
    expect(v.safeParse(RoomNameSchema, 'Room\u202e').success).toBe(false);
  });

  test('whatever is taken stays as it is when it is given again, and keeps the rules', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (given) => {
        const parsed = nameOf(given);
        if (!parsed.success) return;
        const again = nameOf(parsed.output);
        expect(again.success && again.output).toBe(parsed.output);
        expect(parsed.output).toBe(parsed.output.normalize('NFC'));
        expect([...parsed.output].length).toBeLessThanOrEqual(LIMITS.nameLength);
        expect(parsed.output.isWellFormed()).toBe(true);
        expect(parsed.output.trim()).not.toBe('');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('texts', () => {
  const textOf = (text: unknown, least: 0 | 1 = 1) => v.safeParse(textSchema(10, least), text);

  test('keep line breaks, tabs, blanks at the ends and right-to-left marks', () => {
    for (const text of [' a\r\n\tb ', '\u202eabc']) {
      const parsed = textOf(text);
      expect(parsed.success && parsed.output).toBe(text);
    }
  });

  test('are composed', () => {
    const parsed = textOf('e\u0301');
    expect(parsed.success && parsed.output).toBe('é');
  });

  test('are counted in code points', () => {
    expect(textOf('😀'.repeat(10)).success).toBe(true);
    expect(textOf('😀'.repeat(11)).success).toBe(false);
    expect(textOf('a'.repeat(11)).success).toBe(false);
  });

  test('that composing makes longer are measured again', () => {
    // U+0958 is one code point and becomes two.
    expect('\u0958'.normalize('NFC')).toHaveLength(2);
    expect(textOf('\u0958'.repeat(5)).success).toBe(true);
    expect(textOf('\u0958'.repeat(6)).success).toBe(false);
  });

  test('may be empty only where that has a meaning', () => {
    expect(textOf('', 0).success).toBe(true);
    for (const text of ['', '  ', '\n']) expect(textOf(text, 1).success).toBe(false);
  });

  test.each(['\u0000', '\u0008', '\u000b', '\u001f', '\u007f', '\u0085', '\ud800', '\udfff'])(
    'holding %j are refused',
    (character) => {
      expect(textOf(`a${character}b`).success).toBe(false);
    },
  );

  test('isWithin counts as the code points do', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, limit) => {
        expect(isWithin(text, limit)).toBe([...text].length <= limit);
      }),
    );
  });
});

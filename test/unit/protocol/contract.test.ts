import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  CLOSE,
  COMMANDS,
  ERROR_CODES,
  ERRORS,
  EVENTS,
  fail,
  ImageIdSchema,
  isCommandType,
  isEventType,
  JURISDICTIONS,
  jurisdictionOf,
  LIMITS,
  MemberIdSchema,
  normalizeCode,
  readOffer,
  refuse,
  SUBPROTOCOL,
  SUPPORTED_VERSIONS,
  shouldComeBack,
  ticketSubprotocol,
} from '../../../src/protocol/index.ts';

describe('room codes', () => {
  test.each([
    'abc-defg-hij',
    'ABC-DEFG-HIJ',
    'abcdefghij',
    'abc defg hij',
    ' abc-defg-hij ',
    'abc_defg_hij',
    'abc.defg.hij',
    'abc–defg—hij',
    'abc  -  defg hij',
    '-abc-defg-hij-',
    'abcdefg-hij',
    'abc\ndefg\thij',
  ])('%j is read', (text) => {
    expect(normalizeCode(text)).toBe('abc-defg-hij');
  });

  test.each([
    '',
    'abc',
    'abc-defg-hi',
    'abc-defg-hijk',
    'abc-defg-hi1',
    'äbc-defg-hij',
    'a-bc-defg-hij',
    'xx-abc-defg-hij',
    'eu-abc-defg',
    'abc-defg-hij/',
    '../abc-defg-hij',
    'a'.repeat(41),
    `abc-defg-hij${' '.repeat(40)}`,
    'abc-defg-hij\u0000',
    'ａｂｃ-defg-hij',
  ])('%j is no code', (text) => {
    expect(normalizeCode(text)).toBeNull();
  });

  test.each(JURISDICTIONS)('one of the jurisdiction %s says so', (jurisdiction) => {
    const code = `${jurisdiction}-abc-defg-hij`;
    expect(normalizeCode(code.toUpperCase())).toBe(code);
    expect(jurisdictionOf(code)).toBe(jurisdiction);
  });

  test('one that merely begins like a jurisdiction is bound to none', () => {
    expect(jurisdictionOf('eur-opea-nnn')).toBeNull();
    expect(jurisdictionOf('usa-bcde-fgh')).toBeNull();
    expect(normalizeCode('usabcdefgh')).toBe('usa-bcde-fgh');
    expect(normalizeCode('eu-abcdefghij')).toBe('eu-abc-defg-hij');
  });

  test('what is read stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 45 }), (text) => {
        const code = normalizeCode(text);
        if (code !== null) expect(normalizeCode(code)).toBe(code);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{10}$/), (letters) => {
        const code = normalizeCode(letters);
        expect(code?.replaceAll('-', '')).toBe(letters);
        expect(code).toMatch(/^[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
      }),
    );
  });
});

test('ids are of one kind and of full length', () => {
  const rest = 'aA0_-'.repeat(5).slice(0, 22);
  expect(v.safeParse(MemberIdSchema, `m_${rest}`).success).toBe(true);
  expect(v.safeParse(ImageIdSchema, `i_${rest}`).success).toBe(true);
  for (const wrong of [`i_${rest}`, `m_${rest}x`, `m_${rest.slice(1)}`, ` m_${rest}`, `m_${rest}\n`, rest]) {
    expect(v.safeParse(MemberIdSchema, wrong).success, wrong).toBe(false);
  }
});

describe('the offer of subprotocols', () => {
  test('of nobody means version 1', () => {
    for (const header of [null, '', ' , ,', 'chat, mqtt'])
      expect(readOffer(header)).toEqual({ ok: true, ticket: null, answer: null });
  });

  test('is answered with the version that both speak', () => {
    expect(readOffer(SUBPROTOCOL)).toEqual({ ok: true, ticket: null, answer: 'parley.v1' });
    expect(readOffer('parley.v9, parley.v1')).toEqual({ ok: true, ticket: null, answer: 'parley.v1' });
  });

  test('carries the ticket, which is never the answer', () => {
    const ticket = 'm_x.secret';
    for (const header of [
      `parley.v1, ${ticketSubprotocol(ticket)}`,
      `${ticketSubprotocol(ticket)},parley.v1`,
    ]) {
      expect(readOffer(header)).toEqual({ ok: true, ticket, answer: 'parley.v1' });
    }
    expect(readOffer(ticketSubprotocol(ticket))).toEqual({ ok: true, ticket, answer: null });
  });

  test.each(['parley.v2', 'parley.v', 'parley.v01', 'parley.v1.1', 'parley.v9, parley.ticket.x'])(
    'of %j alone is no version that we know',
    (header) => {
      expect(readOffer(header)).toMatchObject({ ok: false });
    },
  );

  test('names the versions in full', () => {
    expect(SUPPORTED_VERSIONS).toContain(1);
  });
});

describe('close codes', () => {
  test('are each in the range that says what to do', () => {
    for (const [name, { code, comeBack }] of Object.entries(CLOSE)) {
      expect(code, name).toBeGreaterThanOrEqual(comeBack ? 4_000 : 4_100);
      expect(code, name).toBeLessThanOrEqual(comeBack ? 4_099 : 4_199);
      expect(shouldComeBack(code), name).toBe(comeBack);
    }
  });

  test('are all different', () => {
    const codes = Object.values(CLOSE).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test('have a reason that fits into a close frame', () => {
    for (const { reason } of Object.values(CLOSE))
      expect(new TextEncoder().encode(reason).byteLength).toBeLessThanOrEqual(123);
  });

  test('of the network and the platform say: come back, unless they blame the client', () => {
    for (const code of [1001, 1005, 1006, 1011, 1012, 1013, 3000, 4200, 4999])
      expect(shouldComeBack(code), String(code)).toBe(true);
    for (const code of [1000, 1002, 1003, 1007, 1008, 1009])
      expect(shouldComeBack(code), String(code)).toBe(false);
    // A code of ours that this version does not know yet.
    expect(shouldComeBack(4_050)).toBe(true);
    expect(shouldComeBack(4_150)).toBe(false);
  });
});

describe('errors', () => {
  test('have a code that machines can keep, an HTTP status and a message that says what to do', () => {
    for (const [code, { status, message }] of Object.entries(ERRORS)) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(status, code).toBeGreaterThanOrEqual(400);
      expect(status, code).toBeLessThan(600);
      expect(message, code).toMatch(/^unable to [^;]+; .+/);
    }
  });

  test('say when to try again exactly where waiting helps', () => {
    for (const code of ERROR_CODES) {
      const { retry } = refuse(code);
      expect(retry, code).toBe(ERRORS[code].retry ? 1_000 : undefined);
    }
    expect(refuse('busy', { retry: 12.3 }).retry).toBe(13);
    expect(refuse('not_allowed', { retry: 5, detail: 'chat' })).toEqual({
      code: 'not_allowed',
      message: ERRORS.not_allowed.message,
      retry: 5,
      detail: 'chat',
    });
    expect(fail('room_full')).toMatchObject({ ok: false, error: { code: 'room_full' } });
  });
});

describe('the tables', () => {
  test('hold what they say', () => {
    for (const t of Object.keys(COMMANDS)) expect(isCommandType(t) && !isEventType(t), t).toBe(true);
    for (const t of Object.keys(EVENTS)) expect(isEventType(t) && !isCommandType(t), t).toBe(true);
    for (const t of ['toString', '__proto__', 'hasOwnProperty']) {
      expect(isCommandType(t)).toBe(false);
      expect(isEventType(t)).toBe(false);
    }
  });

  test('no command hides its number or name behind a field of its own', () => {
    for (const [t, { schema }] of Object.entries(COMMANDS)) {
      expect(Object.keys(schema.entries), t).not.toContain('n');
      expect(Object.keys(schema.entries), t).not.toContain('t');
    }
    for (const [t, { schema }] of Object.entries(EVENTS)) {
      for (const field of ['t', 'seq', 'at', 'by', 'n'])
        expect(Object.keys(schema.entries), t).not.toContain(field);
    }
  });

  test('only queries have results, and what tells its sender nothing else', () => {
    // A durable command is answered by its echo; a result comes only where there is none.
    const without = ['invite.create', 'group.meet', 'call.answer'];
    for (const [t, spec] of Object.entries(COMMANDS))
      expect('result' in spec, t).toBe(spec.kind === 'query' || without.includes(t));
  });

  test('the limits fit into one another', () => {
    const escaped = LIMITS.textLength * '\\ud83d\\ude00'.length;
    const envelope = 200 + LIMITS.mentions * '"m_aaaaaaaaaaaaaaaaaaaaaa",'.length;
    expect(escaped + envelope).toBeLessThanOrEqual(LIMITS.frameLength);
    expect(LIMITS.captionLength * '\\ud83d\\ude00'.length + 100).toBeLessThanOrEqual(
      LIMITS.binaryHeaderBytes,
    );
    expect(LIMITS.rosterPage).toBeLessThanOrEqual(LIMITS.rosterWhole);
    expect(LIMITS.historyRecent).toBeLessThanOrEqual(LIMITS.historyPage);
  });
});

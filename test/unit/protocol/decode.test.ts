import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeBinary,
  decodeText,
  ERROR_CODES,
  encodeBinary,
  LIMITS,
  readCommand,
} from '../../../src/protocol/index.ts';

const MEMBER = `m_${'a'.repeat(22)}`;
const send = (text: string) => ({ t: 'chat.send', n: 1, body: { kind: 'text', text } });
const refused = (code: string, n?: number) =>
  expect.objectContaining({
    ok: false,
    error: expect.objectContaining({ code }),
    ...(n === undefined ? {} : { n }),
  });

describe('a text frame', () => {
  test('is read with its number', () => {
    expect(decodeText(JSON.stringify(send('hello')))).toEqual({
      ok: true,
      command: { t: 'chat.send', n: 1, fields: { body: { kind: 'text', text: 'hello' } } },
    });
  });

  test('need not be numbered, and then has no number', () => {
    const decoded = decodeText('{"t":"roster.page"}');
    expect(decoded).toEqual({ ok: true, command: { t: 'roster.page', fields: {} } });
  });

  test('may hold fields that this version does not know', () => {
    const decoded = decodeText('{"t":"chat.send","hue":3,"body":{"kind":"text","text":"x","font":"y"}}');
    expect(decoded).toEqual({
      ok: true,
      command: { t: 'chat.send', fields: { body: { kind: 'text', text: 'x' } } },
    });
  });

  test.each([
    ['', 'bad_json'],
    ['hello', 'bad_json'],
    ['{"t":"chat.send"', 'bad_json'],
    ["{'t':'x'}", 'bad_json'],
    ['null', 'bad_frame'],
    ['7', 'bad_frame'],
    ['"chat.send"', 'bad_frame'],
    ['[]', 'bad_frame'],
    ['[{"t":"chat.send"}]', 'bad_frame'],
    ['{}', 'bad_frame'],
    ['{"t":7}', 'bad_frame'],
    ['{"t":null}', 'bad_frame'],
    ['{"t":"dance"}', 'unknown_command'],
    ['{"t":""}', 'unknown_command'],
    ['{"t":"toString"}', 'unknown_command'],
    ['{"t":"__proto__"}', 'unknown_command'],
    ['{"t":"constructor"}', 'unknown_command'],
    ['{"t":"CHAT.SEND"}', 'unknown_command'],
    ['{"t":"chat.send"}', 'invalid'],
    ['{"t":"chat.send","body":"x"}', 'invalid'],
    ['{"t":"chat.send","body":{"kind":"text","text":7}}', 'invalid'],
    ['{"t":"chat.send","body":{"kind":"html","text":"x"}}', 'invalid'],
    ['{"t":"chat.send","body":{"kind":"text","text":" "}}', 'invalid'],
    ['{"t":"chat.send","body":{"kind":"text","text":"x"},"to":"ada"}', 'invalid'],
    ['{"t":"chat.send","body":{"kind":"text","text":"x"},"to":null}', 'invalid'],
    ['{"t":"chat.send","body":{"kind":"text","text":"x"},"mentions":"all"}', 'invalid'],
    ['{"t":"policy.set"}', 'invalid'],
    ['{"t":"policy.set","policy":{"chat":"no"}}', 'invalid'],
    ['{"t":"role.set","member":"m_short","role":"member"}', 'invalid'],
    [`{"t":"role.set","member":"${MEMBER}","role":"host"}`, 'invalid'],
    [`{"t":"rights.set","member":"${MEMBER}","rights":{"chat":"maybe"}}`, 'invalid'],
    ['{"t":"roster.page","limit":0}', 'invalid'],
    ['{"t":"roster.page","limit":1.5}', 'invalid'],
    ['{"t":"roster.page","limit":101}', 'invalid'],
    ['{"t":"chat.history","before":-1}', 'invalid'],
    ['{"t":"media.set","camera":1}', 'invalid'],
    ['{"t":"room.update","capacity":0}', 'invalid'],
    ['{"t":"room.update","capacity":10001}', 'invalid'],
    ['{"t":"room.update","whenEmpty":"explode"}', 'invalid'],
  ])('%s is %s', (text, code) => {
    expect(decodeText(text)).toEqual(refused(code));
  });

  test.each([0, -1, 1.5, 1e300, '1', null, true, [], 2 ** 53])('with the number %j is invalid', (n) => {
    const decoded = decodeText(JSON.stringify({ ...send('x'), n }));
    expect(decoded).toEqual(refused('invalid'));
    expect(decoded).not.toHaveProperty('n');
  });

  test('that is refused says which number it had', () => {
    expect(decodeText('{"t":"dance","n":7}')).toEqual(refused('unknown_command', 7));
    expect(decodeText('{"t":"chat.send","n":8}')).toEqual(refused('invalid', 8));
    expect(decodeText(JSON.stringify(send('x'.repeat(4_001))))).toEqual(refused('text_too_long', 1));
  });

  test('says which field is wrong', () => {
    const decoded = decodeText('{"t":"chat.send","body":{"kind":"text","text":7}}');
    expect(decoded).toMatchObject({ error: { detail: expect.stringContaining('body.text') } });
  });

  test('that is refused does not come back in full', () => {
    const long = 'x'.repeat(60_000);
    const inPlace = decodeText(JSON.stringify({ t: 'media.set', camera: long }));
    const asKey = decodeText(JSON.stringify({ t: 'breakout.assign', members: { [long]: null } }));
    for (const decoded of [inPlace, asKey]) {
      expect(decoded).toEqual(refused('invalid'));
      expect(JSON.stringify(decoded).length).toBeLessThan(500);
    }
  });

  test('holds 4,000 characters, whatever they are and however they are escaped', () => {
    for (const character of ['a', '"', 'é', '😀']) {
      const text = character.repeat(LIMITS.textLength);
      expect(decodeText(JSON.stringify(send(text)))).toMatchObject({ ok: true });
      expect(decodeText(JSON.stringify(send(text + character)))).toEqual(refused('text_too_long', 1));
    }
    const escaped = JSON.stringify(send('😀'.repeat(LIMITS.textLength))).replace(
      /[\ud800-\udfff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
    );
    expect(decodeText(escaped)).toMatchObject({ ok: true });
  });

  test('ends at the limit, and is not even parsed beyond it', () => {
    const padded = (length: number) => {
      const frame = JSON.stringify(send('x'));
      return `${frame}${' '.repeat(length - frame.length)}`;
    };
    expect(decodeText(padded(LIMITS.frameLength))).toMatchObject({ ok: true });
    expect(decodeText(padded(LIMITS.frameLength + 1))).toEqual(refused('frame_too_large'));
    expect(decodeText('{'.repeat(LIMITS.frameLength + 1))).toEqual(refused('frame_too_large'));
  });

  test('nested without end is refused like any other', () => {
    const depth = Math.floor(LIMITS.frameLength / 2) - 20;
    const deep = `{"t":"chat.send","body":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(decodeText(deep)).toMatchObject({ ok: false });
  });

  test('that names an unknown command is not quoted at length', () => {
    const decoded = decodeText(JSON.stringify({ t: 'x'.repeat(10_000) }));
    if (decoded.ok) throw new Error('taken');
    expect(decoded.error.detail).toHaveLength(64);
  });

  test('mentions at most fifty', () => {
    const mentions = (count: number) => JSON.stringify({ ...send('x'), mentions: Array(count).fill(MEMBER) });
    expect(decodeText(mentions(50))).toMatchObject({ ok: true });
    expect(decodeText(mentions(51))).toEqual(refused('invalid', 1));
  });
});

describe('a binary frame', () => {
  const picture = new Uint8Array([1, 2, 3]);
  const frameOf = (header: string, bytes: Uint8Array = picture, length?: number): ArrayBuffer => {
    const head = new TextEncoder().encode(header);
    const frame = new Uint8Array(4 + head.byteLength + bytes.byteLength);
    new DataView(frame.buffer).setUint32(0, length ?? head.byteLength);
    frame.set(head, 4);
    frame.set(bytes, 4 + head.byteLength);
    return frame.buffer;
  };

  test('is read back as it was built', () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), { nil: undefined }),
        fc.uint8Array({ maxLength: 300 }),
        (n, bytes) => {
          const frame = encodeBinary({ ...(n === undefined ? {} : { n }), caption: 'Zoë 😀' }, bytes);
          const decoded = decodeBinary(frame.buffer);
          if (!decoded.ok) throw new Error(decoded.error.code);
          expect(decoded.command).toEqual({
            t: 'image.upload',
            ...(n === undefined ? {} : { n }),
            fields: { caption: 'Zoë 😀' },
          });
          expect(decoded.bytes).toEqual(bytes);
        },
      ),
    );
  });

  test.each([
    ['nothing', new ArrayBuffer(0), 'binary_unexpected'],
    ['three bytes', new ArrayBuffer(3), 'binary_unexpected'],
    ['an empty header', frameOf(''), 'bad_json'],
    ['a header longer than the frame', frameOf('{}', picture, 100), 'binary_unexpected'],
    ['a header of four gigabytes', frameOf('{}', picture, 0xffff_ffff), 'binary_unexpected'],
    ['a header over the limit', frameOf(`{"t":"${'x'.repeat(8_200)}"}`), 'binary_unexpected'],
    ['a header that is no UTF-8', new Uint8Array([0, 0, 0, 1, 0xff]).buffer, 'bad_json'],
    ['a header that is no JSON', frameOf('hello'), 'bad_json'],
    ['a list as header', frameOf('[]'), 'bad_frame'],
    ['an unknown command', frameOf('{"t":"dance"}'), 'unknown_command'],
    ['another command', frameOf('{"t":"member.leave","n":3}'), 'binary_unexpected'],
    ['a wrong caption', frameOf('{"t":"image.upload","caption":7}'), 'invalid'],
    ['a caption too long', frameOf(`{"t":"image.upload","caption":"${'x'.repeat(501)}"}`), 'text_too_long'],
    [
      'a picture over the limit',
      frameOf('{"t":"image.upload"}', new Uint8Array(LIMITS.binaryImageBytes + 1)),
      'frame_too_large',
    ],
    ['a frame far over the limit', new ArrayBuffer(5_000_000), 'frame_too_large'],
  ])('of %s is refused', (_, frame, code) => {
    expect(decodeBinary(frame)).toEqual(refused(code));
  });

  test('holds a picture of exactly the limit', () => {
    const frame = encodeBinary({ n: 1 }, new Uint8Array(LIMITS.binaryImageBytes));
    expect(decodeBinary(frame.buffer)).toMatchObject({ ok: true });
  });

  test('that is refused says which number it had', () => {
    expect(decodeBinary(frameOf('{"t":"member.leave","n":3}'))).toEqual(refused('binary_unexpected', 3));
    const large = frameOf('{"t":"image.upload","n":4}', new Uint8Array(LIMITS.binaryImageBytes + 1));
    expect(decodeBinary(large)).toEqual(refused('frame_too_large', 4));
  });
});

describe('nothing that comes in throws', () => {
  const sane = (decoded: { ok: boolean; error?: { code: string } }) => {
    if (!decoded.ok) expect(ERROR_CODES).toContain(decoded.error?.code);
  };

  test('whatever text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => sane(decodeText(text))),
      { numRuns: 1_000 },
    );
  });

  test('whatever JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => sane(decodeText(text))),
      { numRuns: 1_000 },
    );
  });

  test('whatever stands in the fields of a command', () => {
    const commands = fc.constantFrom('chat.send', 'policy.set', 'rights.set', 'role.set', 'media.set');
    const fields = fc.constantFrom('n', 'body', 'to', 'mentions', 'policy', 'rights', 'member', 'camera');
    fc.assert(
      fc.property(commands, fc.dictionary(fields, fc.anything()), (t, rest) =>
        sane(readCommand({ ...rest, t })),
      ),
      { numRuns: 2_000 },
    );
  });

  test('whatever bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => sane(decodeBinary(bytes.slice().buffer))),
      { numRuns: 1_000 },
    );
  });

  test('whatever bytes behind a header length that fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (header, bytes) => {
        const head = new TextEncoder().encode(header);
        const frame = new Uint8Array(4 + head.byteLength + bytes.byteLength);
        new DataView(frame.buffer).setUint32(0, head.byteLength);
        frame.set(head, 4);
        frame.set(bytes, 4 + head.byteLength);
        sane(decodeBinary(frame.buffer));
      }),
    );
  });
});

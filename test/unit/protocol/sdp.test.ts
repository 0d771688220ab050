import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS, type Media, readSdp, type SdpSection, sentMedia } from '../../../src/protocol/index.ts';
import { ANSWER, SIMULCAST_OFFER, STOPPED_OFFER } from '../../support/chromium-sdp.ts';
import { sdpOf } from '../../support/sdp.ts';

const audio = (direction?: string, more: { mid?: string; port?: number; more?: string[] } = {}) => ({
  kind: 'audio' as const,
  mid: '0',
  ...(direction === undefined ? {} : { direction }),
  ...more,
});
const refused = (detail: string | RegExp) => ({
  ok: false,
  error: { code: 'signal_invalid', detail: expect.stringMatching(detail) },
});
/** The sections that send, or why the description was refused. */
function sending(sdp: string): readonly (string | null)[] | string | undefined {
  const read = readSdp(sdp);
  return read.ok ? read.value.filter(({ sends }) => sends).map(({ mid }) => mid) : read.error.detail;
}

describe('what Chromium writes', () => {
  test('an offer with simulcast: sections by their names, kinds and directions', () => {
    expect(readSdp(SIMULCAST_OFFER)).toEqual({
      ok: true,
      value: [
        { mid: '0', kind: 'audio', sends: true },
        { mid: '1', kind: 'video', sends: true },
        { mid: '2', kind: 'video', sends: false },
        { mid: '3', kind: 'audio', sends: false },
      ],
    });
  });

  test('an answer: what it sends, and not what it takes', () => {
    expect(sending(ANSWER)).toEqual(['2']);
  });

  test('a section that is stopped (port 0) sends no more', () => {
    expect(sending(STOPPED_OFFER)).toEqual(['0']);
  });

  test('with the other line end, too', () => {
    expect(sending(SIMULCAST_OFFER.replaceAll('\r\n', '\n'))).toEqual(['0', '1']);
  });
});

describe('a section', () => {
  test.each([
    ['sendrecv', ['0']],
    ['sendonly', ['0']],
    ['recvonly', []],
    ['inactive', []],
  ])('that is %s', (direction, sends) => {
    expect(sending(sdpOf([audio(direction)]))).toEqual(sends);
  });

  test('that says nothing sends, also where the description as a whole says otherwise', () => {
    expect(sending(sdpOf([audio()]))).toEqual(['0']);
    for (const session of ['inactive', 'recvonly'])
      expect(sending(sdpOf([audio()], { session: [`a=${session}`] }))).toEqual(['0']);
  });

  test('says more than the description as a whole', () => {
    expect(sending(sdpOf([audio('recvonly')], { session: ['a=sendrecv'] }))).toEqual([]);
    expect(sending(sdpOf([audio('sendonly')], { session: ['a=inactive'] }))).toEqual(['0']);
  });

  test('with port 0 is rejected, unless it shares the port of another one', () => {
    expect(sending(sdpOf([audio('sendrecv', { port: 0 })]))).toEqual([]);
    expect(sending(sdpOf([audio('sendrecv', { port: 0, more: ['a=bundle-only'] })]))).toEqual(['0']);
    expect(sending(sdpOf([audio('recvonly', { port: 0, more: ['a=bundle-only'] })]))).toEqual([]);
  });

  test('that is rejected needs no name', () => {
    const sdp = sdpOf([{ kind: 'video', mid: null, port: 0 }, audio('sendrecv')]);
    expect(readSdp(sdp)).toEqual({
      ok: true,
      value: [
        { mid: null, kind: 'video', sends: false },
        { mid: '0', kind: 'audio', sends: true },
      ],
    });
  });
});

describe('refused, because somebody might see it send', () => {
  const line = (more: string) => sdpOf([audio('inactive', { more: [more] })]);
  test.each([
    ['two directions', line('a=sendrecv')],
    ['a direction with a value', sdpOf([audio('inactive:x')])],
    ['a direction with a word behind it', sdpOf([audio('recvonly x')])],
    ['a direction in capitals', sdpOf([audio('INACTIVE')])],
    ['another direction in capitals', line('a=SendRecv')],
    ['a direction behind a blank', line('a= sendrecv')],
    ['a direction behind a colon', line('a=:sendrecv')],
    ['a direction behind a lone CR', line('a=x\ra=sendrecv')],
    ['a direction behind a NUL', line('a=x\0a=sendrecv')],
    ['a port that is 0 to some', sdpOf([audio('sendrecv')]).replace('audio 9', 'audio 00')],
    ['several ports', sdpOf([audio('sendrecv')]).replace('audio 9', 'audio 0/1')],
    ['two names', line('a=mid:1')],
    ['another name in capitals', line('a=MID:1')],
    ['a name behind a blank', sdpOf([audio('recvonly')]).replace('mid:0', 'mid 0')],
    ['no name', sdpOf([{ kind: 'audio', mid: null, direction: 'recvonly' }])],
    ['a name of several words', sdpOf([audio('recvonly', { mid: '0 1' })])],
    ['an empty name', sdpOf([audio('recvonly', { mid: '' })])],
    ['a name that is too long', sdpOf([audio('recvonly', { mid: 'x'.repeat(LIMITS.midLength + 1) })])],
    ['the name of another section', sdpOf([audio('recvonly'), audio('recvonly')])],
    ['a kind in capitals', sdpOf([audio('recvonly')]).replace('m=audio', 'm=AUDIO')],
    ['a line in capitals', sdpOf([audio('recvonly')]).replace('m=audio', 'M=audio')],
    ['a blank before the kind', sdpOf([audio('recvonly')]).replace('m=audio', 'm= audio')],
    ['an m= line without formats', sdpOf([audio('recvonly')]).replace('SAVPF 96', 'SAVPF')],
    ['an empty line', line('')],
    ['a line of something else', line('hello')],
  ])('%s', (_, sdp) => {
    expect(readSdp(sdp)).toMatchObject({ ok: false, error: { code: 'signal_invalid' } });
  });

  test('a data channel, also one that is rejected', () => {
    for (const port of [0, 9]) {
      const sdp = sdpOf([audio('recvonly'), { kind: 'application', mid: '1', port }]);
      expect(readSdp(sdp)).toMatchObject(refused('data channels'));
    }
  });

  test('what is no description', () => {
    for (const sdp of ['', '\n', 'v=0', 'v=1\r\n', 'hello', sdpOf([audio('recvonly')]).slice(0, -1)])
      expect(readSdp(sdp)).toMatchObject({ ok: false, error: { code: 'signal_invalid' } });
    expect(readSdp(sdpOf([audio('recvonly')]).slice(0, -2))).toMatchObject(refused('has no end'));
    expect(readSdp(`x${sdpOf([])}`)).toMatchObject(refused('begin'));
  });

  test('more sections than a description may have', () => {
    const many = (count: number) =>
      sdpOf(Array.from({ length: count }, (_, index) => audio('recvonly', { mid: String(index) })));
    expect(readSdp(many(LIMITS.signalSections)).ok).toBe(true);
    expect(readSdp(many(LIMITS.signalSections + 1))).toMatchObject(refused('32 sections'));
    expect(readSdp(many(3), 3).ok).toBe(true);
    expect(readSdp(many(4), 3)).toMatchObject(refused('3 sections'));
  });
});

describe('what a description sends', () => {
  const video = (direction: string, mid = '1') => ({ kind: 'video' as const, mid, direction });

  test('is what its sections are declared to be, each medium once', () => {
    expect(sentMedia(SIMULCAST_OFFER, { '0': 'microphone', '1': 'camera' })).toEqual({
      ok: true,
      value: ['microphone', 'camera'],
    });
    const screen = sdpOf([audio('sendonly'), video('sendonly')]);
    expect(sentMedia(screen, { '0': 'screen', '1': 'screen' })).toEqual({ ok: true, value: ['screen'] });
  });

  test('is not what it only takes, whatever that is declared to be', () => {
    expect(sentMedia(ANSWER, { '0': 'microphone', '1': 'camera', '2': 'screen' })).toEqual({
      ok: true,
      value: ['screen'],
    });
    expect(sentMedia(sdpOf([audio('recvonly')]), {})).toEqual({ ok: true, value: [] });
  });

  test('is declared, section by section', () => {
    expect(sentMedia(SIMULCAST_OFFER, { '0': 'microphone' })).toMatchObject(refused('section 1 sends'));
    expect(sentMedia(SIMULCAST_OFFER, {})).toMatchObject(refused('section 0 sends'));
    const named = sdpOf([audio('sendonly', { mid: 'constructor' })]);
    expect(sentMedia(named, {})).toMatchObject(refused('section constructor sends'));
  });

  test.each([
    ['audio', 'camera', false],
    ['video', 'microphone', false],
    ['audio', 'microphone', true],
    ['video', 'camera', true],
    ['audio', 'screen', true],
    ['video', 'screen', true],
  ] as const)('%s may be %s: %s', (kind, media, may) => {
    const outcome = sentMedia(sdpOf([{ kind, mid: '0', direction: 'sendonly' }]), { '0': media });
    if (may) expect(outcome).toEqual({ ok: true, value: [media] });
    else expect(outcome).toMatchObject(refused(`is ${kind} and declared as ${media}`));
  });

  test('is refused with whatever can not be read', () => {
    expect(sentMedia('hello', { '0': 'camera' })).toMatchObject(refused('begin|end'));
    const two = sdpOf([audio('recvonly'), video('recvonly')]);
    expect(sentMedia(two, {}, 1)).toMatchObject(refused('1 sections'));
  });
});

/**
 * Reads as leniently as can be: any line end, any case, any blanks, the last word counts, and so does the first. A section
 * sends unless nothing in it can be taken for sending.
 */
function lenient(sdp: string): { readonly mid: string; readonly sends: boolean }[] {
  const [, ...sections] = sdp.split(/[\r\n\0]+[\s:]*m[\s:]*=/i);
  return sections.map((section) => {
    const [head = '', ...lines] = section.split(/[\r\n\0]+/);
    const words = lines.map((line) => line.replace(/^[\s:]*a[\s:]*=[\s:]*/i, '').toLowerCase());
    const says = (...names: string[]) => words.some((word) => names.some((name) => word.startsWith(name)));
    const exact = (...names: string[]) => lines.some((line) => names.some((name) => line === `a=${name}`));
    const isRejected = / 0 /.test(head) && !says('bundle-only');
    const isSilent = exact('recvonly', 'inactive') && !says('sendrecv', 'sendonly');
    return { mid: /^a=mid:(.*)$/m.exec(lines.join('\n'))?.[1] ?? '', sends: !isRejected && !isSilent };
  });
}

const WORDS = [
  'sendrecv',
  'sendonly',
  'recvonly',
  'inactive',
  'SendRecv',
  'mid:0',
  'mid:1',
  'mid',
  'bundle-only',
];
const attribute = fc
  .tuple(
    fc.constantFrom('a=', 'a= ', 'a=:', 'A=', ' a=', ''),
    fc.constantFrom(...WORDS),
    fc.constantFrom('', ' ', ':x', ' x'),
  )
  .map((parts) => parts.join(''));
const mediaLine = fc
  .tuple(
    fc.constantFrom('m=', 'M=', 'm= '),
    fc.constantFrom('audio', 'video', 'application', 'Audio'),
    fc.constantFrom(' 9', ' 0', ' 00', ' 0/1', '  0'),
    fc.constantFrom(' UDP/TLS/RTP/SAVPF 96', ' RTP/AVP 0', ''),
  )
  .map((parts) => parts.join(''));
const section = fc.record({
  kind: fc.constantFrom('audio' as const, 'video' as const),
  direction: fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive'),
  port: fc.constantFrom(0, 9, 65_535),
  more: fc.constantFrom<readonly string[]>([], ['a=bundle-only'], ['a=rtpmap:96 VP8/90000', 'b=AS:500']),
});
const named = <S>(list: readonly S[]) => list.map((one, index) => ({ ...one, mid: `s${index}` }));
const end = fc.oneof(
  { arbitrary: fc.constantFrom('\r\n', '\n'), weight: 12 },
  { arbitrary: fc.constantFrom('\r', '\0', '', '\n\n', '\u2028'), weight: 1 },
);
const insertion = fc.record({
  where: fc.nat(40),
  instead: fc.boolean(),
  line: fc.oneof({ arbitrary: attribute, weight: 6 }, { arbitrary: mediaLine, weight: 2 }, fc.string()),
  end,
});
/** A description into which somebody has put up to three lines that are out of the ordinary, here and there instead of what was there. */
const hostile = fc
  .tuple(fc.array(section, { minLength: 1, maxLength: 3 }), fc.array(insertion, { maxLength: 3 }))
  .map(([list, insertions]) => {
    const lines = sdpOf(named(list), { end: '\n' }).split(/(?<=\n)/);
    for (const { where, instead, line, end } of insertions)
      lines.splice(1 + (where % lines.length), Number(instead), line + end);
    return lines.join('');
  });

const bytes = fc.array(fc.nat(0xffff), { maxLength: 400 }).map((units) => String.fromCharCode(...units));

describe('whatever comes', () => {
  test('it is refused, or seen to send at least where anybody might see it send', () => {
    let read = 0;
    fc.assert(
      fc.property(hostile, (sdp) => {
        const outcome = readSdp(sdp);
        if (!outcome.ok) {
          expect(outcome.error).toMatchObject({ code: 'signal_invalid', detail: expect.any(String) });
          return;
        }
        read += outcome.value.length;
        const seen = outcome.value.map(({ mid, sends }) => ({ mid: mid ?? '', sends }));
        const feared = lenient(sdp);
        expect(seen.map(({ mid }) => mid)).toEqual(feared.map(({ mid }) => mid));
        feared.forEach(({ mid, sends }, index) => {
          if (sends) expect(seen[index]?.sends, `section ${mid}`).toBe(true);
        });
      }),
      { numRuns: 5_000 },
    );
    // Where nothing was ever read, nothing was proven.
    expect(read).toBeGreaterThan(1_000);
  });

  test('it takes no longer than its length', () => {
    for (const text of ['a=', 'm=', 'm=audio 9 RTP/AVP 0', 'a=sendrecv', ' ', '\r\n', 'a=mid:', 'x']) {
      const sdp = `v=0\r\n${`${text}\r\n`.repeat(LIMITS.sdpLength / (text.length + 2))}`;
      const long = `v=0\r\na=${text.repeat(LIMITS.sdpLength / Math.max(1, text.length))}`;
      const began = performance.now();
      readSdp(sdp);
      readSdp(long);
      expect(performance.now() - began).toBeLessThan(500);
    }
  });

  test('any bytes are read or refused', () => {
    fc.assert(
      fc.property(bytes, (text) => {
        for (const sdp of [text, `v=0\n${text}\n`, SIMULCAST_OFFER.replace('a=sendrecv', text)]) {
          const outcome = sentMedia(sdp, { '0': 'microphone', '1': 'camera' } satisfies Record<
            string,
            Media
          >);
          if (!outcome.ok) expect(outcome.error.code).toBe('signal_invalid');
        }
      }),
    );
  });

  test('what is written plainly is read as it is written', () => {
    fc.assert(
      fc.property(
        fc.array(section, { maxLength: LIMITS.signalSections }),
        fc.constantFrom('\r\n', '\n'),
        (list, end) => {
          const sections = named(list);
          const expected = sections.map(({ mid, kind, direction, port, more }): SdpSection => {
            const isRejected = port === 0 && !more.includes('a=bundle-only');
            return { mid, kind, sends: direction.startsWith('send') && !isRejected };
          });
          expect(readSdp(sdpOf(sections, { end }))).toEqual({ ok: true, value: expected });
        },
      ),
    );
  });
});

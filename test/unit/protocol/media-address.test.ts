import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS, readMediaAddress } from '../../../src/protocol/index.ts';

const read = (text: string) => {
  const done = readMediaAddress(text);
  return done.ok ? done.value : done.error.code;
};

describe('the address of a video elsewhere', () => {
  test.each([
    ['https://media.video.org/a.mp4', 'https://media.video.org/a.mp4'],
    ['https://media.video.org:443/a.mp4', 'https://media.video.org/a.mp4'],
    ['HTTPS://MEDIA.Video.ORG/a b.m3u8?x=1#t=5', 'https://media.video.org/a%20b.m3u8?x=1#t=5'],
    ['https://bücher.de/x', 'https://xn--bcher-kva.de/x'],
    ['https://media.video.org./a', 'https://media.video.org./a'],
    ['https://8.8.8.8/a', 'https://8.8.8.8/a'],
    ['https://172.15.0.1/a', 'https://172.15.0.1/a'],
    ['https://172.32.0.1/a', 'https://172.32.0.1/a'],
    ['https://100.63.0.1/a', 'https://100.63.0.1/a'],
    ['https://11.0.0.1/a', 'https://11.0.0.1/a'],
    ['https://[2606:4700::1111]/a', 'https://[2606:4700::1111]/a'],
    ['https://[2001:4860:4860::8888]/a', 'https://[2001:4860:4860::8888]/a'],
    ['https://localhost.video.org/a', 'https://localhost.video.org/a'],
  ])('%s is taken', (text, wanted) => {
    expect(read(text)).toBe(wanted);
  });

  test.each([
    '',
    'a.mp4',
    '//media.video.org/a.mp4',
    'http://media.video.org/a.mp4',
    'ftp://media.video.org/a.mp4',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:video/mp4;base64,AAAA',
    'blob:https://media.video.org/1',
    'https://',
    'https://media.video.org:8443/a.mp4',
    'https://media.video.org:80/a.mp4',
    'https://user@media.video.org/a.mp4',
    'https://user:word@media.video.org/a.mp4',
    'https://:word@media.video.org/a.mp4',
    'https://localhost/a',
    'https://LOCALHOST./a',
    'https://printer.local../a',
    'https://../a',
    'https://a.localhost/a',
    'https://router/a',
    'https://printer.local/a',
    'https://nas.home.arpa/a',
    'https://nas.lan/a',
    'https://wiki.internal/a',
    'https://wiki.corp/a',
    'https://127.0.0.1/a',
    'https://127.1/a',
    'https://2130706433/a',
    'https://0x7f000001/a',
    'https://0177.0.0.1/a',
    'https://0/a',
    'https://10.0.0.1/a',
    'https://10.255.255.255/a',
    'https://172.16.0.1/a',
    'https://172.31.255.255/a',
    'https://192.168.178.1/a',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/a',
    'https://100.127.255.255/a',
    'https://198.19.0.1/a',
    'https://224.0.0.1/a',
    'https://255.255.255.255/a',
    'https://１２７.0.0.1/a',
    'https://[::1]/a',
    'https://[::]/a',
    'https://[::ffff:127.0.0.1]/a',
    'https://[::ffff:8.8.8.8]/a',
    'https://[64:ff9b::7f00:1]/a',
    'https://[fe80::1]/a',
    'https://[fc00::1]/a',
    'https://[fd12:3456::1]/a',
    'https://[ff02::1]/a',
    'https://[2002:7f00:1::]/a',
    'https://[2001::7f00:1]/a',
    'https://[2001:0:7f00:1::]/a',
    'https://[2001:20::1]/a',
    'https://[2001:db8::1]/a',
    `https://media.video.org/${'a'.repeat(LIMITS.mediaAddressLength)}`,
    `https://media.video.org/${'ä'.repeat(LIMITS.mediaAddressLength / 3)}`,
  ])('%s is refused', (text) => {
    expect(read(text)).toBe('address_refused');
  });

  test('never leads into a private network, however its numbers are written', () => {
    const privately = fc.oneof(
      fc.tuple(fc.constant(10), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(127), fc.nat(255), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(192), fc.constant(168), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(169), fc.constant(254), fc.nat(255), fc.nat(255)),
    );
    fc.assert(
      fc.property(privately, fc.constantFrom(8, 10, 16), ([a, b, c, d], base) => {
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const hex = (value: number) => value.toString(16);
        const one = base === 16 ? `0x${hex(number)}` : base === 8 ? `0${number.toString(8)}` : String(number);
        for (const host of [one, `${a}.${b}.${c}.${d}`, `[::ffff:${hex(a * 256 + b)}:${hex(c * 256 + d)}]`])
          expect(read(`https://${host}/a.mp4`), host).toBe('address_refused');
      }),
    );
  });

  test('read once more is the same', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['https'], withQueryParameters: true }), (text) => {
        const once = readMediaAddress(text);
        if (once.ok) expect(read(once.value)).toBe(once.value);
      }),
    );
  });
});

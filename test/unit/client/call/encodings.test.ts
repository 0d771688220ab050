import { describe, expect, test } from 'vitest';
import { encodingOf } from '../../../../src/client/call/encodings.ts';
import { hasFragment, sessionOf, withDtx } from '../../../../src/client/call/sdp.ts';

describe('how something is sent', () => {
  test.each([
    [1, 2_500_000, 720],
    [2, 2_500_000, 720],
    [3, 1_200_000, 540],
    [4, 1_200_000, 540],
    [5, 700_000, 360],
    [8, 625_000, 360],
    [10, 500_000, 360],
    [12, 416_666, 270],
    [15, 200_000, 180],
  ])('a camera to %i: %i bit/s, %i lines', (receivers, rate, lines) => {
    const { maxBitrate, scaleResolutionDownBy = 0 } = encodingOf('camera', receivers);
    expect([maxBitrate, Math.round(720 / scaleResolutionDownBy)]).toEqual([rate, lines]);
  });

  test('a small picture is never made larger', () => {
    expect(encodingOf('camera', 1, 360).scaleResolutionDownBy).toBe(1);
  });

  test('never takes up more than the uplink, however many there are', () => {
    for (let receivers = 1; receivers <= 15; receivers += 1)
      expect(encodingOf('camera', receivers).maxBitrate * receivers).toBeLessThanOrEqual(5_000_000);
  });

  test('sound comes before pictures', () => {
    expect(encodingOf('microphone', 3)).toMatchObject({ priority: 'high', networkPriority: 'high' });
    expect(encodingOf('camera', 3)).toMatchObject({ priority: 'low', networkPriority: 'low' });
  });

  test('a screen stays readable', () => {
    expect(encodingOf('screen', 15)).toMatchObject({ maxBitrate: 600_000 });
    expect(encodingOf('screen', 15).scaleResolutionDownBy).toBeUndefined();
  });
});

describe('what is read in a description', () => {
  const SDP = [
    'v=0',
    'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 63',
    'a=mid:0',
    'a=ice-ufrag:abcd',
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'a=mid:3',
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    '',
  ].join('\r\n');

  test('the connection that wrote it', () => expect(sessionOf(SDP)).toBe('4611731400430051336'));

  test('whether candidates belong to it', () => {
    expect(hasFragment(SDP, 'abcd')).toBe(true);
    expect(hasFragment(SDP, 'abc')).toBe(false);
  });

  test('silence is not sent where there is speech, and is where there is music', () => {
    const changed = withDtx(SDP, new Set(['0']));
    expect(changed.match(/usedtx=1/g)).toHaveLength(1);
    expect(changed).toContain('a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1\r\nm=audio');
    expect(withDtx(changed, new Set(['0']))).toBe(changed);
    expect(changed.replace(';usedtx=1', '')).toBe(SDP);
  });
});

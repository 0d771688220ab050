import { expect, test } from 'vitest';
import { NO_TRACKS } from '../../../src/client/call/call-view.ts';
import { stoppedFor } from '../../../web/src/room/moderation/stopped-for.ts';
import { FakeTrack } from './call-world.ts';

const track = (kind: 'audio' | 'video') => new FakeTrack(kind) as unknown as MediaStreamTrack;
const quiet = { ...NO_TRACKS, muted: false, speaking: false, speakingWhileMuted: false };

test('a person is told only of what a host really took from them', () => {
  const all = ['camera', 'microphone', 'screen'] as const;
  expect(stoppedFor(null, all)).toEqual([]);
  expect(stoppedFor(quiet, all)).toEqual([]);
  const heard = { ...quiet, microphone: track('audio'), screen: track('video') };
  expect(stoppedFor(heard, all)).toEqual(['microphone', 'screen']);
  expect(stoppedFor(heard, ['camera', 'microphone'])).toEqual(['microphone']);
  // Held back by themselves, it was not on, and is theirs still.
  expect(stoppedFor({ ...heard, muted: true }, all)).toEqual(['screen']);
});

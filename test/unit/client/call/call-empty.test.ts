import { describe, expect, test } from 'vitest';
import { seenOf } from './fake-meeting.ts';
import { FakeTrack } from './fake-tracks.ts';
import { callOf, meet as meetDirectly, SOON, statusOf } from './meet.ts';
import { meet as meetThroughSfu, SOON as SOON_THERE } from './meet-sfu.ts';

// Nobody has to wait for devices: a page comes in with nothing, and gives its tracks when a person has allowed them, or never.

describe.each([
  ['directly', meetDirectly, SOON],
  ['over the SFU', meetThroughSfu, SOON_THERE],
])('who comes without any track into a call that goes %s', (_, meet, soon) => {
  test('sees and hears the others from the start, and is seen and heard when there is something', async () => {
    const { clock, meeting, ada } = await meet('Ada', 'Ben');
    const give = [
      callOf(ada).setCamera(new FakeTrack('video').real),
      callOf(ada).setMicrophone(new FakeTrack('audio').real),
    ];
    await Promise.all([...give, clock.pass(soon)]);
    const cleo = meeting.join('Cleo');
    await clock.pass(100);
    cleo.open();
    await clock.pass(soon);
    expect(statusOf(cleo)).toBe('in');
    expect(seenOf(cleo, ada)).toMatchObject({ camera: true, microphone: true, connected: true });
    expect(seenOf(ada, cleo)).toMatchObject({ camera: false, microphone: false, connected: true });
    expect(cleo.commands.filter(({ t }) => t === 'media.set')).toEqual([]);
    await Promise.all([callOf(cleo).setMicrophone(new FakeTrack('audio').real), clock.pass(soon)]);
    expect(seenOf(ada, cleo)).toMatchObject({ camera: false, microphone: true });
    await Promise.all([callOf(cleo).setCamera(new FakeTrack('video').real), clock.pass(soon)]);
    expect(seenOf(ada, cleo)).toMatchObject({ camera: true, microphone: true });
    expect(seenOf(cleo, ada)).toMatchObject({ camera: true, microphone: true });
  });
});

import { describe, expect, test } from 'vitest';
import { openCall } from '../../../../src/client/call/index.ts';
import { ParleyError } from '../../../../src/client/http.ts';
import { arrives, camera, Meeting, microphone, seenOf } from './fake-meeting.ts';
import { FakeTrack, sectionsOf } from './fake-tracks.ts';
import { callOf, meet, refused, SOON, statusOf, switchOn } from './meet.ts';
import { SimClock } from './sim-clock.ts';

describe('a call', () => {
  test('connects everybody who is in it with everybody else', async () => {
    const { seats } = await meet('Ada', 'Ben', 'Cleo');
    for (const seat of seats) {
      expect(statusOf(seat)).toBe('in');
      for (const other of seats)
        if (other !== seat) expect(seenOf(seat, other)).toMatchObject({ connected: true });
    }
  });

  test('shows what somebody has on, and nothing else', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    const track = await switchOn(met, ada);
    expect(seenOf(ben, ada)).toMatchObject({ camera: true, microphone: false, screen: false });
    expect(arrives(ben, ada, 'camera', meeting.air)).toBe(track.id);
    await Promise.all([callOf(ben).setMicrophone(microphone()), clock.pass(SOON)]);
    expect(seenOf(ada, ben)).toMatchObject({ camera: false, microphone: true });
  });

  test('switching off and on again needs no word with the other side', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    const first = await switchOn(met, ada);
    const said = meeting.signals.length;
    await Promise.all([callOf(ada).setCamera(null), clock.pass(SOON)]);
    expect(seenOf(ben, ada)).toMatchObject({ camera: false });
    expect(first.readyState).toBe('ended');
    const second = await switchOn(met, ada);
    expect(arrives(ben, ada, 'camera', meeting.air)).toBe(second.id);
    expect(meeting.signals.length).toBe(said);
  });

  test('another camera takes the place of the first, which is stopped, and the room is told nothing', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    const first = await switchOn(met, ada);
    const told = ada.commands.length;
    const second = new FakeTrack('video');
    await Promise.all([callOf(ada).setCamera(second.real), clock.pass(SOON)]);
    expect([first.readyState, second.readyState]).toEqual(['ended', 'live']);
    expect(arrives(ben, ada, 'camera', meeting.air)).toBe(second.id);
    expect(ada.commands.length).toBe(told);
  });

  test('a screen comes with its sound, as sections of its own', async () => {
    const { clock, ada, ben } = await meet('Ada', 'Ben');
    const screen = { video: new FakeTrack('video'), sound: new FakeTrack('audio') };
    const shared = callOf(ada).setScreen({ video: screen.video.real, sound: screen.sound.real });
    await Promise.all([shared, clock.pass(SOON)]);
    expect(seenOf(ben, ada)).toMatchObject({ screen: true, screenSound: true, camera: false });
    expect([screen.video.contentHint, screen.sound.contentHint]).toEqual(['detail', 'music']);
  });

  test('what is on as you come in is announced then, and only then sent', async () => {
    const { clock, meeting, ben } = await meet('Ada', 'Ben');
    const cleo = meeting.join('Cleo');
    const track = camera();
    cleo.open({ camera: track, microphone: microphone(), muted: true });
    await clock.pass(SOON);
    expect(seenOf(ben, cleo)).toMatchObject({ camera: true, microphone: false });
    expect(callOf(cleo).state.self).toMatchObject({ camera: track, muted: true });
  });

  test('nothing is sent that is not allowed: a description says so, too', async () => {
    const { clock, meeting, ada, ben } = await meet('Ada', 'Ben');
    for (const { signal } of meeting.signals)
      if ('sdp' in signal)
        for (const { direction } of sectionsOf(String(signal.sdp)))
          expect(direction).toMatch(/^(recvonly|inactive)$/);
    meeting.setRights(ada.id, 'camera', 'denied');
    await clock.pass(SOON);
    const track = new FakeTrack('video');
    const [error] = await Promise.all([refused(callOf(ada).setCamera(track.real)), clock.pass(SOON)]);
    expect([error, track.readyState, seenOf(ben, ada)?.camera]).toEqual(['not_allowed', 'ended', false]);
    expect(callOf(ada).state.self.camera).toBeNull();
  });

  test('a track of the wrong kind is a mistake of the page, one that has ended already is none at all', async () => {
    const { clock, ada, meeting } = await meet('Ada', 'Ben');
    await expect(callOf(ada).setCamera(microphone())).rejects.toThrow(TypeError);
    const ended = new FakeTrack('video');
    ended.stop();
    await Promise.all([callOf(ada).setCamera(ended.real), clock.pass(SOON)]);
    expect([callOf(ada).state.self.camera, meeting.media.has(ada.id)]).toEqual([null, false]);
  });

  test('throws no_webrtc where there is none, and says what to do', () => {
    const meeting = new Meeting(new SimClock());
    const { room } = meeting.join('Ada');
    const opening = () => openCall(room);
    expect(opening).toThrow(ParleyError);
    expect(opening).toThrow(
      expect.objectContaining({ code: 'no_webrtc', message: expect.stringMatching(/browser/) }),
    );
  });

  test('whose state has not changed stays the same object', async () => {
    const met = await meet('Ada', 'Ben', 'Cleo');
    const before = callOf(met.cleo).state;
    await switchOn(met, met.ada);
    const after = callOf(met.cleo).state;
    expect(after).not.toBe(before);
    expect(after.members.get(met.ben.id)).toBe(before.members.get(met.ben.id));
    expect(after.self).toBe(before.self);
  });
});

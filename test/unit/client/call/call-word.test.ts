import { describe, expect, test } from 'vitest';
import type { Transport } from '../../../../src/client/call/transport.ts';
import { ParleyError } from '../../../../src/client/http.ts';
import { camera, Meeting, microphone, seenOf } from './fake-meeting.ts';
import { FakeTrack } from './fake-tracks.ts';
import { callOf, meet, refused, SOON, senders, statusOf, switchOn } from './meet.ts';
import { SimClock } from './sim-clock.ts';

describe('the word of the room', () => {
  test('takes a camera away: it is stopped, its senders are emptied, the others see nothing, at once', async () => {
    const met = await meet('Ada', 'Ben', 'Cleo');
    const { clock, meeting, ada, ben, cleo } = met;
    const track = await switchOn(met, ada);
    meeting.setRights(ada.id, 'camera', 'denied');
    await clock.pass(100);
    for (const seat of [ben, cleo]) expect(seenOf(seat, ada)).toMatchObject({ camera: false });
    expect(track.readyState).toBe('ended');
    expect(senders(met, ada).every((sender) => sender.track === null)).toBe(true);
    expect(ada.taken).toEqual(['camera room']);
    expect(callOf(ada).state.self.camera).toBeNull();
  });

  test('turning the right on again switches nothing on', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    await switchOn(met, ada);
    meeting.setPolicy('camera', false);
    await clock.pass(SOON);
    meeting.setPolicy('camera', true);
    await clock.pass(SOON);
    expect(seenOf(ben, ada)).toMatchObject({ camera: false });
    expect(callOf(ada).state.self.camera).toBeNull();
  });

  test('switches off what a host stops, and it can be switched on again', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    const track = await switchOn(met, ada);
    meeting.stopMedia(ada.id, 'camera');
    await clock.pass(SOON);
    expect([track.readyState, seenOf(ben, ada)?.camera, ada.taken]).toEqual([
      'ended',
      false,
      ['camera room'],
    ]);
    await switchOn(met, ada);
    expect(seenOf(ben, ada)).toMatchObject({ camera: true });
  });

  test('keeps out what a sender goes on sending although it is off, and switches it off where it still plays', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    const track = await switchOn(met, ada);
    const shown = callOf(ben).state.members.get(ada.id)?.camera;
    meeting.run(ada.id, 'media.set', { camera: false });
    await clock.pass(100);
    // It is by her own word, so her page sends on.
    expect(senders(met, ada).some((sender) => sender.track === track)).toBe(true);
    expect(seenOf(ben, ada)).toMatchObject({ camera: false });
    expect(shown?.enabled).toBe(false);
  });

  test('is asked for before anything is sent: who has no right is seen by nobody, whatever their page sends', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    await switchOn(met, ada);
    // A cheat has put its track into the senders by itself, after it was told not to.
    meeting.setRights(ada.id, 'camera', 'denied');
    await clock.pass(SOON);
    const track = new FakeTrack('video');
    for (const sender of senders(met, ada)) if (sender.track === null) await sender.replaceTrack(track);
    await clock.pass(SOON);
    expect(seenOf(ben, ada)).toMatchObject({ camera: false, microphone: false, screen: false });
  });

  test('counts at the moment of its answer: what a host stopped meanwhile is not sent', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    ada.answersLate = 200;
    const track = new FakeTrack('video');
    const given = callOf(ada).setCamera(track.real);
    await clock.pass(100);
    // It is on, and Ada has no answer yet.
    meeting.stopMedia(ada.id, 'camera');
    await Promise.all([given, clock.pass(SOON)]);
    expect([callOf(ada).state.self.camera, track.readyState, ada.taken]).toEqual([
      null,
      'ended',
      ['camera room'],
    ]);
    expect(senders(met, ada).every((sender) => sender.track === null)).toBe(true);
    expect(seenOf(ben, ada)).toMatchObject({ camera: false });
  });

  test('does not stay that a camera is on which was gone before the room knew of it', async () => {
    const { clock, meeting, ada } = await meet('Ada', 'Ben');
    ada.latency = 200;
    const track = new FakeTrack('video');
    const given = callOf(ada).setCamera(track.real);
    await clock.pass(50);
    track.unplug();
    await Promise.all([given, clock.pass(SOON)]);
    expect([ada.taken, meeting.media.has(ada.id)]).toEqual([['camera ended'], false]);
  });

  test('takes away a microphone that is held back, too', async () => {
    const { clock, meeting, ada } = await meet('Ada', 'Ben');
    const track = new FakeTrack('audio');
    await Promise.all([callOf(ada).setMicrophone(track.real), clock.pass(SOON)]);
    await Promise.all([callOf(ada).setMuted(true), clock.pass(SOON)]);
    meeting.setPolicy('microphone', false);
    await clock.pass(SOON);
    expect([track.readyState, ada.taken]).toEqual(['ended', ['microphone room']]);
  });

  test('a device that is gone is switched off for all', async () => {
    const met = await meet('Ada', 'Ben');
    const track = await switchOn(met, met.ada);
    track.unplug();
    await met.clock.pass(SOON);
    expect(met.ada.taken).toEqual(['camera ended']);
    expect(met.meeting.media.has(met.ada.id)).toBe(false);
  });

  test('a full call takes no other picture: the camera is refused, and nothing is on', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    meeting.cameras = 1;
    await switchOn(met, ada);
    const [error] = await Promise.all([refused(callOf(ben).setCamera(camera())), clock.pass(SOON)]);
    expect([error, callOf(ben).state.self.camera, statusOf(ben)]).toEqual(['call_full', null, 'in']);
  });

  test('who is not let in is told why, and may try again', async () => {
    const { clock, meeting } = await meet('Ada', 'Ben');
    const cleo = meeting.join('Cleo');
    await clock.pass(100);
    cleo.refuse = (t) => (t === 'call.enter' ? new ParleyError('call_full', { message: 'full' }) : null);
    cleo.open();
    await clock.pass(SOON);
    expect(callOf(cleo).state).toMatchObject({ status: 'failed', failure: { code: 'call_full' } });
    cleo.refuse = () => null;
    callOf(cleo).enter();
    await clock.pass(SOON);
    expect(callOf(cleo).state).toMatchObject({ status: 'in', failure: null });
  });

  test('who is not let in again has nothing on, and comes in with all of it later', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    await Promise.all([callOf(ada).setMicrophone(microphone()), clock.pass(SOON)]);
    ada.refuse = (t) => (t === 'call.enter' ? new ParleyError('call_full', { message: 'full' }) : null);
    ada.drop(true);
    await clock.pass(SOON);
    ada.connect();
    await clock.pass(SOON);
    expect([statusOf(ada), meeting.media.has(ada.id)]).toEqual(['failed', false]);
    ada.refuse = () => null;
    callOf(ada).enter();
    await clock.pass(3_000);
    expect([statusOf(ada), seenOf(ben, ada)?.microphone]).toEqual(['in', true]);
  });

  test('a call that goes over to an SFU goes there with all that is on, and the direct connections end', async () => {
    const clock = new SimClock();
    const meeting = new Meeting(clock);
    const handed: Record<string, unknown> = {};
    const through = (handed: Record<string, unknown>) => (): Transport => ({
      setLocal: (source, track) => {
        handed[source] = track?.id ?? null;
      },
      setWanted: (members) => {
        handed.wanted = [...(members ?? [])];
      },
      follow: (stays) => {
        handed.stays = [...stays.keys()];
      },
      entered: () => undefined,
      networkChanged: () => undefined,
      received: () => undefined,
      level: () => 0,
      sample: async () => new Map(),
      close: () => {
        handed.closed = true;
      },
    });
    const ada = meeting.join('Ada', { sfu: through(handed) });
    const ben = meeting.join('Ben', { sfu: through({}) });
    await clock.pass(100);
    const track = new FakeTrack('video');
    ada.open({ camera: track.real });
    ben.open();
    callOf(ada).watchOnly([ben.id]);
    await clock.pass(SOON);
    meeting.goTo('sfu');
    await clock.pass(SOON);
    expect(callOf(ada).state).toMatchObject({ mode: 'sfu', status: 'in' });
    expect(handed).toEqual({
      camera: track.id,
      microphone: null,
      screen: null,
      screenSound: null,
      wanted: [ben.id],
      stays: [ben.id],
    });
    const own = meeting.air.all.filter(({ place }) => place === ada.place);
    expect(own.map(({ signalingState }) => signalingState)).toEqual(['closed']);
    meeting.goTo('direct');
    await clock.pass(SOON);
    expect([handed.closed, callOf(ada).state.mode]).toEqual([true, 'direct']);
  });
});

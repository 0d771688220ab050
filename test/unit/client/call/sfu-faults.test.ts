import { describe, expect, test } from 'vitest';
import { comes } from './fake-forwarder.ts';
import { seenOf } from './fake-meeting.ts';
import { FakeTrack } from './fake-tracks.ts';
import { callOf } from './meet.ts';
import { asked, camera, failing, meet, microphone, SOON, watch } from './meet-sfu.ts';

describe('what goes wrong', () => {
  test.each([
    ['publish', 'asked'],
    ['publish', 'answered'],
    ['subscribe', 'asked'],
    ['subscribe', 'answered'],
    ['answer', 'asked'],
    ['answer', 'answered'],
    ['begin', 'answered'],
  ] as const)(
    'a server that is killed in %s (%s): it comes right, and nothing is doubled',
    async (what, step) => {
      const met = await meet('Ada', 'Ben');
      const sound = await microphone(met, met.ben);
      let isDone = false;
      met.forwarder.fault = (at, which) => {
        if (isDone || at !== step || which !== what) return null;
        isDone = true;
        return failing('network');
      };
      // In the case of `begin`, of somebody who is there for the first time.
      const dan = met.meeting.join('Dan');
      await met.clock.pass(100);
      dan.open();
      const picture = await camera(met, met.ben);
      await met.clock.pass(10_000);
      expect(isDone).toBe(true);
      for (const seat of [met.ada, dan]) {
        expect(comes(met.forwarder, seat, met.ben, 'camera')).toBe(picture.id);
        expect(comes(met.forwarder, seat, met.ben, 'microphone')).toBe(sound.id);
        expect(met.forwarder.of(seat.id)?.coming.size).toBe(2);
      }
      expect(met.forwarder.of(met.ben.id)?.sent).toHaveLength(2);
    },
  );

  test.each([
    ['sfu_failed', 'asked'],
    ['sfu_failed', 'answered'],
    ['network', 'asked'],
    ['network', 'answered'],
  ] as const)(
    'pictures that are let go while it fails (%s, %s): they end, the rest goes on, and nothing is doubled',
    async (code, step) => {
      const met = await meet('Ada', 'Ben', 'Cleo');
      const sound = await microphone(met, met.ben);
      await camera(met, met.ben);
      const picture = await camera(met, met.cleo);
      let isDone = false;
      met.forwarder.fault = (at, what) => {
        if (isDone || at !== step || what !== 'close') return null;
        isDone = true;
        return failing(code);
      };
      callOf(met.ada).watchOnly([]);
      await met.clock.pass(10_000);
      expect([isDone, met.forwarder.of(met.ada.id)?.coming.size]).toEqual([true, 1]);
      expect(comes(met.forwarder, met.ada, met.ben, 'microphone')).toBe(sound.id);
      callOf(met.ada).watchOnly([met.cleo.id]);
      await met.clock.pass(10_000);
      expect(comes(met.forwarder, met.ada, met.cleo, 'camera')).toBe(picture.id);
      expect(met.forwarder.of(met.ada.id)?.coming.size).toBe(2);
      const open = met.meeting.air.all.filter(
        ({ place, signalingState }) => place === met.ada.place && signalingState !== 'closed',
      );
      expect(open).toHaveLength(1);
      expect(asked(met, met.ada, 'begin').length).toBeLessThan(3);
    },
  );

  test('with an SFU that has no section given up it is done without, and no session follows the other', async () => {
    const met = await meet('Ada', 'Ben', 'Cleo');
    const own = await camera(met, met.ada);
    const tracks = [await camera(met, met.ben), await camera(met, met.cleo)];
    met.forwarder.letsGiveUp = false;
    for (let time = 0; time < 5; time += 1) {
      callOf(met.ada).watchOnly([]);
      await met.clock.pass(SOON);
      expect(met.forwarder.of(met.ada.id)?.coming.size).toBe(0);
      callOf(met.ada).watchOnly(null);
      await met.clock.pass(SOON);
      expect(comes(met.forwarder, met.ada, met.ben, 'camera')).toBe(tracks[0]?.id);
      expect(comes(met.forwarder, met.ada, met.cleo, 'camera')).toBe(tracks[1]?.id);
    }
    expect(met.forwarder.refused).toEqual(['close']);
    expect(asked(met, met.ada, 'begin')).toHaveLength(1);
    // What was given up already is in the next offer, too: from another connection on nothing is.
    await microphone(met, met.ada);
    expect(met.forwarder.refused).toEqual(['close', 'publish']);
    for (let time = 0; time < 5; time += 1) {
      callOf(met.ada).watchOnly(time % 2 === 0 ? [] : null);
      await met.clock.pass(SOON);
      await Promise.all([
        callOf(met.ada).setScreen({ video: new FakeTrack('video').real }),
        met.clock.pass(SOON),
      ]);
      await Promise.all([callOf(met.ada).setScreen(null), met.clock.pass(30_000)]);
    }
    expect(comes(met.forwarder, met.ben, met.ada, 'camera')).toBe(own.id);
    // The others have each tried it once, as her screen went off.
    expect(met.forwarder.refused).toEqual(['close', 'publish', 'close', 'close']);
    expect([met.ada, met.ben, met.cleo].map((seat) => asked(met, seat, 'begin').length)).toEqual([2, 1, 1]);
  });

  test('with an SFU that has no section given up and uses it again, what comes by it is seen', async () => {
    const met = await meet('Ada', 'Ben', 'Cleo');
    await microphone(met, met.ada);
    const tracks = [await camera(met, met.ben), await camera(met, met.cleo)];
    met.forwarder.letsGiveUp = false;
    met.forwarder.usesAgain = true;
    for (let time = 0; time < 5; time += 1) {
      callOf(met.ada).watchOnly([]);
      await met.clock.pass(SOON);
      callOf(met.ada).watchOnly(null);
      await met.clock.pass(3 * SOON);
      expect(comes(met.forwarder, met.ada, met.ben, 'camera')).toBe(tracks[0]?.id);
      expect(comes(met.forwarder, met.ada, met.cleo, 'camera')).toBe(tracks[1]?.id);
    }
    // What it has stopped a browser can't receive by any more: another connection took its place, once.
    expect(asked(met, met.ada, 'begin')).toHaveLength(2);
    expect(met.forwarder.refused).toEqual(['close']);
  });

  test('what could not be ended because it was too much just now is ended later, and was looked back at meanwhile', async () => {
    const met = await meet('Ada', 'Ben', 'Cleo');
    await microphone(met, met.ada);
    const tracks = [await camera(met, met.ben), await camera(met, met.cleo)];
    let refused = 0;
    met.forwarder.fault = (step, what) => {
      if (step !== 'asked' || what !== 'close' || refused >= 2) return null;
      refused += 1;
      return failing('rate_limited', 1_500);
    };
    callOf(met.ada).watchOnly([]);
    await met.clock.pass(500);
    expect([refused, met.forwarder.of(met.ada.id)?.coming.size]).toEqual([1, 2]);
    callOf(met.ada).watchOnly([met.cleo.id]);
    await met.clock.pass(10_000);
    expect(refused).toBe(2);
    expect(met.forwarder.of(met.ada.id)?.coming.size).toBe(1);
    expect(comes(met.forwarder, met.ada, met.cleo, 'camera')).toBe(tracks[1]?.id);
    expect(asked(met, met.ada, 'begin')).toHaveLength(1);
  });

  test('what may not be sent yet is not offered with what is over', async () => {
    const met = await meet('Ada', 'Ben', 'Cleo');
    await camera(met, met.ben);
    await camera(met, met.cleo);
    met.forwarder.fault = (step, what) =>
      step === 'asked' && what === 'publish' ? failing('rate_limited', 3_000) : null;
    const track = new FakeTrack('video');
    await Promise.all([callOf(met.ada).setCamera(track.real), met.clock.pass(500)]);
    callOf(met.ada).watchOnly([]);
    await met.clock.pass(6_000);
    met.forwarder.fault = () => null;
    await met.clock.pass(20_000);
    expect(comes(met.forwarder, met.ben, met.ada, 'camera')).toBe(track.id);
    expect(met.forwarder.of(met.ada.id)?.coming.size).toBe(0);
    expect(asked(met, met.ada, 'begin')).toHaveLength(1);
  });

  test('while the SFU answers nobody, what comes goes on, and it is asked less and less', async () => {
    const met = await meet('Ada', 'Ben', 'Cleo');
    const track = await camera(met, met.ben);
    const seen = watch(met.ada, met.ben);
    const before = asked(met, met.ada, 'begin').length;
    met.forwarder.fault = (step, what) =>
      step === 'asked' && (what === 'begin' || what === 'subscribe') ? failing('sfu_failed') : null;
    void callOf(met.cleo).setCamera(new FakeTrack('video').real);
    for (let seconds = 0; seconds < 120; seconds += 1) {
      await met.clock.pass(1_000);
      // Whatever else happens in the room asks for nothing more.
      met.meeting.tell({
        t: 'media.changed',
        member: met.cleo.id,
        camera: true,
        microphone: false,
        screen: false,
        speaking: seconds % 2 === 0,
      });
    }
    expect(comes(met.forwarder, met.ada, met.ben, 'camera')).toBe(track.id);
    expect(seen).not.toContain(false);
    expect(asked(met, met.ada, 'begin').length - before).toBeLessThan(9);
    met.forwarder.fault = () => null;
    await met.clock.pass(60_000);
    expect(seenOf(met.ada, met.cleo)?.camera).toBe(true);
  });

  test('until the connection stands that the first step has begun nothing more is asked', async () => {
    const met = await meet('Ada', 'Ben');
    const { meeting, clock } = met;
    meeting.air.isCut = true;
    const sounds = [await microphone(met, met.ada), await microphone(met, met.ben)];
    for (const seat of met.seats)
      expect([...asked(met, seat, 'publish'), ...asked(met, seat, 'subscribe')]).toHaveLength(1);
    meeting.air.isCut = false;
    meeting.air.look();
    await clock.pass(SOON);
    expect(comes(met.forwarder, met.ada, met.ben, 'microphone')).toBe(sounds[1]?.id);
    expect(comes(met.forwarder, met.ben, met.ada, 'microphone')).toBe(sounds[0]?.id);
    expect(met.forwarder.asked.filter(({ what }) => what === 'begin')).toHaveLength(2);
  });

  test('too much at once is waited for, on the same connection', async () => {
    const met = await meet('Ada', 'Ben');
    let times = 2;
    met.forwarder.fault = (step, what) =>
      step === 'asked' && what === 'publish' && times-- > 0 ? failing('rate_limited', 3_000) : null;
    const track = await camera(met, met.ben);
    await met.clock.pass(10_000);
    expect(comes(met.forwarder, met.ada, met.ben, 'camera')).toBe(track.id);
    expect(asked(met, met.ben, 'begin')).toHaveLength(1);
  });

  test('a track that is refused by itself is asked for again, and the rest comes', async () => {
    const met = await meet('Ada', 'Ben');
    met.forwarder.refusesTrack = (media) => media === 'camera';
    const sound = await microphone(met, met.ben);
    const picture = await camera(met, met.ben);
    expect(comes(met.forwarder, met.ada, met.ben, 'microphone')).toBe(sound.id);
    expect(asked(met, met.ben, 'publish').length).toBeLessThan(6);
    met.forwarder.refusesTrack = () => false;
    await met.clock.pass(30_000);
    expect(comes(met.forwarder, met.ada, met.ben, 'camera')).toBe(picture.id);
    expect(asked(met, met.ben, 'begin')).toHaveLength(1);
  });

  test('after the call is closed nothing is asked any more', async () => {
    const met = await meet('Ada', 'Ben');
    await camera(met, met.ben);
    met.forwarder.fault = () => failing('sfu_failed');
    callOf(met.ada).watchOnly([]);
    await met.clock.pass(1_500);
    callOf(met.ada).close();
    await met.clock.pass(100);
    const { length } = asked(met, met.ada, 'begin');
    await met.clock.pass(120_000);
    expect(asked(met, met.ada, 'begin')).toHaveLength(length);
    const open = met.meeting.air.all.filter(
      ({ place, signalingState }) => place === met.ada.place && signalingState !== 'closed',
    );
    expect(open).toEqual([]);
  });

  test('a connection that does not find its way back within five seconds is made anew', async () => {
    const met = await meet('Ada', 'Ben');
    const track = await camera(met, met.ben);
    const { meeting, clock } = met;
    const [connection] = meeting.air.all.filter(({ place }) => place === met.ada.place);
    if (connection === undefined) throw new Error('no connection');
    // A browser may say so for half a minute before it gives up.
    meeting.air.isCut = true;
    connection.connectionState = 'disconnected';
    connection.dispatchEvent(new Event('connectionstatechange'));
    expect(callOf(met.ada).state.members.get(met.ben.id)?.quality).toBe('lost');
    await clock.pass(4_900);
    expect(asked(met, met.ada, 'begin')).toHaveLength(1);
    meeting.air.isCut = false;
    await clock.pass(SOON);
    expect(asked(met, met.ada, 'begin')).toHaveLength(2);
    expect(comes(met.forwarder, met.ada, met.ben, 'camera')).toBe(track.id);
  });

  test('a connection that fails is made anew at once', async () => {
    const met = await meet('Ada', 'Ben');
    met.meeting.air.isCut = true;
    const sound = await microphone(met, met.ben);
    const [connection] = met.meeting.air.all.filter(({ place }) => place === met.ben.place);
    if (connection === undefined) throw new Error('no connection');
    connection.connectionState = 'failed';
    met.meeting.air.isCut = false;
    connection.dispatchEvent(new Event('connectionstatechange'));
    await met.clock.pass(SOON);
    expect(asked(met, met.ben, 'begin')).toHaveLength(2);
    expect(comes(met.forwarder, met.ada, met.ben, 'microphone')).toBe(sound.id);
  });

  test('a network that changes is followed by another connection, once the old one is lost', async () => {
    const met = await meet('Ada', 'Ben');
    const track = await camera(met, met.ben);
    met.ada.move(true);
    await met.clock.pass(30_000);
    expect(comes(met.forwarder, met.ada, met.ben, 'camera')).toBe(track.id);
    expect(asked(met, met.ada, 'begin')).toHaveLength(2);
  });
});

import { describe, expect, test } from 'vitest';
import { comes } from './fake-forwarder.ts';
import { seenOf } from './fake-meeting.ts';
import { FakeTrack, sectionsOf } from './fake-tracks.ts';
import { callOf, senders, statusOf } from './meet.ts';
import { asked, camera, failing, type Met, meet, microphone, SOON, watch } from './meet-sfu.ts';

describe('a call over the SFU', () => {
  test('everybody gets what the others send, over one connection', async () => {
    const met = await meet('Ada', 'Ben', 'Cleo');
    const tracks = [];
    for (const seat of met.seats) tracks.push([await camera(met, seat), await microphone(met, seat)]);
    for (const seat of met.seats)
      for (const [index, other] of met.seats.entries())
        if (other !== seat) {
          expect(comes(met.forwarder, seat, other, 'camera')).toBe(tracks[index]?.[0]?.id);
          expect(comes(met.forwarder, seat, other, 'microphone')).toBe(tracks[index]?.[1]?.id);
          expect(seenOf(seat, other)).toMatchObject({ connected: true });
        }
    for (const seat of met.seats) expect(asked(met, seat, 'begin')).toHaveLength(1);
  });

  test('nothing is asked of the SFU while nobody sends anything, and nobody seems to be on the way', async () => {
    const met = await meet('Ada', 'Ben');
    expect(met.forwarder.asked).toEqual([]);
    expect(seenOf(met.ada, met.ben)).toMatchObject({ connected: true });
  });

  test('a camera is offered in three sizes, and asked for in the one that fits', async () => {
    const met = await meet('Ada', 'Ben', 'Cleo', 'Dan');
    await camera(met, met.ben);
    const sent = senders(met as never, met.ben).find(({ track }) => track?.kind === 'video');
    expect(sent?.parameters.encodings.map(({ rid }) => rid)).toEqual(['f', 'h', 'q']);
    expect(asked(met, met.ada, 'subscribe').map(({ body }) => body.tracks[0]?.rid)).toEqual(['f']);
    await camera(met, met.cleo);
    expect(asked(met, met.ada, 'layers')).toEqual([]);
    const [, , , dan] = met.seats;
    if (dan === undefined) throw new Error('nobody');
    await camera(met, dan);
    const layers = asked(met, met.ada, 'layers').flatMap(({ body }) => body.tracks);
    expect(layers.map(({ member, rid }) => [member, rid]).sort()).toEqual(
      [met.ben.id, met.cleo.id].sort().map((id) => [id, 'h']),
    );
  });

  test('who has a camera taken by a host is dark for all, and seen again with the right and another camera', async () => {
    const met = await meet('Ada', 'Ben', 'Cleo');
    await camera(met, met.ben);
    const sound = await microphone(met, met.ben);
    met.meeting.setRights(met.ben.id, 'camera', 'denied');
    await met.clock.pass(200);
    expect([met.ben.taken, seenOf(met.ada, met.ben)?.camera]).toEqual([['camera room'], false]);
    expect(met.forwarder.of(met.ben.id)?.sent.map(({ media }) => media)).toEqual(['microphone']);
    await met.clock.pass(SOON);
    expect(met.forwarder.of(met.ada.id)?.coming.size).toBe(1);
    met.meeting.setRights(met.ben.id, 'camera', undefined);
    await met.clock.pass(SOON);
    const again = await camera(met, met.ben);
    for (const seat of [met.ada, met.cleo]) {
      expect(comes(met.forwarder, seat, met.ben, 'camera')).toBe(again.id);
      expect(comes(met.forwarder, seat, met.ben, 'microphone')).toBe(sound.id);
    }
    expect(asked(met, met.ben, 'begin')).toHaveLength(1);
  });

  test('whoever is muted sends nothing from that moment, whatever is being negotiated', async () => {
    const met = await meet('Ada', 'Ben');
    const sound = await microphone(met, met.ben);
    met.forwarder.late = 10_000;
    void callOf(met.ben).setCamera(new FakeTrack('video').real);
    await met.clock.pass(1_000);
    void callOf(met.ben).setMuted(true);
    await met.clock.pass(1);
    expect(senders(met as never, met.ben).map(({ track }) => track?.id)).not.toContain(sound.id);
    void callOf(met.ben).setMuted(false);
    await met.clock.pass(60_000);
    expect(comes(met.forwarder, met.ada, met.ben, 'microphone')).toBe(sound.id);
  });

  test('what is silent for long is ended, and comes back with the next word', async () => {
    const met = await meet('Ada', 'Ben');
    const sound = await microphone(met, met.ben);
    const toggle = (muted: boolean) => Promise.all([callOf(met.ben).setMuted(muted), met.clock.pass(SOON)]);
    await toggle(true);
    await toggle(false);
    expect(asked(met, met.ben, 'publish')).toHaveLength(1);
    await toggle(true);
    await met.clock.pass(30_000);
    expect(met.forwarder.of(met.ben.id)?.sent).toEqual([]);
    expect(met.forwarder.of(met.ada.id)?.coming.size).toBe(0);
    await toggle(false);
    expect(comes(met.forwarder, met.ada, met.ben, 'microphone')).toBe(sound.id);
  });

  test('the answer may come before the word of it: nothing is sent twice', async () => {
    const met = await meet('Ada', 'Ben');
    const { hear } = met.ada;
    const isWord = ({ t }: { readonly t: string }) => t === 'sfu.published';
    met.ada.hear = (events) => {
      if (events.some(isWord)) met.clock.after(1_000, () => hear.call(met.ada, events));
      else hear.call(met.ada, events);
    };
    await camera(met, met.ada);
    expect(asked(met, met.ada, 'publish')).toHaveLength(1);
    expect(seenOf(met.ben, met.ada)?.camera).toBe(true);
  });

  test('what the room takes before it has told of it is sent again, once it may be', async () => {
    const met = await meet('Ada', 'Ben');
    met.forwarder.late = 1_000;
    const { ben, meeting, clock } = met;
    void callOf(ben)
      .setCamera(new FakeTrack('video').real)
      .catch(() => undefined);
    // Between the room's word and the answer.
    while (met.forwarder.of(ben.id)?.sent.length !== 1) await clock.pass(10);
    meeting.setRights(ben.id, 'camera', 'denied');
    await clock.pass(10_000);
    met.forwarder.late = 0;
    meeting.setRights(ben.id, 'camera', undefined);
    await clock.pass(SOON);
    const again = await camera(met, ben);
    expect(comes(met.forwarder, met.ada, ben, 'camera')).toBe(again.id);
  });

  test('a page that wants no pictures has sound alone, and they come back when it does', async () => {
    const met = await meet('Ada', 'Ben');
    const picture = await camera(met, met.ben);
    const sound = await microphone(met, met.ben);
    callOf(met.ada).watchOnly([]);
    await met.clock.pass(SOON);
    expect(met.forwarder.of(met.ada.id)?.coming.size).toBe(1);
    expect(comes(met.forwarder, met.ada, met.ben, 'microphone')).toBe(sound.id);
    callOf(met.ada).watchOnly(null);
    await met.clock.pass(SOON);
    expect(comes(met.forwarder, met.ada, met.ben, 'camera')).toBe(picture.id);
  });

  /** Ada looks away and back again, over and over; how many sections her connection has after that, and how many she has had. */
  async function look(met: Met, times: number): Promise<{ sections: number; connections: number }> {
    const picture = await camera(met, met.ben);
    for (let turn = 0; turn < times; turn += 1) {
      callOf(met.ada).watchOnly(turn % 2 === 0 ? [] : null);
      await met.clock.pass(2_000);
    }
    await met.clock.pass(SOON);
    expect(comes(met.forwarder, met.ada, met.ben, 'camera')).toBe(picture.id);
    const open = met.meeting.air.all.filter(
      ({ place, signalingState }) => place === met.ada.place && signalingState !== 'closed',
    );
    expect(open).toHaveLength(1);
    const sections = sectionsOf(open[0]?.localDescription?.sdp ?? '');
    // By the first one the way of all is told.
    expect(sections[0]?.isRejected).toBe(false);
    expect(met.forwarder.refused).toEqual([]);
    return { sections: sections.length, connections: asked(met, met.ada, 'begin').length };
  }

  test('sections that are over are used again, by her own and those of the SFU', async () => {
    const met = await meet('Ada', 'Ben');
    await microphone(met, met.ada);
    const { sections, connections } = await look(met, 400);
    expect(connections).toBe(1);
    expect(sections).toBeLessThan(6);
    for (let times = 0; times < 20; times += 1) {
      await Promise.all([callOf(met.ada).setMuted(times % 2 === 0), met.clock.pass(30_000)]);
    }
    expect((await look(met, 2)).sections).toBeLessThan(8);
  });

  test('where the SFU uses none again they pile up only to what it takes, then there is a fresh connection', async () => {
    const met = await meet('Ada', 'Ben');
    met.forwarder.reusesSections = false;
    const { sections, connections } = await look(met, 400);
    expect(connections).toBe(2);
    expect(sections).toBeLessThanOrEqual(128);
  });
});

describe('a line to the room that drops', () => {
  test('media goes on, over the same connection and the same sections', async () => {
    const met = await meet('Ada', 'Ben', 'Cleo');
    const tracks = [await camera(met, met.ada), await camera(met, met.ben)];
    const seen = [watch(met.cleo, met.ada), watch(met.ada, met.ben), watch(met.cleo, met.ben)];
    // All of them, as when a server is killed.
    for (const seat of met.seats) seat.drop(true);
    await met.clock.pass(8_000);
    for (const seat of met.seats) {
      seat.connect();
      await met.clock.pass(2_000);
    }
    await met.clock.pass(SOON);
    expect(met.seats.map(statusOf)).toEqual(['in', 'in', 'in']);
    expect(comes(met.forwarder, met.cleo, met.ada, 'camera')).toBe(tracks[0]?.id);
    expect(comes(met.forwarder, met.ada, met.ben, 'camera')).toBe(tracks[1]?.id);
    for (const each of seen) expect(each).not.toContain(false);
    for (const seat of met.seats) expect(asked(met, seat, 'begin')).toHaveLength(1);
    expect(asked(met, met.ada, 'publish')).toHaveLength(1);
  });

  test('what we send is told anew a moment after we are let in: nothing is sent twice', async () => {
    const met = await meet('Ada', 'Ben');
    const track = await camera(met, met.ada);
    met.ada.drop(true);
    await met.clock.pass(1_000);
    const { hear } = met.ada;
    met.ada.hear = (events) => {
      const words = events.filter(({ t }) => t === 'sfu.published');
      hear.call(
        met.ada,
        events.filter((event) => !words.includes(event)),
      );
      met.clock.after(1_000, () => hear.call(met.ada, words));
    };
    met.ada.connect();
    await met.clock.pass(10_000);
    expect([statusOf(met.ada), met.ada.taken]).toEqual(['in', []]);
    expect(asked(met, met.ada, 'publish')).toHaveLength(1);
    expect(comes(met.forwarder, met.ben, met.ada, 'camera')).toBe(track.id);
  });

  test('whoever only looks on and was away for too long has everything again', async () => {
    const met = await meet('Ada', 'Ben');
    const track = await camera(met, met.ben);
    met.ada.drop(true);
    await met.clock.pass(1_000);
    // The room has given up on her, and ended her session.
    const session = met.forwarder.of(met.ada.id);
    met.forwarder.sessions.delete(session?.id ?? '');
    met.ada.connect();
    await met.clock.pass(SOON);
    expect(asked(met, met.ada, 'begin')).toHaveLength(2);
    expect(comes(met.forwarder, met.ada, met.ben, 'camera')).toBe(track.id);
  });
});

describe('a call that changes its way', () => {
  test('what was being tried again is let be once the call goes directly', async () => {
    const met = await meet('Ada', 'Ben');
    met.forwarder.fault = () => failing('sfu_failed');
    await camera(met, met.ben);
    met.meeting.goTo('direct');
    await met.clock.pass(100);
    const { length } = met.forwarder.asked;
    await met.clock.pass(60_000);
    expect(met.forwarder.asked).toHaveLength(length);
    expect(seenOf(met.ada, met.ben)?.camera).toBe(true);
  });

  test('to the SFU and back, with everything on', async () => {
    const met = await meet('Ada', 'Ben');
    met.meeting.goTo('direct');
    await met.clock.pass(SOON);
    const track = await camera(met, met.ben);
    const sound = await microphone(met, met.ada);
    expect(seenOf(met.ada, met.ben)).toMatchObject({ camera: true, connected: true });
    met.meeting.goTo('sfu');
    await met.clock.pass(SOON);
    expect(comes(met.forwarder, met.ada, met.ben, 'camera')).toBe(track.id);
    expect(comes(met.forwarder, met.ben, met.ada, 'microphone')).toBe(sound.id);
    met.meeting.goTo('direct');
    await met.clock.pass(SOON);
    expect(seenOf(met.ada, met.ben)).toMatchObject({ camera: true, connected: true });
    expect(met.forwarder.sessions.size).toBe(0);
    // Nor is one asked for, however much happens.
    const { length } = met.forwarder.asked;
    await Promise.all([callOf(met.ben).setCamera(null), met.clock.pass(SOON)]);
    await camera(met, met.ben);
    await met.clock.pass(60_000);
    expect(met.forwarder.asked).toHaveLength(length);
  });
});

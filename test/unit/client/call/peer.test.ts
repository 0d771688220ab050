import { describe, expect, test } from 'vitest';
import { LOOK_AFTER } from '../../../../src/client/call/peer.ts';
import type { Signal } from '../../../../src/protocol/index.ts';
import { ALL, End, pair, SOON } from './fake-ends.ts';

describe('the connection to one other', () => {
  test('is offered by one of the two, once', async () => {
    const { clock, bold, polite } = pair();
    await clock.pass(SOON);
    expect([bold.peer.line, polite.peer.line]).toEqual(['connected', 'connected']);
    expect([bold.offers(), polite.offers()]).toEqual([1, 0]);
  });

  test('carries what is given at any time, both ways', async () => {
    const { clock, bold, polite, arrives } = pair();
    const early = polite.give('camera');
    await clock.pass(SOON);
    expect(arrives(bold, 'camera')).toBe(early.id);
    const late = bold.give('microphone');
    await clock.pass(SOON);
    expect(arrives(polite, 'microphone')).toBe(late.id);
  });

  test('where both begin to send at once both offer, one gives way, and both are heard', async () => {
    const { clock, bold, polite, arrives } = pair();
    await clock.pass(SOON);
    const [camera, microphone] = [bold.give('camera'), polite.give('microphone')];
    await clock.pass(SOON);
    // The second of the one and the first of the other have met; what the other wanted is in its answer.
    expect([bold.offers(), polite.offers()]).toEqual([2, 1]);
    expect(bold.said.some((signal) => signal.kind === 'description' && signal.type === 'answer')).toBe(false);
    expect([arrives(polite, 'camera'), arrives(bold, 'microphone')]).toEqual([camera.id, microphone.id]);
  });

  test('is found by candidates that come before the description they belong to', async () => {
    const { clock, bold, polite } = pair();
    const late: Signal[] = [];
    bold.rule = (signal) => {
      if (signal.kind !== 'description') return 'sent';
      late.push(signal);
      return 'lost';
    };
    // Those of the answering side are not told at all: without the early ones there is no way.
    polite.rule = ({ kind }) => (kind === 'candidate' ? 'lost' : 'sent');
    await clock.pass(SOON);
    expect([late.length, polite.peer.line]).toEqual([1, 'connecting']);
    for (const signal of late) {
      // As it was before any candidate was found.
      if (signal.kind === 'description') polite.peer.receive(signal);
    }
    await clock.pass(SOON);
    expect([bold.peer.line, polite.peer.line]).toEqual(['connected', 'connected']);
  });

  test('is offered again where nobody answers: the room tells a signal once', async () => {
    const { clock, bold } = pair();
    bold.rule = () => 'lost';
    await clock.pass(LOOK_AFTER - 100);
    expect([bold.peer.line, bold.offers()]).toEqual(['connecting', 1]);
    bold.rule = () => 'sent';
    await clock.pass(SOON);
    expect([bold.peer.line, bold.offers()]).toEqual(['connected', 2]);
  });

  test('where the answer is lost it is given again', async () => {
    const { clock, bold, polite } = pair();
    polite.rule = ({ kind }) => (kind === 'description' ? 'lost' : 'sent');
    await clock.pass(SOON);
    polite.rule = () => 'sent';
    await clock.pass(LOOK_AFTER + SOON);
    expect([bold.peer.line, polite.peer.line]).toEqual(['connected', 'connected']);
  });

  test('says nothing while one of the two is away, and all of it when both are back', async () => {
    const { clock, bold, polite, arrives } = pair();
    await clock.pass(SOON);
    bold.reaches = polite.reaches = false;
    const said = bold.said.length;
    const track = bold.give('camera');
    await clock.pass(60_000);
    expect(bold.said.length).toBe(said);
    bold.reaches = polite.reaches = true;
    bold.peer.sync();
    await clock.pass(SOON);
    expect(arrives(polite, 'camera')).toBe(track.id);
  });

  test('what did not arrive because somebody had gone is said again when they are back', async () => {
    const { clock, bold, polite, arrives } = pair();
    await clock.pass(SOON);
    bold.rule = () => 'unsent';
    const track = bold.give('camera');
    await clock.pass(SOON);
    bold.rule = () => 'sent';
    expect(arrives(polite, 'camera')).toBeNull();
    bold.peer.sync();
    polite.peer.sync();
    await clock.pass(SOON);
    expect(arrives(polite, 'camera')).toBe(track.id);
  });

  test('an offer that the room denies is taken back, and made anew when the rights are others', async () => {
    const { clock, bold, polite, of, arrives } = pair();
    await clock.pass(SOON);
    bold.rule = () => 'denied';
    bold.give('camera');
    const microphone = bold.give('microphone');
    await clock.pass(3_000);
    expect([of(bold).signalingState, bold.offers()]).toEqual(['stable', 2]);
    bold.rule = () => 'sent';
    bold.change({ allowed: { ...ALL, camera: false } });
    await clock.pass(SOON);
    expect([arrives(polite, 'microphone'), arrives(polite, 'camera')]).toEqual([microphone.id, null]);
  });

  test('an answer that the room denies is not set, and made anew when the rights are others', async () => {
    const { clock, bold, polite, arrives } = pair();
    polite.rule = ({ kind }) => (kind === 'description' ? 'denied' : 'sent');
    polite.give('camera');
    const microphone = polite.give('microphone');
    await clock.pass(SOON);
    expect([bold.peer.line, polite.said.length]).toEqual(['connecting', 1]);
    polite.rule = () => 'sent';
    polite.change({ allowed: { ...ALL, camera: false } });
    await clock.pass(SOON);
    expect([arrives(bold, 'microphone'), arrives(bold, 'camera')]).toEqual([microphone.id, null]);
  });

  test('what the room can not read is not said for ever', async () => {
    const { clock, bold } = pair();
    bold.rule = () => 'refused';
    await clock.pass(600_000);
    expect([bold.peer.line, bold.offers()]).toEqual(['lost', 1]);
  });

  test('looks for another way when the network is another, over the same connection', async () => {
    const { clock, air, bold, polite, open, arrives } = pair();
    const track = bold.give('camera');
    await clock.pass(SOON);
    bold.place.ways += 1;
    air.look();
    bold.peer.restart();
    await clock.pass(SOON);
    expect([bold.peer.line, polite.peer.line]).toEqual(['connected', 'connected']);
    expect([arrives(polite, 'camera'), open().length, air.all.length]).toEqual([track.id, 2, 2]);
  });

  test('looks for another way when the one it had has failed, though nobody has said why', async () => {
    const { clock, air, bold, polite } = pair();
    await clock.pass(SOON);
    polite.place.ways += 1;
    air.look();
    expect([bold.peer.line, polite.peer.line]).toEqual(['lost', 'lost']);
    await clock.pass(7_000);
    expect([bold.peer.line, polite.peer.line]).toEqual(['connected', 'connected']);
  });

  test('that finds no way for long is tried for as long as it takes', async () => {
    const { clock, air, bold, polite } = pair();
    await clock.pass(SOON);
    // Whatever is found is of no use, for five minutes.
    air.isCut = true;
    air.look();
    await clock.pass(300_000);
    expect([bold.peer.line, polite.peer.line]).toEqual(['lost', 'lost']);
    air.isCut = false;
    await clock.pass(30_000);
    expect([bold.peer.line, polite.peer.line]).toEqual(['connected', 'connected']);
  });

  test('that has failed while one was away is looked for when both are back', async () => {
    const { clock, air, bold, polite } = pair();
    await clock.pass(SOON);
    bold.reaches = polite.reaches = false;
    polite.place.ways += 1;
    air.look();
    await clock.pass(60_000);
    expect(bold.peer.line).toBe('lost');
    bold.reaches = polite.reaches = true;
    bold.peer.sync();
    polite.peer.sync();
    await clock.pass(SOON);
    expect([bold.peer.line, polite.peer.line]).toEqual(['connected', 'connected']);
  });

  test('stands also where a browser does not take how to send', async () => {
    const { clock, air, bold, polite, of, arrives } = pair();
    await clock.pass(SOON);
    for (const { sender } of of(bold).getTransceivers())
      sender.setParameters = () => Promise.reject(new DOMException('not now', 'InvalidStateError'));
    const track = bold.give('camera');
    await clock.pass(SOON);
    expect([arrives(polite, 'camera'), air.all.length]).toEqual([track.id, 2]);
  });

  test('is made anew where the other side has begun anew', async () => {
    const { clock, air, bold, polite, arrives } = pair();
    await clock.pass(SOON);
    const track = bold.give('camera');
    await clock.pass(SOON);
    polite.peer.close();
    const anew = new End(clock, air, true);
    anew.other = bold;
    bold.other = anew;
    // It has nothing of what was agreed on; the next word of the old connection is the first that it hears.
    bold.give('microphone');
    await clock.pass(LOOK_AFTER + 3_000);
    expect([bold.peer.line, anew.peer.line]).toEqual(['connected', 'connected']);
    expect(arrives(anew, 'camera')).toBe(track.id);
  });

  test('an offer of another connection gets another connection, and not the one that was agreed on', async () => {
    const { clock, air, bold, polite, open } = pair();
    await clock.pass(SOON);
    bold.peer.close();
    const anew = new End(clock, air, false);
    anew.other = polite;
    polite.other = anew;
    const track = anew.give('camera');
    await clock.pass(SOON);
    expect([anew.peer.line, polite.peer.line]).toEqual(['connected', 'connected']);
    expect([air.all.length, open().length]).toEqual([4, 2]);
    expect(polite.peer.tracks.camera).not.toBeNull();
    expect(track.readyState).toBe('live');
  });

  test('a section never becomes another: a description that says so is not taken', async () => {
    const { clock, bold, polite } = pair();
    const track = bold.give('camera');
    await clock.pass(SOON);
    const last = bold.said.findLast((signal) => signal.kind === 'description');
    if (last?.kind !== 'description') throw new Error('no description');
    const media = Object.fromEntries(
      Object.entries(last.media).map(([mid, media]) => [
        mid,
        media === 'camera' ? ('screen' as const) : media,
      ]),
    );
    const before = polite.said.length;
    polite.peer.receive({ ...last, media });
    await clock.pass(SOON);
    expect(polite.said.length).toBe(before);
    expect(polite.peer.tracks.camera).not.toBeNull();
    expect(track.readyState).toBe('live');
  });

  test('takes a description that no browser can read for a reason to begin anew, a few times only', async () => {
    const { clock, air, bold, polite } = pair();
    await clock.pass(SOON);
    for (let number = 0; number < 10; number += 1) {
      // No section of those that were agreed on.
      polite.peer.receive({
        kind: 'description',
        type: 'offer',
        sdp: `v=0\r\no=- 1001 9 IN IP4 0\r\n`,
        media: {},
      });
      await clock.pass(SOON);
    }
    await clock.pass(20_000);
    expect(air.all.length).toBeLessThan(30);
    expect([bold.peer.line, polite.peer.line]).toEqual(['connected', 'connected']);
  });

  test('sends nothing that is not allowed, also where the section was one that sent', async () => {
    const { clock, bold, polite, of, arrives } = pair();
    bold.give('camera');
    await clock.pass(SOON);
    bold.change({ allowed: { ...ALL, camera: false } });
    await clock.pass(SOON);
    expect(arrives(polite, 'camera')).toBeNull();
    expect(
      of(bold)
        .getTransceivers()
        .every(({ sender }) => sender.track === null),
    ).toBe(true);
    const last = bold.said.findLast((signal) => signal.kind === 'description');
    expect(last?.kind === 'description' && last.sdp).not.toMatch(/a=sendrecv|a=sendonly/);
  });

  test('tells its sender how to send: sound first, and a picture as small as there are many', async () => {
    const { clock, bold, of } = pair();
    bold.give('camera');
    bold.give('microphone');
    await clock.pass(SOON);
    const encodings = () =>
      of(bold)
        .getTransceivers()
        .map(({ sender }) => sender.parameters.encodings[0]);
    expect(encodings()).toContainEqual(
      expect.objectContaining({ maxBitrate: 2_500_000, scaleResolutionDownBy: 1 }),
    );
    expect(encodings()).toContainEqual(expect.objectContaining({ networkPriority: 'high' }));
    bold.change({ receivers: 5 });
    await clock.pass(SOON);
    expect(encodings()).toContainEqual(
      expect.objectContaining({ maxBitrate: 700_000, scaleResolutionDownBy: 2 }),
    );
  });
});

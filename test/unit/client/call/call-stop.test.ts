import { describe, expect, test } from 'vitest';
import { seenOf } from './fake-meeting.ts';
import type { Seat } from './fake-seat.ts';
import { FakeTrack } from './fake-tracks.ts';
import { callOf, type Met, meet, SOON, senders, statusOf, switchOn } from './meet.ts';

// What a host switches off while somebody's line to the room is down: pictures and sound go on between the others and them.

async function talking(): Promise<{ met: Met; sound: FakeTrack }> {
  const met = await meet('Ada', 'Ben', 'Cleo');
  await switchOn(met, met.ben);
  const sound = new FakeTrack('audio');
  await Promise.all([callOf(met.ben).setMicrophone(sound.real), met.clock.pass(SOON)]);
  expect(seenOf(met.ada, met.ben)).toMatchObject({ camera: true, microphone: true });
  return { met, sound };
}
const announced = ({ commands }: Seat, from: number) =>
  commands.slice(from).filter(({ t }) => t === 'media.set');
/** Whether the room is ever told that the microphone is on. */
const unmuted = (seat: Seat, from: number) =>
  announced(seat, from).some(({ microphone }) => microphone === true);

describe('a host switches off somebody', () => {
  test('who is away: it is over at once for all, and the rest goes on', async () => {
    const { met } = await talking();
    met.ben.drop(true);
    await met.clock.pass(SOON);
    expect(seenOf(met.ada, met.ben)).toMatchObject({ camera: true, microphone: true });
    met.meeting.stopMedia(met.ben.id, 'microphone');
    await met.clock.pass(100);
    for (const seat of [met.ada, met.cleo])
      expect(seenOf(seat, met.ben)).toMatchObject({ camera: true, microphone: false });
  });

  test('who is away, also for those who were away themselves', async () => {
    const { met } = await talking();
    met.ben.drop(true);
    met.ada.drop(true);
    await met.clock.pass(SOON);
    met.meeting.stopMedia(met.ben.id, 'camera');
    met.ada.connect();
    await met.clock.pass(SOON);
    expect(statusOf(met.ada)).toBe('in');
    expect(seenOf(met.ada, met.ben)).toMatchObject({ camera: false, microphone: true });
  });

  test.each([
    ['and is known to be', true],
    ['and nobody knows it yet', false],
  ])('who is away %s: at their return it is off, and not for a moment on', async (_, isNoticed) => {
    const { met, sound } = await talking();
    const { ben, meeting, clock } = met;
    ben.drop(isNoticed);
    await clock.pass(SOON);
    meeting.stopMedia(ben.id, 'microphone');
    await clock.pass(SOON);
    const from = ben.commands.length;
    ben.connect();
    await clock.pass(SOON);
    expect([statusOf(ben), ben.taken]).toEqual(['in', ['microphone room']]);
    expect(unmuted(ben, from)).toBe(false);
    expect([callOf(ben).state.self.microphone, sound.real.readyState]).toEqual([null, 'ended']);
    expect(senders(met, ben).map(({ track }) => track?.id)).not.toContain(sound.id);
    for (const seat of [met.ada, met.cleo])
      expect(seenOf(seat, ben)).toMatchObject({ camera: true, microphone: false });
    // It forbids nothing.
    await Promise.all([callOf(ben).setMicrophone(new FakeTrack('audio').real), clock.pass(SOON)]);
    expect(seenOf(met.ada, ben)).toMatchObject({ camera: true, microphone: true });
  });

  test('who had muted themselves keeps the microphone, as nobody has heard it', async () => {
    const { met, sound } = await talking();
    await Promise.all([callOf(met.ben).setMuted(true), met.clock.pass(SOON)]);
    met.ben.drop(true);
    await met.clock.pass(SOON);
    met.meeting.stopMedia(met.ben.id, 'microphone');
    met.ben.connect();
    await met.clock.pass(SOON);
    expect([met.ben.taken, callOf(met.ben).state.self.microphone?.id]).toEqual([[], sound.id]);
  });

  test('what was switched off before the line dropped and on again since is on at the return', async () => {
    const { met } = await talking();
    const { ben, clock } = met;
    met.meeting.stopMedia(ben.id, 'microphone');
    await clock.pass(SOON);
    expect(ben.taken).toEqual(['microphone room']);
    await Promise.all([callOf(ben).setMicrophone(new FakeTrack('audio').real), clock.pass(SOON)]);
    ben.drop(true);
    await clock.pass(SOON);
    ben.connect();
    await clock.pass(SOON);
    expect(ben.taken).toEqual(['microphone room']);
    expect(seenOf(met.ada, ben)).toMatchObject({ camera: true, microphone: true });
  });

  test('where nobody can say what was switched off meanwhile, nothing is on again by itself', async () => {
    const { met } = await talking();
    met.ben.drop(true);
    await met.clock.pass(SOON);
    met.ben.resyncs = true;
    const from = met.ben.commands.length;
    met.ben.connect();
    await met.clock.pass(SOON);
    expect([statusOf(met.ben), announced(met.ben, from)]).toEqual(['in', []]);
    expect(met.ben.taken).toEqual(['camera unknown', 'microphone unknown']);
    expect(seenOf(met.ada, met.ben)).toMatchObject({ camera: false, microphone: false });
    await Promise.all([callOf(met.ben).setMicrophone(new FakeTrack('audio').real), met.clock.pass(SOON)]);
    expect(seenOf(met.ada, met.ben)).toMatchObject({ camera: false, microphone: true });
  });

  test('where a page can not know what was switched off meanwhile, nothing of who is away is shown', async () => {
    const { met } = await talking();
    const { ada, ben, cleo, meeting, clock } = met;
    await switchOn(met, cleo);
    for (const seat of [ben, ada]) seat.drop(true);
    await clock.pass(SOON);
    meeting.stopMedia(ben.id, 'camera');
    ada.resyncs = true;
    ada.connect();
    await clock.pass(SOON);
    expect(statusOf(ada)).toBe('in');
    expect(seenOf(ada, ben)).toMatchObject({ connected: true, camera: false, microphone: false });
    // Of who is in the room says itself what is on.
    expect(seenOf(ada, cleo)).toMatchObject({ camera: true });
    ben.connect();
    await clock.pass(SOON);
    expect(seenOf(ada, ben)).toMatchObject({ camera: false, microphone: true });
  });
});

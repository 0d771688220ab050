import { describe, expect, test } from 'vitest';
import { ParleyError } from '../../../../src/client/http.ts';
import { microphone, seenOf } from './fake-meeting.ts';
import { callOf, type Met, meet, SOON, senders } from './meet.ts';

describe('speech', () => {
  async function talk() {
    const met = await meet('Ada', 'Ben');
    await Promise.all([callOf(met.ada).setMicrophone(microphone()), met.clock.pass(SOON)]);
    const told = () => met.ada.commands.filter((one) => 'speaking' in one).map(({ speaking }) => speaking);
    return { ...met, told };
  }

  test('is told to the room as it begins and ends, and at most once a second', async () => {
    const { clock, ada, told } = await talk();
    ada.level = 0.2;
    await clock.pass(500);
    expect(callOf(ada).state.self).toMatchObject({ speaking: true, speakingWhileMuted: false });
    expect(told()).toEqual([true]);
    // Between words it is quiet for a moment.
    for (let word = 0; word < 20; word += 1) {
      ada.level = word % 2 === 0 ? 0 : 0.2;
      await clock.pass(300);
    }
    expect(told()).toEqual([true]);
    ada.level = 0;
    await clock.pass(2_000);
    expect(told()).toEqual([true, false]);
  });

  test('that comes and goes is told once a second at most', async () => {
    const { clock, ada } = await talk();
    const times: number[] = [];
    let known = 0;
    for (let step = 0; step < 300; step += 1) {
      // Loud for half a second, silent for one.
      ada.level = step % 15 < 5 ? 0.2 : 0;
      await clock.pass(100);
      const count = ada.commands.filter((one) => 'speaking' in one).length;
      if (count > known) times.push(clock.now());
      known = count;
    }
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(times.length).toBeGreaterThan(5);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
  });

  test('while muted is told to you alone, and unmuting is heard at once', async () => {
    const { clock, meeting, ada, ben, told } = await talk();
    await Promise.all([callOf(ada).setMuted(true), clock.pass(SOON)]);
    expect(senders({ meeting } as Met, ada).every((sender) => sender.track === null)).toBe(true);
    expect(seenOf(ben, ada)).toMatchObject({ microphone: false });
    ada.level = 0.2;
    await clock.pass(1_000);
    expect(callOf(ada).state.self).toMatchObject({ muted: true, speaking: false, speakingWhileMuted: true });
    expect(told()).toEqual([]);
    await Promise.all([callOf(ada).setMuted(false), clock.pass(SOON)]);
    expect(callOf(ada).state.self).toMatchObject({ muted: false, speaking: true, speakingWhileMuted: false });
    expect(seenOf(ben, ada)).toMatchObject({ microphone: true });
    expect(told()).toEqual([true]);
  });

  test('push to talk faster than the room takes it comes to the right end', async () => {
    const { clock, meeting, ada } = await talk();
    let left = 3;
    ada.refuse = (t) =>
      t === 'media.set' && left-- > 0
        ? new ParleyError('rate_limited', { message: 'slow', retry: 500 })
        : null;
    for (const muted of [true, false, true, false, true]) {
      void callOf(ada)
        .setMuted(muted)
        .catch(() => undefined);
      await clock.pass(30);
    }
    await clock.pass(5_000);
    expect(meeting.media.get(ada.id)?.microphone ?? false).toBe(false);
    await Promise.all([callOf(ada).setMuted(false), clock.pass(SOON)]);
    expect(meeting.media.get(ada.id)?.microphone).toBe(true);
  });

  test('has a level, yours also while you are muted', async () => {
    const { clock, meeting, ada, ben } = await talk();
    const heard: number[] = [];
    const off = callOf(ben).levels.subscribe(() => heard.push(callOf(ben).levels.of(ada.id)));
    for (const connection of meeting.air.all)
      if (connection.place === ben.place)
        for (const { receiver } of connection.getTransceivers())
          if (receiver.track.kind === 'audio') receiver.level = 0.4;
    await clock.pass(1_000);
    off();
    expect(heard).toHaveLength(10);
    expect(heard.at(-1)).toBe(0.4);
    await Promise.all([callOf(ada).setMuted(true), clock.pass(SOON)]);
    // What is not shown is not heard either, whatever still arrives.
    expect(callOf(ben).levels.of(ada.id)).toBe(0);
    ada.level = 0.3;
    await clock.pass(200);
    expect(callOf(ada).levels.of(ada.id)).toBe(0.3);
  });
});

import { describe, expect, test } from 'vitest';
import { LINGER } from '../../../../src/client/call/stays.ts';
import { ParleyError } from '../../../../src/client/http.ts';
import { arrives, microphone, seenOf } from './fake-meeting.ts';
import { callOf, meet, SOON, statusOf, switchOn, watch } from './meet.ts';

describe('coming and going', () => {
  test.each([
    ['is noticed at once', true],
    ['is noticed by the next one only', false],
  ])(
    'a line to the room that drops and %s: media goes on, over the same connection',
    async (_, isNoticed) => {
      const met = await meet('Ada', 'Ben');
      const { clock, meeting, ada, ben } = met;
      const track = await switchOn(met, ada);
      const seen = watch(ben, ada);
      const made = meeting.air.all.length;
      ada.drop(isNoticed);
      await clock.pass(8_000);
      expect(statusOf(ada)).toBe('away');
      expect(arrives(ben, ada, 'camera', meeting.air)).toBe(track.id);
      ada.connect();
      await clock.pass(SOON);
      expect(statusOf(ada)).toBe('in');
      expect(arrives(ben, ada, 'camera', meeting.air)).toBe(track.id);
      expect(seen).not.toContain(false);
      expect(meeting.air.all.length).toBe(made);
    },
  );

  test('a line that is slow to tell what was missed: nothing goes dark meanwhile', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    const track = await switchOn(met, ada);
    const seen = watch(ben, ada);
    ada.drop(true);
    await clock.pass(SOON);
    ada.answersLate = 10_000;
    ada.connect();
    await clock.pass(9_000);
    expect(statusOf(ada)).toBe('entering');
    await clock.pass(15_000);
    expect(statusOf(ada)).toBe('in');
    expect(arrives(ben, ada, 'camera', meeting.air)).toBe(track.id);
    expect(seen).not.toContain(false);
  });

  test('a right that is lost while a line is away is lost: nothing is announced again, and the picture is gone', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    await switchOn(met, ada);
    ada.drop(true);
    await clock.pass(1_000);
    meeting.setRights(ada.id, 'camera', 'denied');
    await clock.pass(100);
    expect(seenOf(ben, ada)).toMatchObject({ camera: false });
    ada.connect();
    await clock.pass(SOON);
    expect([ada.taken, seenOf(ben, ada)?.camera, statusOf(ada)]).toEqual([['camera room'], false, 'in']);
  });

  test('whoever exits goes dark at once, whoever comes no more after a moment', async () => {
    const met = await meet('Ada', 'Ben', 'Cleo');
    const { clock, ada, ben, cleo } = met;
    await switchOn(met, ada);
    const track = await switchOn(met, cleo);
    callOf(ada).close();
    await clock.pass(100);
    expect(seenOf(ben, ada)).toBeNull();
    expect(statusOf(ada)).toBe('closed');
    // Cleo's page has lost its call without a word: it comes back to the room, and not to the call.
    cleo.refuse = () => new ParleyError('busy', { message: 'busy' });
    cleo.drop(false);
    cleo.connect();
    await clock.pass(SOON);
    expect(seenOf(ben, cleo)).toMatchObject({ camera: true });
    await clock.pass(LINGER);
    expect(seenOf(ben, cleo)).toBeNull();
    expect(track.readyState).toBe('live');
  });

  test('a page that was loaded anew gets a connection of its own, and what was for the old one is not heard', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    await switchOn(met, ada);
    ada.reload();
    ada.open();
    await clock.pass(SOON);
    expect(seenOf(ben, ada)).toMatchObject({ connected: true, camera: false });
    await switchOn(met, ada);
    expect(seenOf(ben, ada)).toMatchObject({ camera: true });
    const open = meeting.air.all.filter(({ signalingState }) => signalingState !== 'closed');
    expect(open).toHaveLength(2);
  });

  test('what came up while somebody was away is said as soon as they are back', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    ada.drop(true);
    await clock.pass(SOON);
    const said = meeting.signals.length;
    const track = await switchOn(met, ben);
    expect(meeting.signals.length).toBe(said);
    ada.connect();
    await clock.pass(SOON);
    expect(arrives(ada, ben, 'camera', meeting.air)).toBe(track.id);
  });

  test('a signal for the page that was here before is not heard', async () => {
    const { clock, meeting, ada, ben } = await meet('Ada', 'Ben');
    const made = meeting.air.all.length;
    const last = meeting.signals.findLast(({ from, signal }) => from === ben.id && 'sdp' in signal);
    const signal = { ...last?.signal, type: 'offer' };
    const of = { t: 'signal.sent', at: clock.now(), by: ben.id, signal };
    const old = { ...of, call: 'c_another', peer: 'c_before' };
    ada.hear([old]);
    await clock.pass(SOON);
    expect(meeting.air.all.length).toBe(made);
    expect(seenOf(ada, ben)).toMatchObject({ connected: true });
  });

  describe('a signal that is ahead of the word that its sender is in', () => {
    async function ahead() {
      const met = await meet('Ada', 'Ben');
      const { clock, meeting, ada, ben } = met;
      const cleo = meeting.join('Cleo');
      await clock.pass(SOON);
      const last = meeting.signals.find(({ from, signal }) => from === ben.id && 'sdp' in signal);
      const sdp = String(last !== undefined && 'sdp' in last.signal ? last.signal.sdp : '').replaceAll(
        /o=- \d+/g,
        'o=- 77',
      );
      const signal = { ...last?.signal, type: 'offer', sdp };
      const sent = {
        t: 'signal.sent',
        at: clock.now(),
        by: cleo.id,
        call: 'c_cleo',
        peer: meeting.calls.get(ada.id),
        signal,
      };
      const made = meeting.air.all.length;
      // She is in, and Ada is told of it last.
      meeting.calls.set(cleo.id, 'c_cleo');
      ada.hear([sent]);
      await clock.pass(SOON);
      const connection = meeting.air.all[made];
      return { ...met, cleo, connection };
    }

    test('is answered, and nothing of them is shown yet', async () => {
      const { meeting, ada, cleo, connection } = await ahead();
      expect(connection?.signalingState).toBe('stable');
      expect(meeting.signals.some(({ from, to }) => from === ada.id && to === cleo.id)).toBe(true);
      expect(seenOf(ada, cleo)).toBeNull();
    });

    test('keeps its connection when the word comes', async () => {
      const { clock, ada, cleo, connection } = await ahead();
      ada.hear([{ t: 'call.changed', at: clock.now(), member: cleo.id, call: 'c_cleo' } as never]);
      await clock.pass(20_000);
      expect([seenOf(ada, cleo) === null, connection?.signalingState === 'closed']).toEqual([false, false]);
    });

    test('is forgotten where the word does not come', async () => {
      const { clock, connection } = await ahead();
      await clock.pass(10_000);
      expect(connection?.signalingState).toBe('closed');
    });
  });

  test('where the place of a picture was taken meanwhile, one comes back without it', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    meeting.cameras = 1;
    const track = await switchOn(met, ada);
    ada.drop(true);
    await clock.pass(1_000);
    await switchOn(met, ben);
    ada.connect();
    await clock.pass(3_000);
    expect([statusOf(ada), track.readyState, ada.taken]).toEqual(['in', 'ended', ['camera room']]);
  });

  test('when the room is closed the call is, and all tracks are stopped', async () => {
    const met = await meet('Ada', 'Ben');
    const track = await switchOn(met, met.ada);
    callOf(met.ada).close();
    expect([track.readyState, callOf(met.ada).state.members.size]).toEqual(['ended', 0]);
    await met.clock.pass(SOON);
    expect(met.meeting.calls.has(met.ada.id)).toBe(false);
  });

  test('who leaves while the room is busy is gone a moment later, and not from the call that they enter meanwhile', async () => {
    const met = await meet('Ada', 'Ben');
    const { ada, ben, clock, meeting } = met;
    const isBusy = (t: string) =>
      t === 'call.exit' ? new ParleyError('rate_limited', { message: 'too fast', retry: 2_000 }) : null;
    for (const seat of [ada, ben]) {
      seat.refuse = isBusy;
      callOf(seat).close();
    }
    await clock.pass(500);
    expect(meeting.calls.size).toBe(2);
    ben.open();
    await clock.pass(500);
    for (const seat of [ada, ben]) seat.refuse = () => null;
    await clock.pass(5_000);
    expect([...meeting.calls.keys()]).toEqual([ben.id]);
    const exits = ({ commands }: typeof ben) => commands.filter(({ t }) => t === 'call.exit').length;
    expect([exits(ada), exits(ben), statusOf(ben)]).toEqual([2, 1, 'in']);
  });

  test('pictures that are not looked at are not sent; sound is', async () => {
    const met = await meet('Ada', 'Ben');
    const { clock, meeting, ada, ben } = met;
    await switchOn(met, ada);
    await Promise.all([callOf(ada).setMicrophone(microphone()), clock.pass(SOON)]);
    callOf(ben).watchOnly([]);
    await clock.pass(SOON);
    expect(arrives(ben, ada, 'camera', meeting.air)).toBeNull();
    expect(arrives(ben, ada, 'microphone', meeting.air)).not.toBeNull();
    callOf(ben).watchOnly([ada.id]);
    await clock.pass(SOON);
    expect(arrives(ben, ada, 'camera', meeting.air)).not.toBeNull();
  });
});

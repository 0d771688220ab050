import { describe, expect, test } from 'vitest';
import { Bound } from '../../../../src/client/call/bound.ts';
import { LOOK_AFTER } from '../../../../src/client/call/peer.ts';
import type { Signal } from '../../../../src/protocol/index.ts';
import { End, pair, SOON } from './fake-ends.ts';
import { callOf, meet, statusOf } from './meet.ts';
import { SimClock } from './sim-clock.ts';

const offerOf = (session: number): Signal => ({
  kind: 'description',
  type: 'offer',
  sdp: `v=0\r\no=- ${session} 1 IN IP4 0\r\ns=-\r\nt=0 0\r\n`,
  media: {},
});

describe('a browser that makes no connection', () => {
  test('for the moment: it is tried again, and by then nothing of what was said is lost', async () => {
    const { clock, air, polite } = pair();
    await clock.pass(SOON);
    const place = { ways: 1 };
    const Real = air.at(place);
    let left = 5;
    class Refusing extends Real {
      constructor(configuration: RTCConfiguration) {
        if (left-- > 0) throw new DOMException('Cannot create so many PeerConnections', 'UnknownError');
        super(configuration);
      }
    }
    const third = new End(clock, { at: () => Refusing } as never, false);
    const fourth = new End(clock, air, true);
    third.other = fourth;
    fourth.other = third;
    await clock.pass(LOOK_AFTER - 100);
    expect([left, third.peer.line]).toEqual([3, 'connecting']);
    await clock.pass(LOOK_AFTER);
    expect([left, third.peer.line]).toEqual([1, 'connecting']);
    // It is left until something changes: the other one has come in again.
    await clock.pass(LOOK_AFTER * 3);
    expect([left, third.peer.line]).toEqual([0, 'lost']);
    third.peer.sync();
    const track = fourth.give('camera');
    await clock.pass(SOON);
    expect([third.peer.line, fourth.peer.line, polite.peer.line]).toEqual([
      'connected',
      'connected',
      'connected',
    ]);
    expect(third.peer.tracks.camera).not.toBeNull();
    expect(track.readyState).toBe('live');
  });
});

describe('somebody who has one connection after the other made', () => {
  test('has none more made where there were too many, and the one that stands goes on', async () => {
    const { clock, bold, polite, arrives } = pair();
    const track = bold.give('camera');
    await clock.pass(SOON);
    polite.mayConnect = () => false;
    polite.peer.receive(offerOf(1));
    await clock.pass(SOON);
    expect([polite.peer.line, arrives(polite, 'camera')]).toEqual(['connected', track.id]);
  });

  test('gets no more than is let through, and what stands goes on', async () => {
    const { clock, air, bold, polite } = pair();
    await clock.pass(SOON);
    const bound = new Bound(clock, 3, 60_000);
    polite.mayConnect = bound.take;
    const before = air.all.length;
    for (let session = 1; session <= 50; session += 1) {
      polite.peer.receive(offerOf(session));
      await clock.pass(10);
    }
    expect(air.all.filter(({ place }) => place === polite.place).length).toBe(1 + 3);
    expect(air.all.length - before).toBeLessThan(10);
    await clock.pass(60_000);
    bold.peer.sync();
    bold.give('camera');
    await clock.pass(LOOK_AFTER * 3);
    expect([bold.peer.line, polite.peer.line]).toEqual(['connected', 'connected']);
  });

  test('with one page after the other: the others make twenty in a minute, and have room for everybody else', async () => {
    const met = await meet('Ada', 'Ben', 'Cleo');
    const { clock, meeting, ada, ben, cleo } = met;
    const made = () => meeting.air.all.filter(({ place }) => place === ada.place).length;
    const before = made();
    for (let page = 0; page < 100; page += 1) {
      const call = `c_${String(page).padStart(22, '0')}`;
      meeting.run(cleo.id, 'call.enter', { call });
      await clock.pass(100);
    }
    expect(made() - before).toBeLessThanOrEqual(20);
    ben.reload();
    ben.open();
    await clock.pass(SOON);
    expect([statusOf(ben), callOf(ada).state.members.get(ben.id)?.quality]).toEqual(['in', 'good']);
  });
});

describe('candidates', () => {
  test('of an offer that was let be are forgotten with the next one, and take nobody the room', async () => {
    const { clock, bold, polite, air } = pair();
    await clock.pass(SOON);
    for (let number = 0; number < 300; number += 1)
      bold.peer.receive({
        kind: 'candidate',
        candidate: `candidate:1 gone${number} way 1`,
        sdpMid: '0',
        sdpMLineIndex: 0,
        usernameFragment: `gone${number}`,
      });
    // Another way, of which the candidates come before the description that they belong to.
    const late: Signal[] = [];
    polite.rule = (signal) => {
      if (signal.kind !== 'description') return 'sent';
      late.push(signal);
      return 'lost';
    };
    polite.place.ways += 1;
    air.look();
    polite.peer.restart();
    await clock.pass(500);
    polite.rule = ({ kind }) => (kind === 'candidate' ? 'lost' : 'sent');
    bold.rule = ({ kind }) => (kind === 'candidate' ? 'lost' : 'sent');
    for (const signal of late) bold.peer.receive(signal);
    await clock.pass(SOON);
    expect([bold.peer.line, polite.peer.line]).toEqual(['connected', 'connected']);
  });
});

describe('a bound', () => {
  test('lets so many through in its time', () => {
    const clock = new SimClock();
    const { take } = new Bound(clock, 2, 1_000);
    expect([take(), take(), take()]).toEqual([true, true, false]);
  });
});

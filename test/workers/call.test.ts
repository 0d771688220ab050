import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { ANSWER, SIMULCAST_OFFER } from '../support/chromium-sdp.ts';
import { create, enter, type Frame, join, type Member } from './support/room-sockets.ts';

// The call through a real room: real sockets, real rows, real sleep.

const stub = (code: string) => env.ROOMS.getByName(code);
const sleep = (code: string) => evictDurableObject(stub(code), { webSockets: 'hibernate' });

async function asHost(code: string, key: string, command: object): Promise<void> {
  const answer = await exports.default.fetch(`http://parley.test/v1/rooms/${code}/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(command),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** The host comes in with the key. */
async function enterAsHost(code: string, hostKey: string): Promise<Member> {
  const answer = await exports.default.fetch(`http://parley.test/v1/rooms/${code}/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Host', hostKey }),
  });
  return join(code, ((await answer.json()) as { ticket: string }).ticket);
}

const told = ({ frames }: Member, t: string): Frame[] =>
  frames.flatMap((frame) => (frame.events as Frame[]) ?? []).filter((event) => event.t === t);
const heard = (member: Member, t: string, count: number) =>
  expect.poll(() => told(member, t).length).toBe(count);
const errors = ({ frames }: Member) => frames.filter(({ t }) => t === 'error');

const stay = (name: string): string => `c_${name.padEnd(22, '-')}`;
const OFFER = {
  kind: 'description',
  type: 'offer',
  sdp: SIMULCAST_OFFER,
  media: { '0': 'microphone', '1': 'camera' },
};
const CANDIDATE = {
  kind: 'candidate',
  candidate: 'candidate:2478768344 1 udp 2113937151 5d894d38.local 57433 typ host generation 0',
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment: 'wJZP',
};

interface Caller {
  readonly member: Member;
  readonly call: string;
}
/** Somebody in the room and in its call, whom all of `others` have heard enter. */
async function call(code: string, name: string, others: readonly Caller[] = []): Promise<Caller> {
  const member = await enter(code, name);
  member.send({ t: 'call.enter', call: stay(name) });
  for (const one of [{ member }, ...others])
    await one.member.next(() => told(one.member, 'call.changed').some((event) => event.member === member.id));
  return { member, call: stay(name) };
}
const signal = (from: Caller, to: Caller, what: object) =>
  from.member.send({ t: 'signal.send', to: to.member.id, call: from.call, peer: to.call, signal: what });

/** Rows that the room writes from now, and alarms that it sets, as the platform bills them. */
let restore = () => {};
afterEach(() => restore());
async function countRows(code: string): Promise<{ rows: number }> {
  const written = { rows: 0 };
  await runInDurableObject(stub(code), (_room, { storage }: DurableObjectState) => {
    const sql = Object.getPrototypeOf(storage.sql) as SqlStorage;
    const own = Object.getPrototypeOf(storage) as DurableObjectStorage;
    const { exec } = sql;
    const { setAlarm } = own;
    sql.exec = function (this: SqlStorage, ...args: Parameters<SqlStorage['exec']>) {
      const cursor = exec.apply(this, args);
      written.rows += cursor.rowsWritten;
      return cursor;
    } as SqlStorage['exec'];
    own.setAlarm = function (
      this: DurableObjectStorage,
      ...args: Parameters<DurableObjectStorage['setAlarm']>
    ) {
      written.rows += 1;
      return setAlarm.apply(this, args);
    };
    restore = () => {
      sql.exec = exec;
      own.setAlarm = setAlarm;
    };
  });
  return written;
}

describe('signals', () => {
  it('go from one to the other and to nobody else, and neither they nor the call write a row', async () => {
    const { code } = await create();
    const ada = await call(code, 'ada');
    const ben = await call(code, 'ben', [ada]);
    const cleo = await call(code, 'cleo', [ada, ben]);
    const written = await countRows(code);
    signal(ada, ben, OFFER);
    await heard(ben.member, 'signal.sent', 1);
    signal(ben, ada, { kind: 'description', type: 'answer', sdp: ANSWER, media: { '2': 'camera' } });
    for (let count = 0; count < 20; count += 1) signal(ada, ben, CANDIDATE);
    await heard(ben.member, 'signal.sent', 21);
    await heard(ada.member, 'signal.sent', 1);
    expect(told(ben.member, 'signal.sent')[0]).toMatchObject({
      by: ada.member.id,
      call: ada.call,
      peer: ben.call,
      signal: OFFER,
    });
    ada.member.send({ t: 'media.set', camera: true, microphone: true });
    ada.member.send({ t: 'call.exit' });
    await expect
      .poll(() => told(cleo.member, 'call.changed').at(-1))
      .toMatchObject({ member: ada.member.id, call: null, by: ada.member.id });
    expect(told(cleo.member, 'signal.sent')).toEqual([]);
    expect([ada, ben, cleo].flatMap(({ member }) => errors(member))).toEqual([]);
    expect(written.rows).toBe(0);
  });

  it('of somebody who cheats do not pass: undeclared, declared as something else, or without the right', async () => {
    const { code, hostKey } = await create();
    const ada = await call(code, 'ada');
    const ben = await call(code, 'ben', [ada]);
    const rights = { microphone: 'denied' };
    await asHost(code, hostKey, { t: 'rights.set', member: ada.member.id, rights });
    signal(ada, ben, OFFER);
    signal(ada, ben, { ...OFFER, media: { '1': 'camera' } });
    signal(ada, ben, { ...OFFER, media: { '0': 'camera', '1': 'camera' } });
    signal(ada, ben, {
      ...OFFER,
      sdp: `${SIMULCAST_OFFER}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n`,
    });
    signal({ ...ada, call: stay('another') }, ben, CANDIDATE);
    await expect.poll(() => errors(ada.member).length).toBe(5);
    expect(errors(ada.member).map(({ code: error, detail }) => [error, detail])).toMatchObject([
      ['not_allowed', 'microphone'],
      ['signal_invalid', expect.stringContaining('section 0')],
      ['signal_invalid', expect.stringContaining('audio')],
      ['signal_invalid', expect.stringContaining('data channels')],
      ['peer_gone', expect.any(String)],
    ]);
    // What she may send still goes: the picture, without the sound.
    signal(ada, ben, { ...OFFER, sdp: SIMULCAST_OFFER.replace('a=sendrecv', 'a=recvonly') });
    await heard(ben.member, 'signal.sent', 1);
  });

  it('come at their own rate: who sends too many is refused, and may still write', async () => {
    const { code } = await create();
    const ada = await call(code, 'ada');
    const ben = await call(code, 'ben', [ada]);
    // Some at a time, and no more once it is said: errors have a rate, too.
    for (let n = 1; errors(ada.member).length === 0; n += 1) {
      for (let count = 0; count < 10; count += 1) signal(ada, ben, CANDIDATE);
      ada.member.send({ t: 'clock.read', n });
      await ada.member.next((frame) => frame.n === n);
    }
    expect(errors(ada.member)[0]).toMatchObject({ code: 'rate_limited' });
    ada.member.send({ t: 'chat.send', n: 1_000, body: { kind: 'text', text: 'too fast?' } });
    await heard(ben.member, 'chat.sent', 1);
    expect(told(ben.member, 'signal.sent').length).toBeGreaterThanOrEqual(200);
  });
});

describe('the call through the sleep of the room', () => {
  it('goes on: who is in it stays, signals pass, and late comers are told', async () => {
    const { code } = await create();
    const ada = await call(code, 'ada');
    const ben = await call(code, 'ben', [ada]);
    ada.member.send({ t: 'media.set', camera: true });
    await heard(ben.member, 'media.changed', 1);
    await sleep(code);
    signal(ada, ben, CANDIDATE);
    await heard(ben.member, 'signal.sent', 1);
    await sleep(code);
    const late = await enter(code, 'late');
    const latest = (late.first.latest as Frame[]).filter(({ t }) => t === 'call.changed');
    expect(latest.map(({ member, call: id }) => [member, id]).sort()).toEqual(
      [
        [ada.member.id, ada.call],
        [ben.member.id, ben.call],
      ].sort(),
    );
    expect(late.first.snapshot).toMatchObject({ call: { mode: 'direct', sfu: false, recording: null } });
    await sleep(code);
    // Whose socket went while the room slept is away: that alone says that they are in the call no longer.
    ben.member.socket.close(1000, 'bye');
    await heard(ada.member, 'member.away', 1);
    signal(ada, ben, CANDIDATE);
    await expect.poll(() => errors(ada.member)).toMatchObject([{ code: 'peer_gone' }]);
  });

  it('is over for those whose sockets were cut, and a recording is not', async () => {
    const { code, hostKey } = await create();
    const host = await enterAsHost(code, hostKey);
    host.send({ t: 'call.enter', call: stay('host') });
    host.send({ t: 'recording.start', n: 1 });
    await heard(host, 'call.changed', 1);
    await heard(host, 'recording.changed', 1);
    await evictDurableObject(stub(code), { webSockets: 'close' });
    const late = await enter(code, 'late');
    expect((late.first.latest as Frame[]).filter(({ t }) => t === 'call.changed')).toEqual([]);
    const { recording } = (late.first.snapshot as { call: { recording: object } }).call;
    expect(recording).toEqual({ by: host.id, since: told(host, 'recording.changed')[0]?.at });
  });

  it('is still to be stopped for those whose sockets were cut: what they send goes on without the room', async () => {
    const { code, hostKey } = await create();
    const ada = await call(code, 'ada');
    await evictDurableObject(stub(code), { webSockets: 'close' });
    const late = await enter(code, 'late');
    await asHost(code, hostKey, { t: 'media.stop', members: 'all', media: ['camera'] });
    await heard(late, 'media.stopped', 1);
    expect(told(late, 'media.stopped')).toMatchObject([{ members: [ada.member.id], media: ['camera'] }]);
  });
});

describe('the call of a breakout room', () => {
  it('goes as that of any room, and is another one than that of the meeting', async () => {
    const { code, hostKey } = await create();
    const ada = await call(code, 'ada');
    const ben = await call(code, 'ben', [ada]);
    await asHost(code, hostKey, { t: 'breakout.open', names: ['Red'], assign: 'evenly' });
    const [red, also] = await Promise.all(
      [ada, ben].map(async ({ member }) => {
        await heard(member, 'breakout.called', 1);
        const [way] = told(member, 'breakout.called');
        return join(String(way?.code), String(way?.ticket));
      }),
    );
    if (red === undefined || also === undefined) throw new Error('nobody was called');
    // The same people, and nobody is in its call yet, whatever they are in elsewhere.
    const there = { member: red, call: stay('red') };
    const other = { member: also, call: stay('also') };
    signal(there, other, CANDIDATE);
    await expect.poll(() => errors(red)).toMatchObject([{ code: 'peer_gone' }]);
    red.send({ t: 'call.enter', call: there.call });
    also.send({ t: 'call.enter', call: other.call });
    await heard(red, 'call.changed', 2);
    signal(there, other, OFFER);
    await heard(also, 'signal.sent', 1);
    expect(told(ben.member, 'signal.sent')).toEqual([]);
    expect(told(ada.member, 'call.changed').map(({ call: id }) => id)).toEqual([ada.call, ben.call]);
  });
});

// Calls from person to person and from a group's meeting, and a group's hints, inside workerd.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { emptyTables } from './support/account-server.ts';
import { bytesFrom, isSame, Sender } from './support/files.ts';
import { ask, connect, type Device, type Person, register } from './support/inbox-sockets.ts';
import { type Frame, join, type Listening, type Member } from './support/room-sockets.ts';

let ada: Person;
let ben: Person;
let desk: Device;
let phone: Device;
let n = 0;

beforeEach(async () => {
  await emptyTables();
  await env.ACCOUNTS.prepare('DELETE FROM presence').run();
  [ada, ben] = [await register('ada'), await register('ben')];
  desk = await connect(ada.token);
  phone = await connect(ben.token);
});

const KINDS = ['events', 'private', 'live'];
const told = ({ frames }: Pick<Listening, 'frames'>, t: string): Frame[] =>
  frames
    .filter((frame) => KINDS.includes(frame.t))
    .flatMap(({ events }) => (events as Frame[]).filter((event) => event.t === t));
/** Waits until so many of these events were told; answers the last. */
async function hear(who: Pick<Listening, 'frames'>, t: string, count = 1): Promise<Frame> {
  await expect.poll(() => told(who, t).length).toBeGreaterThanOrEqual(count);
  return told(who, t).at(-1) ?? { t };
}
const sleep = (account: string) =>
  evictDurableObject(env.USERS.getByName(account), { webSockets: 'hibernate' });

/** Comes into a room by account, with an invitation's secret where one is given. */
async function come(code: string, person: Person, invite?: string): Promise<Member> {
  return (await sender(code, person, invite)).member;
}
/** The same, for whoever sends files there. */
async function sender(code: string, { token }: Person, invite?: string): Promise<Sender> {
  const response = await ask(token, 'POST', `/v1/rooms/${code}/join`, invite === undefined ? {} : { invite });
  if (response.status !== 200) throw new Error(`join: ${response.status} ${await response.text()}`);
  const way = (await response.json()) as { ticket: string; token: string };
  return new Sender(code, await join(code, way.ticket), way.token);
}

/** Makes the two of them contacts. */
async function befriend(): Promise<void> {
  await ask(ada.token, 'POST', '/v1/me/people', { userName: 'ben' });
  desk.send({ t: 'contact.ask', n: ++n, account: ben.id });
  await hear(phone, 'contact.changed');
  phone.send({ t: 'contact.accept', n: ++n, account: ada.id });
  await hear(desk, 'contact.changed', 2);
}

describe('a call', () => {
  const CODE = 'abc-defg-hij';
  const call = () =>
    desk.send({ t: 'meeting.invite', n: ++n, to: ben.id, code: CODE, name: 'Physics', ring: true });

  it('rings on every device, through sleep on both sides, until one answers', async () => {
    await befriend();
    await sleep(ben.id);
    call();
    const { call: id } = await hear(desk, 'call.placed');
    expect(await hear(phone, 'call.ringing')).toMatchObject({ call: id, code: CODE, from: { id: ada.id } });
    await sleep(ben.id);
    const late = await connect(ben.token);
    expect(late.ready).toMatchObject({ snapshot: { calls: { ringing: [{ call: id }], placed: [] } } });
    await sleep(ada.id);
    late.send({ t: 'call.answer', n: 1, call: id });
    expect(await hear(phone, 'call.over')).toMatchObject({ call: id, reason: 'answered', by: late.id });
    expect(await hear(desk, 'call.settled')).toMatchObject({ call: id, to: ben.id, how: 'answered' });
    const again = await connect(ben.token);
    expect(again.ready.snapshot).not.toHaveProperty('calls');
  });

  it('is missed when its time is up, though both slept', async () => {
    await befriend();
    call();
    await hear(phone, 'call.ringing');
    for (const { id } of [ada, ben]) {
      await runInDurableObject(env.USERS.getByName(id), (_object, { storage }: DurableObjectState) =>
        storage.sql.exec(
          "UPDATE state SET json = json_set(json, '$.at', 0) WHERE tbl = 'deadlines' AND key LIKE 'call %'",
        ),
      );
      await sleep(id);
      await runDurableObjectAlarm(env.USERS.getByName(id));
    }
    expect(await hear(phone, 'call.over')).toMatchObject({ reason: 'missed' });
    expect(await hear(desk, 'call.settled')).toMatchObject({ how: 'missed' });
  });
});

/** Ada's group, which Ben belongs to. */
async function makeGroup(): Promise<string> {
  const made = await ask(ada.token, 'POST', '/v1/groups', { name: 'Team', joining: 'open' });
  expect(made.status).toBe(201);
  const { standing } = (await made.json()) as { standing: { group: string } };
  expect((await ask(ben.token, 'POST', `/v1/groups/${standing.group}/enrol`, {})).status).toBe(200);
  await hear(phone, 'group.standing');
  // The directory knows that they belong, and that they are there.
  const known = () =>
    env.ACCOUNTS.prepare(
      "SELECT e.account FROM enrolled e JOIN presence p ON p.account = e.account WHERE p.status <> 'offline'",
    ).all();
  await expect.poll(async () => (await known()).results.length).toBe(2);
  return standing.group;
}

describe('a group', () => {
  it('calls its people to its meeting, who come in without a lobby', async () => {
    const code = await makeGroup();
    const here = await come(code, ada);
    here.send({ t: 'group.meet', n: 1 });
    const meeting = await hear(here, 'group.meeting');
    const ringing = await hear(phone, 'call.ringing');
    expect(ringing).toMatchObject({
      call: meeting.meeting,
      code: meeting.code,
      group: { code, name: 'Team' },
      from: { id: ada.id },
    });
    // One is on: that is the answer, and nobody is called again.
    here.send({ t: 'group.meet', n: 2 });
    expect(await here.next(({ t, n: number }) => t === 'ok' && number === 2)).toMatchObject({
      result: { code: meeting.code, invite: meeting.invite },
    });
    const host = await come(String(meeting.code), ada);
    expect(host.frames.find(({ t }) => t === 'ready')).toMatchObject({ self: { role: 'host' } });
    phone.send({ t: 'call.answer', n: ++n, call: ringing.call });
    expect(await hear(here, 'group.call_answered')).toMatchObject({ account: ben.id, how: 'answered' });
    const guest = await come(String(ringing.code), ben, String(ringing.invite));
    expect(guest.frames.find(({ t }) => t === 'ready')).toMatchObject({
      self: { role: 'member' },
      snapshot: { meetingOf: { group: code, meeting: ringing.call } },
    });
    await evictDurableObject(env.ROOMS.getByName(code), { webSockets: 'hibernate' });
    host.send({ t: 'room.end', n: 1 });
    expect(await hear(here, 'group.meeting_over')).toMatchObject({ code: meeting.code, people: 2 });
    const response = await ask(ben.token, 'GET', `/v1/groups/${code}`);
    expect(await response.json()).toMatchObject({ standing: { meeting: null } });
  });

  it('meets in a call like any, and what is recorded of it is a file of the meeting, for its host also later', async () => {
    const code = await makeGroup();
    const here = await come(code, ada);
    here.send({ t: 'group.meet', n: 1 });
    const meeting = await hear(here, 'group.meeting');
    const { invite } = await hear(phone, 'call.ringing');
    const host = await sender(String(meeting.code), ada);
    const guest = await sender(String(meeting.code), ben, String(invite));
    const stay = (name: string) => `c_${name.padEnd(22, '-')}`;
    host.member.send({ t: 'call.enter', call: stay('ada') });
    guest.member.send({ t: 'call.enter', call: stay('ben') });
    await hear(host.member, 'call.changed', 2);
    const [to, signal] = [guest.member.id, { kind: 'candidate', candidate: '' }];
    host.member.send({ t: 'signal.send', to, call: stay('ada'), peer: stay('ben'), signal });
    expect(await hear(guest.member, 'signal.sent')).toMatchObject({ call: stay('ada'), by: host.member.id });
    host.member.send({ t: 'recording.start', n: 1 });
    expect(await hear(guest.member, 'recording.changed')).toMatchObject({
      recording: { by: host.member.id },
    });
    const film = bytesFrom(5_000);
    const { file } = await host.sent(film, { name: 'Team.webm', type: 'video/webm' });
    expect(await hear(guest.member, 'file.shared')).toMatchObject({ file, by: host.member.id });
    host.member.send({ t: 'room.end', n: 2 });
    await hear(here, 'group.meeting_over');
    expect(isSame(await host.read(file), film)).toBe(true);
    expect((await guest.request(`/files/${file}`)).status).toBe(403);
  });

  it('stops calling when the meeting is over', async () => {
    const code = await makeGroup();
    const here = await come(code, ada);
    here.send({ t: 'group.meet', n: 1 });
    const meeting = await hear(here, 'group.meeting');
    await hear(phone, 'call.ringing');
    const host = await come(String(meeting.code), ada);
    host.send({ t: 'room.end', n: 1 });
    expect(await hear(phone, 'call.over')).toMatchObject({ call: meeting.meeting, reason: 'ended' });
  });

  it('hints at what is said to those who are elsewhere, and writes nothing for it', async () => {
    const code = await makeGroup();
    const here = await come(code, ada);
    await sleep(ben.id);
    const rows = (account: string) =>
      runInDurableObject(env.USERS.getByName(account), (_object, { storage }: DurableObjectState) =>
        JSON.stringify(storage.sql.exec('SELECT tbl, key, json FROM state ORDER BY tbl, key').toArray()),
      );
    const before = await rows(ben.id);
    here.send({ t: 'chat.send', n: 1, body: { kind: 'text', text: 'Hello' } });
    expect(await hear(phone, 'group.unread')).toMatchObject({
      group: code,
      unread: 1,
      mentions: 0,
      lastMessage: { text: 'Hello', account: ada.id },
    });
    for (let word = 2; word <= 20; word += 1)
      here.send({ t: 'chat.send', n: word, body: { kind: 'text', text: `word ${word}` } });
    here.send({ t: 'chat.send', n: 21, body: { kind: 'text', text: 'Ben!' }, mentions: [ben.id] });
    // Whom it mentions learns it at once, though the five seconds are not over.
    const began = Date.now();
    expect(await hear(phone, 'group.unread', 2)).toMatchObject({ unread: 21, mentions: 1 });
    expect(Date.now() - began).toBeLessThan(2_000);
    expect(await rows(ben.id)).toBe(before);
    const device = await connect(ben.token);
    expect(device.ready).toMatchObject({
      latest: [expect.objectContaining({ t: 'group.unread', unread: 21 })],
    });
  });
});

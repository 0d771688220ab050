import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { create, enter, type Frame, join, type Member } from './support/room-sockets.ts';

const ORIGIN = 'http://parley.test';
const stub = (code: string) => env.ROOMS.getByName(code);
const sleep = (code: string) => evictDurableObject(stub(code), { webSockets: 'hibernate' });

async function post(path: string, token: string, init: RequestInit): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) };
  const answer = await exports.default.fetch(`${ORIGIN}/v1/rooms/${path}`, {
    method: 'POST',
    ...init,
    headers,
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
const asHost = (code: string, key: string, command: object) =>
  post(`${code}/commands`, key, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(command),
  });

interface Joined {
  readonly token: string;
  readonly member: Member;
}
async function come(code: string, name: string, more: object = {}): Promise<Joined> {
  const joined = (await post(`${code}/join`, '', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, ...more }),
  })) as { token: string; ticket: string };
  return { token: joined.token, member: await join(code, joined.ticket) };
}

/** Shares a small file in one request; answers its id. */
async function share(code: string, token: string, name: string, type: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${name} as it is`);
  const { event } = (await post(`${code}/files`, token, {
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(bytes.length),
      'upload-metadata': `filename ${btoa(name)},filetype ${btoa(type)}`,
      'content-type': 'application/offset+octet-stream',
    },
    body: bytes,
  })) as { event: { file: string } };
  return event.file;
}

const told = ({ frames }: Member): Frame[] => frames.flatMap((frame) => (frame.events as Frame[]) ?? []);
const changes = (member: Member) => told(member).filter(({ t }) => t === 'watch.changed');
async function changed(member: Member, count: number): Promise<Frame> {
  await expect.poll(() => changes(member).length).toBe(count);
  return changes(member).at(-1) ?? { t: '' };
}
let n = 100;
const send = (member: Member, command: object) => {
  n += 1;
  member.send({ ...command, n });
};
const alarm = (code: string) =>
  runInDurableObject(stub(code), (_room, { storage }: DurableObjectState) => storage.getAlarm());

/** A room with a film of a minute on its list, its host, and Ada. */
async function evening() {
  const { code, hostKey } = await create();
  const host = await come(code, 'Host', { hostKey });
  const ada = (await come(code, 'Ada')).member;
  const file = await share(code, host.token, 'film.mp4', 'video/mp4');
  await asHost(code, hostKey, { t: 'watch.add', source: { kind: 'file', file }, duration: 60_000 });
  const added = await ada.next((frame) =>
    ((frame.events as Frame[]) ?? []).some(({ t }) => t === 'watch.added'),
  );
  const item = (added.events as Frame[]).find(({ t }) => t === 'watch.added')?.seq;
  return { code, hostKey, host: host.member, ada, item, file, token: host.token };
}

it('what plays goes on through the sleep of the room, at no cost, and late comers are told where it is', async () => {
  const { code, hostKey, host, ada, item } = await evening();
  const before = await alarm(code);
  send(host, { t: 'watch.select', item });
  const begun = await changed(ada, 1);
  expect(begun).toMatchObject({ item, status: 'playing', position: 0, version: 1 });
  expect(await alarm(code)).toBe(before);
  await sleep(code);
  await new Promise((resolve) => setTimeout(resolve, 120));
  const late = await enter(code, 'Late');
  const { watch } = late.first.snapshot as { watch: { items: object[]; playback: object } };
  // To the letter what was told: there was no tick.
  expect(watch.playback).toMatchObject({ status: 'playing', position: 0, at: begun.at, version: 1 });
  expect(watch.items).toMatchObject([{ id: item, title: 'film.mp4' }]);
  await sleep(code);
  await asHost(code, hostKey, { t: 'watch.pause' });
  const paused = await changed(ada, 2);
  expect(paused.position).toBe(Number(paused.at) - Number(begun.at));
  expect(Number(paused.position)).toBeGreaterThanOrEqual(120);
});

it('a wait for somebody goes on through the sleep of the room, and ends when they are ready', async () => {
  const { code, hostKey, host, ada, item } = await evening();
  await asHost(code, hostKey, { t: 'watch.policy', waitForAll: true });
  ada.send({ t: 'watch.view', viewing: 'ready', version: 0 });
  await expect.poll(() => told(host).some(({ t }) => t === 'watch.viewing')).toBe(true);
  await sleep(code);
  send(host, { t: 'watch.select', item });
  const held = await changed(host, 1);
  expect(held).toMatchObject({ status: 'holding', waitsFor: [ada.id], until: Number(held.at) + 20_000 });
  await sleep(code);
  ada.send({ t: 'watch.view', viewing: 'ready', version: 1 });
  expect(await changed(host, 2)).toMatchObject({ status: 'playing', position: 0 });
});

it('a wait that lasts too long ends by the alarm, also when nobody is awake', async () => {
  const { code, hostKey, host, ada, item } = await evening();
  await asHost(code, hostKey, { t: 'watch.policy', waitForAll: true });
  ada.send({ t: 'watch.view', viewing: 'buffering', version: 0 });
  await expect.poll(() => told(host).some(({ t }) => t === 'watch.viewing')).toBe(true);
  send(host, { t: 'watch.select', item });
  const { until } = await changed(host, 1);
  expect(await alarm(code)).toBeLessThanOrEqual(Number(until));
  await runInDurableObject(stub(code), (_room, { storage }) => {
    storage.sql.exec(
      "UPDATE state SET json = json_set(json, '$.at', 0) WHERE tbl = 'deadlines' AND key = 'watch hold'",
    );
  });
  await sleep(code);
  await runDurableObjectAlarm(stub(code));
  expect(await changed(host, 2)).toMatchObject({ status: 'playing' });
});

it('whoever steers and leaves leaves what plays, and whoever may no longer steer is told so', async () => {
  const { code, hostKey, host, item } = await evening();
  const [ben, cleo] = [await enter(code, 'Ben'), await enter(code, 'Cleo')];
  const allow = (member: Member, watch: 'granted' | null) =>
    asHost(code, hostKey, { t: 'rights.set', member: member.id, rights: { watch } });
  await allow(ben, 'granted');
  await allow(cleo, 'granted');
  send(ben, { t: 'watch.select', item });
  expect(await changed(host, 1)).toMatchObject({ by: ben.id, status: 'playing' });
  await allow(cleo, null);
  send(cleo, { t: 'watch.pause' });
  expect(await cleo.next(({ t }) => t === 'error')).toMatchObject({ n, code: 'not_allowed' });
  send(ben, { t: 'member.leave' });
  await expect.poll(() => told(host).some(({ t, by }) => t === 'member.left' && by === ben.id)).toBe(true);
  const late = await enter(code, 'Late');
  const { watch } = late.first.snapshot as { watch: { playback: object } };
  expect(watch.playback).toMatchObject({ item, status: 'playing', by: ben.id, version: 1 });
  send(host, { t: 'watch.pause', base: 1 });
  expect(await changed(late, 1)).toMatchObject({ status: 'paused', version: 2 });
});

it('a file that is removed takes what was made of it off the list', async () => {
  const { host, ada, item, file } = await evening();
  send(host, { t: 'watch.select', item });
  await changed(ada, 1);
  send(host, { t: 'file.remove', file });
  expect(await changed(ada, 2)).toMatchObject({ item: null, status: 'paused' });
  expect(told(ada).filter(({ t }) => t === 'watch.removed')).toMatchObject([{ item }]);
});

it('the clock is that of the server, read when it is asked', async () => {
  const { host } = await evening();
  const asked = Date.now();
  send(host, { t: 'clock.read' });
  const { result } = await host.next((frame) => frame.t === 'ok' && frame.n === n);
  const { time } = result as { time: number };
  expect(time).toBeGreaterThanOrEqual(asked - 5);
  expect(time).toBeLessThanOrEqual(Date.now() + 5);
});

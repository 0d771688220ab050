import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { png } from '../support/pictures.ts';
import { create, enter, type Frame } from './support/room-sockets.ts';

const stub = (code: string) => env.ROOMS.getByName(code);
const inRoom = <T>(code: string, look: (state: DurableObjectState) => T | Promise<T>): Promise<T> =>
  runInDurableObject(stub(code), (_room, state) => look(state));

/** Moves everything that waits for its time to now, and wakes the room for it. */
async function passTime(code: string): Promise<void> {
  await inRoom(code, ({ storage }) => {
    storage.sql.exec("UPDATE state SET json = json_set(json, '$.at', 0) WHERE tbl = 'deadlines'");
  });
  await evictDurableObject(stub(code), { webSockets: 'hibernate' });
  await runDurableObjectAlarm(stub(code));
}

const event = (t: string) => (frame: Frame) =>
  (frame.t === 'events' || frame.t === 'live') && (frame.events as Frame[]).some((one) => one.t === t);

const request = (path: string, init: RequestInit = {}) =>
  exports.default.fetch(`http://parley.test${path}`, init);

describe('a room through evictions', () => {
  it('keeps policy, rights, roles, what is switched on, and command numbers', async () => {
    const { code, hostKey } = await create();
    const ada = await enter(code, 'Ada');
    const ben = await enter(code, 'Ben');
    const asHost = (command: object) =>
      request(`/v1/rooms/${code}/commands`, {
        method: 'POST',
        headers: { authorization: `Bearer ${hostKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(command),
      });
    await asHost({ t: 'policy.set', policy: { chat: false } });
    await asHost({ t: 'rights.set', member: ada.id, rights: { chat: 'granted' } });
    await asHost({ t: 'role.set', member: ben.id, role: 'viewer' });
    ada.send({ t: 'media.set', n: 1, camera: true });
    ada.send({ t: 'chat.send', n: 5, body: { kind: 'text', text: 'granted' } });
    await ben.next(event('chat.sent'));
    await ben.next(event('media.changed'));

    await evictDurableObject(stub(code), { webSockets: 'hibernate' });
    await stub(code).status();
    const before = { seq: 6, private: 0 };
    expect(await ada.next((frame) => frame.t === 'position')).toEqual({ t: 'position', ...before, acked: 5 });
    expect(await ben.next((frame) => frame.t === 'position')).toEqual({ t: 'position', ...before, acked: 0 });
    // The same number again is swallowed; the next one is not.
    ada.send({ t: 'chat.send', n: 5, body: { kind: 'text', text: 'again' } });
    await ada.next((frame) => frame.t === 'ok' && frame.n === 5 && frame.repeated === true);
    ada.send({ t: 'chat.send', n: 6, body: { kind: 'text', text: 'after' } });
    await ben.next((frame) => event('chat.sent')(frame) && JSON.stringify(frame).includes('after'));
    ben.send({ t: 'chat.send', n: 1, body: { kind: 'text', text: 'a viewer' } });
    expect(await ben.next((frame) => frame.t === 'error')).toMatchObject({
      n: 1,
      code: 'not_allowed',
      detail: 'chat',
    });

    const eve = await enter(code, 'Eve');
    const ready = await eve.next((frame) => frame.t === 'ready');
    expect(ready.policy).toMatchObject({ chat: false });
    expect(ready.latest).toMatchObject([{ t: 'media.changed', member: ada.id, camera: true }]);
    const { roster, history } = ready.snapshot as { roster: { members: object[] }; history: object[] };
    expect(roster.members).toMatchObject([
      { name: 'Ada', rights: { chat: 'granted' } },
      { name: 'Ben', role: 'viewer' },
      { name: 'Eve' },
    ]);
    expect(history.map((message) => (message as { body: { text: string } }).body.text)).toEqual([
      'granted',
      'after',
    ]);
  });

  it('takes whoever has no socket on waking for away, and for gone after the grace period', async () => {
    const { code } = await create();
    const ada = await enter(code, 'Ada');
    const ben = await enter(code, 'Ben');
    await evictDurableObject(stub(code), { webSockets: 'close' });
    const eve = await enter(code, 'Eve');
    const { snapshot } = await eve.next((frame) => frame.t === 'ready');
    const { members } = (snapshot as { roster: { members: { presence: string }[] } }).roster;
    expect(members.map(({ presence }) => presence)).toEqual(['away', 'away', 'online']);
    await passTime(code);
    const told = () => eve.frames.flatMap((frame) => (frame.t === 'events' ? (frame.events as Frame[]) : []));
    const left = () => told().filter((one) => one.t === 'member.left');
    await expect.poll(left).toHaveLength(2);
    expect(left().map(({ member }) => member)).toEqual(expect.arrayContaining([ada.id, ben.id]));
    expect(left()).toMatchObject([{ reason: 'timeout' }, { reason: 'timeout' }]);
    expect(await stub(code).status()).toMatchObject({ ok: true, value: { members: 1 } });
  });

  it('fires a deadline once, however often the alarm comes', async () => {
    const { code } = await create();
    const ada = await enter(code, 'Ada');
    const ben = await enter(code, 'Ben');
    ben.socket.close(1000, 'bye');
    await ada.next(event('member.away'));
    await passTime(code);
    await ada.next(event('member.left'));
    await runDurableObjectAlarm(stub(code));
    await runDurableObjectAlarm(stub(code));
    await stub(code).status();
    const told = ada.frames.flatMap((frame) => (frame.t === 'events' ? (frame.events as Frame[]) : []));
    expect(told.filter((one) => one.t === 'member.left')).toHaveLength(1);
  });
});

describe('the end of a room', () => {
  it('comes by itself when everybody has left, and not when it is set to stay', async () => {
    for (const [whenEmpty, status] of [
      ['end', 'ended'],
      ['stay', 'open'],
    ] as const) {
      const { code } = await create({ whenEmpty });
      const ada = await enter(code, 'Ada');
      ada.send({ t: 'member.leave', n: 1 });
      await ada.next(event('member.left'));
      await passTime(code);
      expect(await stub(code).status()).toMatchObject({ ok: true, value: { status } });
    }
  });

  it('leaves nothing in storage or bucket once the retention time is over', async () => {
    const { code, hostKey } = await create({ retentionSeconds: 60 });
    const joined = await request(`/v1/rooms/${code}/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada', hostKey }),
    });
    const { token, ticket } = (await joined.json()) as { token: string; ticket: string };
    const opened = await request(`/v1/rooms/${code}/connect`, {
      headers: { upgrade: 'websocket', 'sec-websocket-protocol': `parley.v1, parley.ticket.${ticket}` },
    });
    expect(opened.status).toBe(101);
    opened.webSocket?.accept();
    const bytes = png;
    const shared = await request(`/v1/rooms/${code}/images`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-length': String(bytes.byteLength),
        'content-type': 'image/png',
      },
      body: bytes,
    });
    expect(shared.status).toBe(201);
    expect((await env.PICTURES.list()).objects).toHaveLength(1);
    await request(`/v1/rooms/${code}`, { method: 'DELETE', headers: { authorization: `Bearer ${hostKey}` } });
    // Ended, but kept: the host can still fetch who was there.
    const attendance = await request(`/v1/rooms/${code}/attendance`, {
      headers: { authorization: `Bearer ${hostKey}` },
    });
    expect(await attendance.json()).toMatchObject({ attendees: [{ name: 'Ada' }] });
    expect(
      (
        await request(`/v1/rooms/${code}/join`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"name":"Ben"}',
        })
      ).status,
    ).toBe(410);

    await passTime(code);
    await expect.poll(async () => (await env.PICTURES.list()).objects).toEqual([]);
    await expect
      .poll(() => stub(code).status())
      .toMatchObject({ ok: false, error: { code: 'room_not_found' } });
    await inRoom(code, async ({ storage }) => {
      const tables = storage.sql
        .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'")
        .toArray();
      expect(tables).toEqual([]);
      expect(await storage.getAlarm()).toBeNull();
    });
  });
});

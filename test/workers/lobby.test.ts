import { evictDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { create, enter, type Frame, wait } from './support/room-sockets.ts';

const ORIGIN = 'http://parley.test';

const asHost = (code: string, hostKey: string, command: object) =>
  exports.default.fetch(`${ORIGIN}/v1/rooms/${code}/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hostKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(command),
  });

const isEvent = (t: string) => (frame: Frame) => JSON.stringify(frame).includes(`"t":"${t}"`);

describe('somebody in the lobby', () => {
  it('learns nothing of the meeting, through evictions too, and everything from the moment they are let in', async () => {
    const { code, hostKey } = await create();
    const ada = await enter(code, 'Adélie');
    await asHost(code, hostKey, { t: 'door.set', entry: 'nobody', message: 'One moment, please.' });
    const ben = await wait(code, 'Ben');
    const [first] = ben.frames;
    expect(first).toMatchObject({
      t: 'waiting',
      self: { name: 'Ben' },
      room: { code },
      lobby: { place: 1, reason: 'approval', message: 'One moment, please.' },
    });
    expect(Object.keys(first ?? {}).sort()).toEqual(
      ['acked', 'epoch', 'lobby', 'private', 'room', 'self', 't', 'token', 'v'].sort(),
    );

    ada.send({ t: 'chat.send', n: 1, body: { kind: 'text', text: 'behind closed doors' } });
    ada.send({ t: 'media.set', n: 2, camera: true });
    await ada.next(isEvent('media.changed'));
    await evictDurableObject(env.ROOMS.getByName(code), { webSockets: 'hibernate' });
    ada.send({ t: 'chat.send', n: 3, body: { kind: 'text', text: 'still closed' } });
    await ada.next((frame) => JSON.stringify(frame).includes('still closed'));
    ben.send({ t: 'chat.history', n: 1 });
    expect(await ben.next((frame) => frame.t === 'error')).toMatchObject({ code: 'still_waiting' });
    const told = JSON.stringify(ben.frames);
    for (const secret of ['closed', 'Adélie', 'camera', ada.id]) expect(told).not.toContain(secret);

    await asHost(code, hostKey, { t: 'lobby.admit', members: [ben.id] });
    const ready = await ben.next((frame) => frame.t === 'ready');
    expect(JSON.stringify(ready)).toContain('behind closed doors');
    expect(ready).toMatchObject({ recovered: false, self: { name: 'Ben', presence: 'online' } });
    ben.send({ t: 'chat.send', n: 1, body: { kind: 'text', text: 'hello' } });
    await ada.next((frame) => JSON.stringify(frame).includes('"hello"'));
    await ben.next((frame) => frame.t === 'events' && JSON.stringify(frame).includes('"hello"'));
  });

  it('is seen by nobody but hosts, and hears when they are turned away', async () => {
    const { code, hostKey } = await create();
    const ada = await enter(code, 'Adélie');
    await asHost(code, hostKey, { t: 'door.set', entry: 'nobody' });
    const ben = await wait(code, 'Ben');
    const closed = new Promise<number>((resolve) => {
      ben.socket.addEventListener('close', ({ code: why }: CloseEvent) => resolve(why));
    });
    await asHost(code, hostKey, { t: 'lobby.refuse', members: 'all', reason: 'Not today.' });
    expect(JSON.stringify(await ben.next(isEvent('lobby.refused')))).toContain('Not today.');
    expect(await closed).toBe(4108);
    expect(JSON.stringify(ada.frames)).not.toContain('Ben');
    expect(await env.ROOMS.getByName(code).status()).toMatchObject({ ok: true, value: { members: 1 } });
  });
});

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { create, enter, type Frame, join, type Member } from './support/room-sockets.ts';

const ORIGIN = 'http://parley.test';
const stub = (code: string) => env.ROOMS.getByName(code);

const asHost = async (code: string, hostKey: string, command: object): Promise<void> => {
  const done = await exports.default.fetch(`${ORIGIN}/v1/rooms/${code}/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hostKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(command),
  });
  if (done.status !== 200) throw new Error(`${done.status} ${await done.text()}`);
};

/** Every event that a member was told, in order. */
const told = ({ frames }: Member): Frame[] => frames.flatMap((frame) => (frame.events as Frame[]) ?? []);
const events = (member: Member, t: string): Frame[] => told(member).filter((event) => event.t === t);
/** Waits until a member was told as many of these as `count`; answers the last one. */
async function hear(member: Member, t: string, count = 1): Promise<Frame> {
  await expect.poll(() => events(member, t).length).toBeGreaterThanOrEqual(count);
  return events(member, t).at(-1) ?? { t };
}

/** Moves everything of the tables that waits for its time to now, and wakes the room for it. */
async function passTime(code: string, ...only: string[]): Promise<void> {
  await runInDurableObject(stub(code), (_room, { storage }) => {
    for (const key of only.length === 0 ? ['%'] : only)
      storage.sql.exec(
        "UPDATE state SET json = json_set(json, '$.at', 0) WHERE tbl IN ('deadlines', 'effects') AND key LIKE ?",
        key,
      );
  });
  await evictDurableObject(stub(code), { webSockets: 'hibernate' });
  await runDurableObjectAlarm(stub(code));
}

interface Called extends Frame {
  readonly code: string;
  readonly ticket: string;
  readonly token: string;
}

/** Goes where a member was called to, by their ticket. */
const follow = async (member: Member, count = 1): Promise<Member & { code: string }> => {
  const { code, ticket } = (await hear(member, 'breakout.called', count)) as Called;
  return { ...(await join(code, ticket)), code };
};

async function attendance(code: string, hostKey: string) {
  const answer = await exports.default.fetch(`${ORIGIN}/v1/rooms/${code}/attendance`, {
    headers: { authorization: `Bearer ${hostKey}` },
  });
  const { attendees } = (await answer.json()) as {
    attendees: { name: string; breakouts?: { breakout: string; joined: number; left: number | null }[] }[];
  };
  return attendees;
}

async function meeting() {
  const { code, hostKey } = await create();
  const ada = await enter(code, 'Ada');
  const ben = await enter(code, 'Ben');
  const eve = await enter(code, 'Eve');
  return { code, hostKey, ada, ben, eve };
}

describe('breakout rooms', () => {
  it('are rooms of their own, that people are spread over and come to as who they are', async () => {
    const { code, hostKey, ada, ben, eve } = await meeting();
    await asHost(code, hostKey, { t: 'breakout.open', names: ['Red', 'Blue'], assign: 'evenly' });
    await hear(ada, 'breakout.changed', 2);
    expect(events(ada, 'breakout.changed')).toMatchObject([{ state: 'open' }, { state: 'open' }]);
    expect(events(ada, 'breakout.assigned')).toMatchObject([
      { members: { [ada.id]: '1-1', [ben.id]: '1-2', [eve.id]: '1-1' } },
    ]);
    const [red, blue, also] = await Promise.all([follow(ada), follow(ben), follow(eve)]);
    expect(red.id).toBe(ada.id);
    expect(also.code).toBe(red.code);
    expect(blue.code).not.toBe(red.code);
    // Ways in are told to each alone and stand in no log.
    expect(events(ada, 'breakout.called')).toHaveLength(1);

    red.send({ t: 'chat.send', n: 1, body: { kind: 'text', text: 'only here' } });
    await hear(also, 'chat.sent');
    await asHost(code, hostKey, { t: 'breakout.broadcast', text: 'Five minutes left.' });
    for (const member of [ada, red, also, blue])
      expect(await hear(member, 'room.announced')).toMatchObject({ text: 'Five minutes left.', from: null });
    expect(JSON.stringify(blue.frames)).not.toContain('only here');
    expect(JSON.stringify(ada.frames)).not.toContain('only here');

    const ready = red.frames.find(({ t }) => t === 'ready');
    expect(ready).toMatchObject({
      self: { id: ada.id, name: 'Ada', role: 'member' },
      snapshot: { room: { name: 'Red' }, breakoutOf: { code, closesAt: null } },
    });
    // A breakout room has none of its own, and nobody comes in but through the meeting.
    const stranger = await exports.default.fetch(`${ORIGIN}/v1/rooms/${red.code}/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Mallory"}',
    });
    expect(stranger.status).toBe(403);
  });

  it('lets a host move people, whose old room sees them go, and whose token no longer opens it', async () => {
    const { code, hostKey, ada, ben } = await meeting();
    await asHost(code, hostKey, { t: 'role.set', member: ben.id, role: 'cohost' });
    await asHost(code, hostKey, { t: 'breakout.open', names: ['Red', 'Blue'] });
    await hear(ada, 'breakout.changed', 2);
    await asHost(code, hostKey, { t: 'breakout.assign', members: { [ada.id]: '1-1', [ben.id]: '1-1' } });
    const [red, other] = await Promise.all([follow(ada), follow(ben)]);
    expect(other.frames.find(({ t }) => t === 'ready')).toMatchObject({ self: { role: 'cohost' } });
    const { token } = (await hear(ada, 'breakout.called')) as Called;

    await asHost(code, hostKey, { t: 'breakout.assign', members: { [ada.id]: '1-2' } });
    expect(await hear(other, 'member.left')).toMatchObject({ member: ada.id });
    const blue = await follow(ada, 2);
    expect(blue.code).not.toBe(red.code);
    const back = await exports.default.fetch(`${ORIGIN}/v1/rooms/${red.code}/join`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await back.json()).toMatchObject({ code: 'member_gone' });
    // The role in the meeting counts in the breakout room, too.
    await asHost(code, hostKey, { t: 'role.set', member: ben.id, role: 'viewer' });
    expect(await hear(other, 'role.changed')).toMatchObject({ member: ben.id, role: 'viewer' });
    expect(events(other, 'role.changed')).toHaveLength(1);
  });

  it('count down and end, through evictions of both, and say who was there', async () => {
    const { code, hostKey, ada, ben } = await meeting();
    await asHost(code, hostKey, { t: 'breakout.open', names: ['Red'], assign: 'choose' });
    await hear(ada, 'breakout.changed');
    await evictDurableObject(stub(code), { webSockets: 'hibernate' });
    ada.send({ t: 'breakout.choose', n: 1, breakout: '1-1' });
    const red = await follow(ada);
    await evictDurableObject(stub(red.code), { webSockets: 'hibernate' });
    // A stay that goes on is in the export already.
    expect(await attendance(code, hostKey)).toMatchObject([
      { name: 'Ada', breakouts: [{ breakout: 'Red', left: null }] },
      { name: 'Ben' },
      { name: 'Eve' },
    ]);

    await asHost(code, hostKey, { t: 'breakout.close', afterSeconds: 60 });
    const { closesAt } = await hear(ben, 'breakout.closing');
    expect(await hear(red, 'breakout.closing')).toMatchObject({ closesAt });
    await passTime(code, 'breakouts close');
    await hear(ada, 'breakout.closed');
    expect(await hear(red, 'room.ended')).toMatchObject({ reason: 'parent' });
    await expect
      .poll(() => attendance(code, hostKey))
      .toMatchObject([
        { name: 'Ada', breakouts: [{ breakout: 'Red', left: expect.any(Number) }] },
        { name: 'Ben' },
        { name: 'Eve' },
      ]);
    // The next set has other rooms.
    await asHost(code, hostKey, { t: 'breakout.open', names: ['Red'] });
    expect(await hear(ada, 'breakout.opened', 2)).toMatchObject({ rooms: [{ id: '2-1', name: 'Red' }] });
    await hear(ada, 'breakout.changed', 2);
    ben.send({ t: 'breakout.choose', n: 1, breakout: '2-1' });
    expect(await ben.next(({ t }) => t === 'error')).toMatchObject({ code: 'not_allowed' });
  });

  it('die with their meeting', async () => {
    const { code, hostKey, ada } = await meeting();
    await asHost(code, hostKey, { t: 'breakout.open', names: ['Red', 'Blue'] });
    await hear(ada, 'breakout.changed', 2);
    await asHost(code, hostKey, { t: 'breakout.assign', members: { [ada.id]: '1-2' } });
    const blue = await follow(ada);
    await asHost(code, hostKey, { t: 'room.end' });
    expect(await hear(blue, 'room.ended')).toMatchObject({ reason: 'parent' });
    await expect.poll(() => stub(blue.code).status()).toMatchObject({ ok: true, value: { status: 'ended' } });
    // What they tell still goes into the export of the meeting that has ended.
    await expect
      .poll(async () => (await attendance(code, hostKey))[0])
      .toMatchObject({ name: 'Ada', breakouts: [{ breakout: 'Blue', left: expect.any(Number) }] });
  });

  it('end by themselves when their meeting is gone without a word', async () => {
    const { code, hostKey, ada } = await meeting();
    await asHost(code, hostKey, { t: 'breakout.open', names: ['Red'], minutes: 5 });
    await hear(ada, 'breakout.changed');
    await asHost(code, hostKey, { t: 'breakout.assign', members: { [ada.id]: '1-1' } });
    const red = await follow(ada);
    await runInDurableObject(stub(code), (_room, { storage }) => storage.deleteAll());
    await evictDurableObject(stub(code), { webSockets: 'close' });
    await passTime(red.code, 'breakout life');
    expect(await hear(red, 'room.ended')).toMatchObject({ reason: 'parent' });
  });

  it('are made after all by a meeting that was thrown out in the middle of it', async () => {
    const { code, hostKey, ada } = await meeting();
    await runInDurableObject(stub(code), (room) => {
      Reflect.set(room, 'env', { ...env, ROOMS: undefined });
    });
    await asHost(code, hostKey, { t: 'breakout.open', names: ['Red', 'Blue'], assign: 'evenly' });
    expect(events(ada, 'breakout.changed')).toEqual([]);
    await evictDurableObject(stub(code), { webSockets: 'hibernate' });
    await passTime(code, 'breakout.create%');
    await hear(ada, 'breakout.changed', 2);
    expect((await follow(ada)).id).toBe(ada.id);
  });

  it('are none the worse for one that can not be reached, which the meeting gives up', async () => {
    const { code, hostKey, ada } = await meeting();
    let calls = 0;
    // The second room's object never answers, however it is called.
    await runInDurableObject(stub(code), (room) => {
      const rooms = {
        getByName(name: string) {
          calls += 1;
          if (calls === 2) unreachable = name;
          if (name === unreachable) throw new Error('unreachable');
          return env.ROOMS.getByName(name);
        },
        jurisdiction: () => rooms,
      };
      let unreachable = '';
      Reflect.set(room, 'env', { ...env, ROOMS: rooms });
    });
    await asHost(code, hostKey, { t: 'breakout.open', names: ['Red', 'Blue', 'Green'] });
    await hear(ada, 'breakout.changed', 2);
    expect(events(ada, 'breakout.changed').map(({ state }) => state)).toEqual(['open', 'open']);
    await asHost(code, hostKey, { t: 'breakout.assign', members: { [ada.id]: '1-2' } });
    for (let tries = 0; tries < 4; tries += 1) {
      await runInDurableObject(stub(code), (room, { storage }) => {
        const now = Date.now;
        Date.now = () => now() + 60_000 * (tries + 1);
        return room.alarm?.().finally(() => {
          Date.now = now;
          return storage.sync();
        });
      });
    }
    await hear(ada, 'breakout.changed', 3);
    expect(events(ada, 'breakout.changed').at(-1)).toMatchObject({ breakout: '1-2', state: 'failed' });
    // Who was to go there belongs in the main room again.
    expect(events(ada, 'breakout.assigned').at(-1)).toMatchObject({ members: { [ada.id]: null } });
    await asHost(code, hostKey, { t: 'breakout.assign', members: { [ada.id]: '1-3' } });
    expect((await follow(ada)).id).toBe(ada.id);
  }, 20_000);
});

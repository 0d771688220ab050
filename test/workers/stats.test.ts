import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { type StatsResponse, StatsResponseSchema } from '../../src/protocol/index.ts';
import { POINT_TEXTS, POINT_VALUES } from '../../src/room-object/points.ts';
import type { RoomEnv } from '../../src/room-object/room-env.ts';
import { create, enter, join, type Member } from './support/room-sockets.ts';

const ORIGIN = 'http://parley.test';

const ask = (code: string, bearer: string | null) =>
  exports.default.fetch(`${ORIGIN}/v1/rooms/${code}/stats`, {
    headers: bearer === null ? {} : { authorization: `Bearer ${bearer}` },
  });

async function statsOf(code: string, bearer: string): Promise<StatsResponse> {
  const response = await ask(code, bearer);
  expect(response.status).toBe(200);
  return v.parse(StatsResponseSchema, await response.json());
}

const end = (code: string, hostKey: string) =>
  exports.default.fetch(`${ORIGIN}/v1/rooms/${code}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${hostKey}` },
  });

const tokenOf = (member: Member) => String(member.frames.find(({ t }) => t === 'ready')?.token);

/** Says something and waits until everybody has heard it. */
async function say(by: Member, n: number, listeners: readonly Member[], text = `message ${n}`) {
  by.send({ t: 'chat.send', n, body: { kind: 'text', text } });
  for (const { next } of listeners) {
    await next((frame) => frame.t === 'events' && JSON.stringify(frame).includes(`"${text}"`));
  }
}

/** Counts the rows that are written while something is done, as the platform bills them, alarms included. */
async function rowsOf(code: string, act: () => Promise<void>): Promise<number> {
  let written = 0;
  const object = env.ROOMS.getByName(code);
  const restore: (() => void)[] = [];
  await runInDurableObject(object, (_room, { storage }: DurableObjectState) => {
    const sql = Object.getPrototypeOf(storage.sql) as SqlStorage;
    const own = Object.getPrototypeOf(storage) as DurableObjectStorage;
    const { exec } = sql;
    const { setAlarm } = own;
    sql.exec = function (this: SqlStorage, ...args: Parameters<SqlStorage['exec']>) {
      const cursor = exec.apply(this, args);
      written += cursor.rowsWritten;
      return cursor;
    } as SqlStorage['exec'];
    own.setAlarm = function (this: DurableObjectStorage, ...args: Parameters<typeof setAlarm>) {
      written += 1;
      return setAlarm.apply(this, args);
    };
    restore.push(() => {
      sql.exec = exec;
      own.setAlarm = setAlarm;
    });
  });
  try {
    await act();
  } finally {
    for (const undo of restore) undo();
  }
  return written;
}

describe('the stats of a room', () => {
  it('count frames, commands, commits and rows as they were', async () => {
    const { code, hostKey } = await create();
    const [ada, ben] = [await enter(code, 'Ada'), await enter(code, 'Ben')];
    const before = await statsOf(code, hostKey);
    expect(before.sessions).toMatchObject({ opened: 2, snapshots: 2, resumed: 0, lost: 0 });
    const rows = await rowsOf(code, async () => {
      for (let n = 1; n <= 10; n += 1) await say(ada, n, [ada, ben]);
      ben.send({ t: 'chat.send', n: 1, to: ada.id, body: { kind: 'text', text: 'psst' } });
      await ada.next(({ t }) => t === 'private');
      await ben.next(({ t }) => t === 'private');
      ben.send({ t: 'roster.page', n: 2 });
      await ben.next(({ t, n }) => t === 'ok' && n === 2);
      ben.socket.send('not JSON');
      await ben.next(({ t }) => t === 'error');
    });
    const after = await statsOf(code, hostKey);
    expect(after.commands.durable).toEqual({ taken: 11, refused: 0 });
    expect(after.commands.query).toEqual({ taken: 1, refused: 0 });
    expect(after.commands.unreadable).toBe(1);
    expect(after.events.public - before.events.public).toBe(10);
    expect(after.events.private).toBe(1);
    expect(after.commits.rows.sum - before.commits.rows.sum).toBe(rows);
    expect(after.commits.ms.count).toBe(after.commits.rows.count);
    expect(after.frames.characters.count).toBe(ada.frames.length + ben.frames.length);
    expect(after.now).toMatchObject({ sockets: 2, sessions: { joining: 0, live: 2, lagging: 0 } });
    expect(after.now.waitingCharacters).toBe(0);
    expect(after.budgets.rates.chat).toEqual({ perSecond: 10, burst: 40 });
  });

  it('tell who resumed from who was replaced and who went by themselves', async () => {
    const { code, hostKey } = await create();
    const [ada, ben] = [await enter(code, 'Ada'), await enter(code, 'Ben')];
    await say(ada, 1, [ada, ben]);
    const ready = ben.frames.find(({ t }) => t === 'ready');
    const response = await exports.default.fetch(`${ORIGIN}/v1/rooms/${code}/join`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokenOf(ben)}`, 'content-type': 'application/json' },
      body: '{}',
    });
    const { ticket } = (await response.json()) as { ticket: string };
    const again = await join(code, ticket, `?epoch=${String(ready?.epoch)}&seq=${String(ready?.seq)}`);
    await again.next(({ t }) => t === 'events');
    const gone = ada.next((frame) => JSON.stringify(frame).includes('member.away'));
    again.socket.close(1000);
    await gone;
    const { sessions, now } = await statsOf(code, hostKey);
    expect(sessions).toMatchObject({ opened: 3, snapshots: 2, resumed: 1, unproven: 0, lost: 1 });
    expect(sessions.closed).toMatchObject({ replaced: 1, too_slow: 0, silent: 0 });
    expect(now.sessions.live).toBe(1);
  });

  it('say that a flood was limited', async () => {
    const { code, hostKey } = await create();
    const ada = await enter(code, 'Ada');
    // Forty at once and ten a second are taken.
    for (let n = 1; n <= 75; n += 1) {
      ada.send({ t: 'chat.send', n, body: { kind: 'text', text: 'x' } });
    }
    ada.send({ t: 'roster.page', n: 76 });
    await ada.next(({ t, n }) => t === 'ok' && n === 76);
    const { commands } = await statsOf(code, hostKey);
    const { taken } = commands.durable;
    expect(taken).toBeGreaterThanOrEqual(40);
    expect(taken).toBeLessThan(75);
    expect(commands.limited).toMatchObject({ chat: 75 - taken, control: 0 });
  });

  it('begin anew when the object was gone, and say since when they count', async () => {
    const { code, hostKey } = await create();
    const ada = await enter(code, 'Ada');
    await say(ada, 1, [ada]);
    const before = await statsOf(code, hostKey);
    await evictDurableObject(env.ROOMS.getByName(code), { webSockets: 'hibernate' });
    const after = await statsOf(code, hostKey);
    expect(after.since).toBeGreaterThan(before.since);
    expect(after.commands.durable.taken).toBe(0);
    expect(after.now.logEvents).toBe(before.now.logEvents);
    expect(after.now.sessions.live).toBe(1);
  });

  it('count who was lost with the memory of a room, and its log says so', async () => {
    const { code, hostKey } = await create();
    const ada = await enter(code, 'Ada');
    await say(ada, 1, [ada]);
    const warn = vi.spyOn(console, 'warn');
    await evictDurableObject(env.ROOMS.getByName(code), { webSockets: 'close' });
    const { sessions, now, room } = await statsOf(code, hostKey);
    expect(sessions.lost).toBe(1);
    expect(now.sessions.live).toBe(0);
    const lines = warn.mock.calls.map(([line]) => JSON.parse(String(line)) as unknown);
    warn.mockRestore();
    expect(lines).toEqual([{ level: 'warn', event: 'room.restored', room: room.id, lost: 1, sockets: 0 }]);
  });

  it('are for hosts, also after the end, and write nothing', async () => {
    const { code, hostKey } = await create({ name: 'Botany' });
    const ada = await enter(code, 'Ada');
    const refused = await ask(code, tokenOf(ada));
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: 'role_required' });
    expect(await (await ask(code, null)).json()).toMatchObject({ code: 'token_required' });
    await end(code, hostKey);
    let ended: StatsResponse | undefined;
    const rows = await rowsOf(code, async () => {
      ended = await statsOf(code, hostKey);
    });
    expect(rows).toBe(0);
    expect(ended?.room.endedAt).toBeGreaterThan(0);
    expect(ended?.sessions.closed.ended).toBe(1);
    const text = JSON.stringify(ended);
    for (const secret of ['Ada', 'Botany', code, hostKey]) expect(text).not.toContain(secret);
  });
});

it('what a room did is gathered as a point in the dataset that wrangler.toml binds', async () => {
  const { code, hostKey } = await create();
  const ada = await enter(code, 'Ada');
  const points: AnalyticsEngineDataPoint[] = [];
  await runInDurableObject(env.ROOMS.getByName(code), (room) => {
    const { ANALYTICS } = (room as unknown as { readonly env: RoomEnv }).env;
    if (ANALYTICS === undefined) throw new Error('nothing is bound');
    ANALYTICS.writeDataPoint = (point) => void points.push(point ?? {});
  });
  for (let n = 1; n <= 5; n += 1) await say(ada, n, [ada]);
  expect(points).toEqual([]);
  await end(code, hostKey);
  await expect.poll(() => points).toHaveLength(1);
  const [{ indexes, blobs, doubles } = {}] = points;
  expect(indexes).toEqual([expect.stringMatching(/^r_/)]);
  expect(blobs?.at(POINT_TEXTS.indexOf('status'))).toBe('ended');
  // Five messages, and the end.
  expect(doubles?.at(POINT_VALUES.indexOf('commands'))).toBe(6);
  expect(doubles).toHaveLength(POINT_VALUES.length);
});

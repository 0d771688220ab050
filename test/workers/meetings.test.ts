// A person's rooms, from the room's object to theirs, inside workerd.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Meeting } from '../../src/protocol/index.ts';
import { emptyTables } from './support/account-server.ts';
import { ask, connect, type Device, type Person, register } from './support/inbox-sockets.ts';
import { enter, type Frame, join, type Member } from './support/room-sockets.ts';

let ada: Person;
let phone: Device;

beforeEach(async () => {
  await emptyTables();
  ada = await register('ada');
  phone = await connect(ada.token);
});

/** Makes a room, by Ada's account. */
async function create(settings: object = {}): Promise<{ code: string; hostKey: string }> {
  const response = await ask(ada.token, 'POST', '/v1/rooms', { name: 'Physics', ...settings });
  expect(response.status).toBe(201);
  return (await response.json()) as { code: string; hostKey: string };
}

/** Comes in with a device of that account. */
async function come(code: string, { token }: Person): Promise<Member> {
  const response = await ask(token, 'POST', `/v1/rooms/${code}/join`, {});
  expect(response.status).toBe(200);
  const { ticket } = (await response.json()) as { ticket: string };
  return join(code, ticket);
}

const eventsIn = (frame: Frame): Frame[] => (frame.t === 'events' ? (frame.events as Frame[]) : []);
const meetingsIn = (frames: readonly Frame[]): Meeting[] =>
  frames.flatMap(eventsIn).flatMap(({ t, meeting }) => (t === 'meeting.noted' ? [meeting as Meeting] : []));
/** Waits until the device was told of a room that is like this; answers it as told. */
async function noted(device: Device, code: string, is: (meeting: Meeting) => boolean): Promise<Meeting> {
  const found = ({ frames }: { frames: readonly Frame[] }) =>
    meetingsIn(frames).find((meeting) => meeting.code === code && is(meeting));
  await device.next((frame) => found({ frames: [frame] }) !== undefined);
  const meeting = found(device);
  if (meeting === undefined) throw new Error('never told');
  return meeting;
}
const isHosted = ({ hosted }: Meeting) => hosted;
const isIn = ({ enteredAt, leftAt }: Meeting) => enteredAt !== null && leftAt === null;
const hasLeft = ({ leftAt }: Meeting) => leftAt !== null;

const room = (code: string) => env.ROOMS.getByName(code);
const stays = (account: string): Promise<number> =>
  runInDurableObject(
    env.USERS.getByName(account),
    (_object, { storage }: DurableObjectState) =>
      storage.sql.exec("SELECT 1 FROM state WHERE tbl = 'stays'").toArray().length,
  );
/** What the room has yet to tell, and how often that was tried. */
const untold = (code: string): Promise<{ id: string; attempts: number }[]> =>
  runInDurableObject(room(code), (_object, { storage }: DurableObjectState) =>
    storage.sql
      .exec<{ id: string; attempts: number }>(
        "SELECT key AS id, json_extract(json, '$.attempts') AS attempts FROM state WHERE tbl = 'effects'",
      )
      .toArray(),
  );

/** Puts something else in the place of people's objects, as this room sees them; answers how to put them back. */
async function replaceUsers(code: string, told: () => Promise<never>): Promise<() => Promise<void>> {
  const put = (change: (bound: object) => object) =>
    runInDurableObject(room(code), (object) => {
      const bound = Reflect.get(object, 'env') as object;
      Reflect.set(object, 'env', change(bound));
      return bound;
    });
  const before = await put(
    (bound) => Object.create(bound, { USERS: { value: { getByName: () => ({ told }) } } }) as object,
  );
  return async () => {
    await put(() => before);
  };
}

describe('a person’s rooms', () => {
  it('are told to their devices, and kept', async () => {
    const opensAt = Date.now() + 3_600_000;
    const { code } = await create({ schedule: { opensAt } });
    expect(await noted(phone, code, isHosted)).toMatchObject({
      name: 'Physics',
      schedule: { opensAt },
      enteredAt: null,
    });
    const laptop = await come(code, ada);
    const second = await come(code, ada);
    expect(await noted(phone, code, isIn)).toMatchObject({ hosted: true });
    expect(await stays(ada.id)).toBe(1);
    laptop.send({ t: 'member.leave', n: 1 });
    await second.next((frame) => eventsIn(frame).some(({ t }) => t === 'member.left'));
    expect(meetingsIn(phone.frames).some(hasLeft)).toBe(false);
    second.send({ t: 'member.leave', n: 1 });
    await noted(phone, code, hasLeft);
    expect(await stays(ada.id)).toBe(0);
    await evictDurableObject(env.USERS.getByName(ada.id), { webSockets: 'hibernate' });
    const { ready } = await connect(ada.token);
    const { meetings } = ready.snapshot as { meetings: Meeting[] };
    expect(meetings).toMatchObject([{ code, hosted: true, leftAt: expect.any(Number) as number }]);
    expect(await untold(code)).toEqual([]);
  });

  it('are opened again by the account whose rooms they are, and by no other', async () => {
    const { code, hostKey } = await create();
    expect((await ask(hostKey, 'DELETE', `/v1/rooms/${code}`)).status).toBe(204);
    await noted(phone, code, ({ endedAt }) => endedAt !== null);
    const ben = await register('ben');
    const refused = await ask(ben.token, 'POST', `/v1/rooms/${code}/reopen`);
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'role_required' }]);
    const before = phone.frames.length;
    expect((await ask(ada.token, 'POST', `/v1/rooms/${code}/reopen`)).status).toBe(200);
    await phone.next((frame) => phone.frames.indexOf(frame) >= before && meetingsIn([frame]).length > 0);
    expect(meetingsIn(phone.frames).at(-1)).toMatchObject({ code, endedAt: null });
  });

  it('show what they are called now, while they are in', async () => {
    const { code } = await create();
    const guest = await enter(code, 'Guest');
    const laptop = await come(code, ada);
    await noted(phone, code, isIn);
    expect((await ask(ada.token, 'PATCH', '/v1/me', { name: 'Ada Lovelace' })).status).toBe(200);
    const renamed = { t: 'member.renamed', member: laptop.id, name: 'Ada Lovelace' };
    const frame = await guest.next((one) => eventsIn(one).some(({ t }) => t === 'member.renamed'));
    expect(eventsIn(frame)).toMatchObject([renamed]);
  });

  it('are told of nobody who has never connected', async () => {
    const { code } = await create();
    const ben = await register('ben');
    await come(code, ben);
    await come(code, ada);
    await noted(phone, code, isIn);
    await expect.poll(() => untold(code)).toEqual([]);
    const isMade = await runInDurableObject(
      env.USERS.getByName(ben.id),
      (_object, { storage }: DurableObjectState) =>
        storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'meta'").toArray().length > 0,
    );
    expect(isMade).toBe(false);
  });

  it('go on where a person can not be reached, who is told as soon as they can be', async () => {
    const { code } = await create();
    await noted(phone, code, isHosted);
    const putBack = await replaceUsers(code, () => Promise.reject(new Error('not reachable')));
    const guest = await enter(code, 'Guest');
    const laptop = await come(code, ada);
    laptop.send({ t: 'chat.send', n: 1, body: { kind: 'text', text: 'in spite of it' } });
    await guest.next((frame) => JSON.stringify(frame).includes('in spite of it'));
    await expect.poll(() => untold(code)).toEqual([{ id: `stay ${ada.id}`, attempts: 1 }]);
    expect(await stays(ada.id)).toBe(0);
    await putBack();
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await runDurableObjectAlarm(room(code));
    await noted(phone, code, isIn);
    await expect.poll(() => untold(code)).toEqual([]);
  });

  it('are told by a room that was thrown out before it could', async () => {
    const { code } = await create();
    await noted(phone, code, isHosted);
    await replaceUsers(code, () => new Promise(() => {}));
    const laptop = await come(code, ada);
    expect(await untold(code)).toHaveLength(1);
    laptop.socket.close();
    await runInDurableObject(room(code), (_object, state: DurableObjectState) => {
      state.abort('thrown out');
    }).catch(() => {});
    await runDurableObjectAlarm(room(code));
    await noted(phone, code, isIn);
  });
});

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { createDirectory } from '../../src/platform/d1-directory.ts';
import { inSlices } from '../../src/platform/patience.ts';
import { type OnlineResponse, OnlineResponseSchema } from '../../src/protocol/index.ts';
import { createApp } from '../../src/worker/app.ts';
import type { Env } from '../../src/worker/env.ts';
import { bodyOf } from '../unit/worker/fake-room.ts';
import { emptyTables, rowsOf } from './support/account-server.ts';
import { befriend, type Enlisted, enlist, makeContacts, stub } from './support/crowd.ts';
import { ask, askTicket, connect, type Device } from './support/inbox-sockets.ts';
import { create, type Frame, join } from './support/room-sockets.ts';

const DAY = 86_400_000;
const directory = createDirectory(env.ACCOUNTS);

/** How somebody is by the directory, as it stands there. */
const rowOf = async ({ id }: Enlisted): Promise<Record<string, unknown> | undefined> =>
  (await rowsOf('presence')).find(({ account }) => account === id);
const becomes = (who: Enlisted, status: string) =>
  expect.poll(async () => (await rowOf(who))?.status).toBe(status);

/** What a device was told of somebody, in order. */
const heardOf = (device: Device, { id }: Enlisted): unknown[] =>
  [device.ready.latest as Frame[], ...device.frames.map((frame) => (frame.events ?? []) as Frame[])]
    .flat()
    .filter(({ t, account }) => t === 'presence.changed' && account === id)
    .map(({ status }) => status);
const hears = (device: Device, of: Enlisted, status: string) =>
  expect.poll(() => heardOf(device, of).at(-1), { interval: 10 }).toBe(status);

/** Moves everything that waits for its time to now, and wakes the object for it. */
async function passTime({ id }: Enlisted): Promise<void> {
  await runInDurableObject(stub(id), (_object, { storage }) => {
    storage.sql.exec("UPDATE state SET json = json_set(json, '$.at', 0) WHERE tbl = 'deadlines'");
  });
  await evictDurableObject(stub(id), { webSockets: 'hibernate' });
  await runDurableObjectAlarm(stub(id));
}

/** The user names of all who are shown to somebody, asked for page by page. */
async function onlineFor(
  { token }: Enlisted,
  limit: number,
  request: (path: string) => Promise<Response> = (path) => ask(token, 'GET', path),
): Promise<OnlineResponse['people'][]> {
  const pages: OnlineResponse['people'][] = [];
  for (let after: string | null = null; ; ) {
    const query: string = after === null ? '' : `&after=${after}`;
    const page: OnlineResponse = await bodyOf(
      request(`/v1/people/online?limit=${limit}${query}`),
      OnlineResponseSchema,
    );
    pages.push(page.people);
    after = page.next;
    if (after === null) return pages;
  }
}
const namesOf = (pages: OnlineResponse['people'][]) => pages.flat().map(({ person }) => person.userName);

let ada: Enlisted;
let bob: Enlisted;

beforeEach(async () => {
  await emptyTables();
  [ada, bob] = (await enlist('ada', 'bob')) as [Enlisted, Enlisted];
});

describe('how somebody is', () => {
  it('reaches their contacts at once, and those who come later with the first frame or soon after', async () => {
    await befriend(ada, bob);
    const b = await connect(bob.token);
    const a = await connect(ada.token);
    await hears(b, ada, 'online');
    await hears(a, bob, 'online');
    a.send({ t: 'presence.set', state: 'away' });
    await hears(b, ada, 'away');
    const later = await connect(bob.token);
    expect(heardOf(later, ada)).toEqual(['away']);
    a.send({ t: 'presence.show', n: 1, visible: false });
    await hears(b, ada, 'offline');
    a.send({ t: 'presence.show', n: 2, visible: true });
    await hears(b, ada, 'away');
    a.send({ t: 'person.block', n: 3, account: bob.id });
    await hears(b, ada, 'offline');
  });

  it('is told of to those who come back after their object has slept', async () => {
    await befriend(ada, bob);
    const b = await connect(bob.token);
    const a = await connect(ada.token);
    await hears(a, bob, 'online');
    await evictDurableObject(stub(ada.id), { webSockets: 'hibernate' });
    // News wake it, and reach the device that was connected all the time.
    b.send({ t: 'presence.set', state: 'away' });
    await hears(a, bob, 'away');
    await evictDurableObject(stub(ada.id), { webSockets: 'hibernate' });
    const phone = await connect(ada.token);
    await hears(phone, bob, 'away');
  });

  it('is written at the edges alone, whatever they do in between, and no page that is loaded anew is one', async () => {
    const a = await connect(ada.token);
    await becomes(ada, 'online');
    const row = await rowOf(ada);
    expect(Number(row?.until) - Number(row?.at)).toBe(DAY);
    const phone = await connect(ada.token);
    for (let n = 1; n <= 20; n += 1)
      phone.send({ t: 'favourite.add', n, kind: 'media', id: `f${n}`, title: `f${n}`, room: 'abc-defg-hij' });
    a.socket.send('ping');
    for (let slept = 0; slept < 3; slept += 1) {
      await evictDurableObject(stub(ada.id), { webSockets: 'hibernate' });
      await stub(ada.id).visible(ada.id);
    }
    a.socket.close(1000, 'bye');
    phone.socket.close(1000, 'bye');
    await expect
      .poll(() =>
        runInDurableObject(stub(ada.id), (_object, { storage }) =>
          storage.sql
            .exec("SELECT key FROM state WHERE tbl = 'deadlines'")
            .toArray()
            .map(({ key }) => key),
        ),
      )
      .toContain('presence leaving');
    const again = await connect(ada.token, a.id);
    await passTime(ada);
    expect(await rowOf(ada)).toMatchObject({ status: 'online', since: row?.since });
    again.socket.close(1000, 'bye');
  });

  it('is "meeting" while they are in one, without a device of their inbox', async () => {
    const { code } = await create();
    const joined = await ask(ada.token, 'POST', `/v1/rooms/${code}/join`, {});
    const { ticket } = await joined.json<{ ticket: string }>();
    await askTicket(ada.token);
    const member = await join(code, ticket);
    await becomes(ada, 'meeting');
    const a = await connect(ada.token);
    expect((await rowOf(ada))?.status).toBe('meeting');
    member.send({ t: 'member.leave', n: 1 });
    await becomes(ada, 'online');
    a.socket.close(1000, 'bye');
  });
});

describe('somebody whose object dies without a word', () => {
  it('is gone by its alarm', async () => {
    await befriend(ada, bob);
    const b = await connect(bob.token);
    await connect(ada.token);
    await hears(b, ada, 'online');
    await evictDurableObject(stub(ada.id), { webSockets: 'close' });
    expect(await rowOf(ada)).toMatchObject({ status: 'online' });
    // The alarm finds nobody connected, and after the grace period it says so.
    expect(await runDurableObjectAlarm(stub(ada.id))).toBe(true);
    await passTime(ada);
    await becomes(ada, 'offline');
    await hears(b, ada, 'offline');
  });

  it('is gone when the lease has run out, though no alarm comes', async () => {
    await befriend(ada, bob);
    await connect(ada.token);
    await becomes(ada, 'online');
    const row = await rowOf(ada);
    await evictDurableObject(stub(ada.id), { webSockets: 'close' });
    const until = Number(row?.until);
    expect(until - Date.now()).toBeLessThanOrEqual(DAY);
    const seen = async (now: number) => (await directory.presenceOf(bob.id, [ada.id], now))[0]?.news.status;
    expect([await seen(until - 1), await seen(until)]).toEqual(['online', 'offline']);
    await env.ACCOUNTS.prepare('UPDATE presence SET until = ?1').bind(Date.now()).run();
    expect(namesOf(await onlineFor(bob, 10))).toEqual([]);
    const b = await connect(bob.token);
    await hears(b, ada, 'offline');
  });
});

describe('two hundred people', () => {
  const COUNT = 200;
  const GROUP = 10;
  const CROWD = 100;

  it('see who is there, page by page, and each exactly whom they may; and a change soon reaches a hundred', async () => {
    const people = await enlist(
      ...Array.from({ length: COUNT }, (_, number) => `p${String(number).padStart(3, '0')}`),
    );
    const at = (number: number): Enlisted => {
      const one = people[(number + COUNT) % COUNT];
      if (one === undefined) throw new Error('nobody is there');
      return one;
    };
    // Groups of ten; a ring of contacts; the first knows half of all.
    for (let group = 0; group < COUNT / GROUP; group += 1)
      await directory.putEnrolled(
        `g${group}`,
        people.filter((_, number) => number % (COUNT / GROUP) === group).map(({ id }) => id),
      );
    const contacts = (number: number): Set<number> => {
      const ring = [number + 1, number - 1].map((one) => (one + COUNT) % COUNT);
      const crowd = Array.from({ length: CROWD }, (_, one) => one + 1);
      return new Set([
        ...ring,
        ...(number === 0 ? crowd : []),
        ...(number <= CROWD && number > 0 ? [0] : []),
      ]);
    };
    const numbers = Array.from({ length: COUNT }, (_, number) => number);
    await inSlices(numbers, 20, (number) => makeContacts(at(number), Array.from(contacts(number), at)));

    const isAway = (number: number) => number % 20 === 7;
    const isHidden = (number: number) => number % 20 === 8;
    const devices = new Map<number, Device>();
    const coming = numbers.filter((number) => !isAway(number));
    const came = await inSlices(coming, 20, async (number) => {
      devices.set(number, await connect(at(number).token));
    });
    expect(came).toEqual(coming);
    const device = (number: number): Device => {
      const found = devices.get(number);
      if (found === undefined) throw new Error(`${number} is not there`);
      return found;
    };
    for (const number of devices.keys())
      if (isHidden(number)) device(number).send({ t: 'presence.show', n: 1, visible: false });
    // One blocks a contact, and one of their group.
    const blocked = new Map([[50, new Set([51, 70])]]);
    for (const [number, others] of blocked) {
      for (const [index, other] of Array.from(others).entries()) {
        await stub(at(number).id).introduce(at(number).card, at(other).card);
        device(number).send({ t: 'person.block', n: index + 1, account: at(other).id });
      }
    }
    await expect
      .poll(async () => {
        const rows = await rowsOf('presence');
        const hidden = rows.filter((row) => row.hidden === 1).length;
        return [rows.length, hidden, rows.filter((row) => row.hidden_from !== '[]').length];
      })
      .toEqual([devices.size, COUNT / 20, 1]);
    await expect
      .poll(async () => JSON.parse(String((await rowOf(at(50)))?.hidden_from)) as unknown[])
      .toHaveLength(2);

    const isBlocking = (one: number, other: number) =>
      blocked.get(one)?.has(other) === true || blocked.get(other)?.has(one) === true;
    const may = (viewer: number, other: number): boolean =>
      viewer !== other &&
      devices.has(other) &&
      !isHidden(other) &&
      !isBlocking(viewer, other) &&
      (contacts(viewer).has(other) || viewer % (COUNT / GROUP) === other % (COUNT / GROUP));
    const wanted = (viewer: number): (string | null)[] =>
      people.filter((_, other) => may(viewer, other)).map(({ card }) => card.userName);
    const shown = new Map<number, unknown>();
    await inSlices(numbers, 20, async (viewer) => {
      shown.set(viewer, namesOf(await onlineFor(at(viewer), viewer % 20 === 0 ? 7 : 100)));
    });
    for (const viewer of numbers) expect(shown.get(viewer), `p${viewer}`).toEqual(wanted(viewer));

    // As in an office: everybody sees everybody who shows it.
    const app = createApp();
    const vars = { ...env, PEOPLE_ACCESS: 'everybody' } as unknown as Env;
    for (const viewer of [0, 50, 7]) {
      const headers = { authorization: `Bearer ${at(viewer).token}` };
      const pages = await onlineFor(at(viewer), 100, async (path) => app.request(path, { headers }, vars));
      expect(pages.map((page) => page.length)).toEqual([100, expect.any(Number)]);
      const all = people.filter(
        (_, other) =>
          other !== viewer && devices.has(other) && !isHidden(other) && !isBlocking(viewer, other),
      );
      expect(namesOf(pages)).toEqual(all.map(({ card }) => card.userName));
    }

    const there = Array.from(contacts(0)).filter((number) => devices.has(number));
    expect(there.length).toBeGreaterThan(90);
    await Promise.all(there.map((number) => hears(device(number), at(0), 'online')));
    const began = performance.now();
    device(0).send({ t: 'presence.set', state: 'away' });
    await Promise.all(there.map((number) => hears(device(number), at(0), 'away')));
    // What is promised is a second; here they all, and this test, share the machine.
    expect(performance.now() - began).toBeLessThan(3_000);
    // Nobody but contacts was told.
    expect(heardOf(device(120), at(0))).toEqual([]);
    for (const one of devices.values()) one.socket.close(1000, 'bye');
  }, 120_000);
});

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { emptyTables } from './support/account-server.ts';
import { befriend } from './support/friends.ts';
import { ask, connect, type Device, type Person, positionOf, register } from './support/inbox-sockets.ts';
import type { Frame } from './support/room-sockets.ts';

const stub = (account: string) => env.USERS.getByName(account);

interface Sent extends Frame {
  readonly seq: number;
  readonly number: number;
  readonly body: { readonly kind: string; readonly text: string };
}
const eventsIn = (frames: readonly Frame[]): Frame[] =>
  frames.flatMap((frame) => (frame.t === 'events' ? (frame.events as Frame[]) : []));
const sentIn = (frames: readonly Frame[]): Sent[] =>
  eventsIn(frames).filter((event) => event.t === 'direct.sent') as Sent[];
const textsIn = (device: Device): string[] => sentIn(device.frames).map(({ body }) => body.text);

let ada: Person;
let bob: Person;

/** Sends over HTTP, as something without a socket does, until it is known that it was taken. */
async function command(person: Person, device: string, fields: object): Promise<Response> {
  for (;;) {
    try {
      const response = await ask(person.token, 'POST', '/v1/me/commands', { device, command: fields });
      if (response.status < 500) return response;
      await response.body?.cancel();
    } catch {
      // Its object was killed meanwhile.
    }
  }
}
const message = (text: string, n: number): object => ({
  t: 'direct.send',
  n,
  to: bob.id,
  body: { kind: 'text', text },
});

/** Effects that failed are tried again now, and not when their time comes. */
async function nudge(account: string): Promise<void> {
  await runInDurableObject(stub(account), (_object, { storage }) => {
    storage.sql.exec("UPDATE state SET json = json_set(json, '$.at', 0) WHERE tbl = 'effects'");
  });
  await evictDurableObject(stub(account), { webSockets: 'hibernate' });
  await runInDurableObject(stub(account), () => undefined);
}

/** Ends an object as a crash does: nothing is finished, nothing is said. */
async function kill(account: string): Promise<void> {
  await runInDurableObject(stub(account), (_object, state) => state.abort('killed')).catch(() => undefined);
}

/** A device that comes back again and again, from where it stands each time. */
class Returning {
  readonly #person: Person;
  readonly #heard: string[] = [];
  #now: Device | null = null;
  /** Whether each return has found everything that was missed. */
  isRecovered = true;

  constructor(person: Person) {
    this.#person = person;
  }
  get texts(): string[] {
    return [...this.#heard, ...(this.#now === null ? [] : textsIn(this.#now))];
  }
  /** Leaves its socket, deaf to what still comes through it, and opens another one. */
  async come(): Promise<void> {
    const before = this.#now;
    const at = before === null ? '' : positionOf(before);
    this.#heard.push(...(before === null ? [] : textsIn(before)));
    this.#now = null;
    while (this.#now === null) {
      // Killed meanwhile, it is tried again.
      this.#now = await connect(this.#person.token, before?.id ?? null, at).catch(() => null);
    }
    this.isRecovered &&= before === null || this.#now.ready.recovered === true;
  }
}

beforeEach(async () => {
  await emptyTables();
  ada = await register('ada');
  bob = await register('bob');
  await befriend(ada, bob, ['ada', 'bob']);
});

/** Everything that an object has on disk. */
const dump = (account: string): Promise<string> =>
  runInDurableObject(stub(account), (_object, { storage }) => {
    const tables = storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray();
    return JSON.stringify(tables.map(({ name }) => storage.sql.exec(`SELECT * FROM ${name}`).toArray()));
  });

describe('direct messages', () => {
  it('reach all devices that are there, and are shown as delivered and read', async () => {
    const phone = await connect(ada.token);
    const laptop = await connect(ada.token);
    const desk = await connect(bob.token);
    phone.send(message('hello', 1));
    await desk.next((frame) => sentIn([frame]).length > 0);
    await laptop.next((frame) => sentIn([frame]).length > 0);
    const ticked = (frame: Frame) =>
      eventsIn([frame]).some(({ t, delivered }) => t === 'direct.receipt' && delivered === 1);
    await laptop.next(ticked);
    desk.send({ t: 'direct.read', n: 1, with: ada.id, upTo: 1 });
    await phone.next((frame) =>
      eventsIn([frame]).some(({ t, read }) => t === 'direct.receipt' && read === 1),
    );
    const [echo] = sentIn(phone.frames);
    expect(echo).toMatchObject({ n: 1, by: phone.id, with: bob.id, from: ada.id, number: 1 });
  });

  it('wait for whoever is not there, and come to each device once, in order, also after the object slept', async () => {
    const phone = await connect(bob.token);
    const laptop = await connect(bob.token);
    const desk = await connect(ada.token);
    for (const device of [phone, laptop]) device.socket.close(1000, 'bye');
    for (let n = 1; n <= 5; n += 1) desk.send(message(`m${n}`, n));
    await desk.next((frame) => sentIn([frame]).some(({ number }) => number === 5));
    await expect
      .poll(async () =>
        (
          await (
            await ask(bob.token, 'POST', '/v1/me/commands', {
              device: phone.id,
              command: { t: 'direct.conversations' },
            })
          ).text()
        ).includes('m5'),
      )
      .toBe(true);
    await evictDurableObject(stub(bob.id), { webSockets: 'hibernate' });
    const expected = ['m1', 'm2', 'm3', 'm4', 'm5'];
    for (const before of [phone, laptop]) {
      const back = await connect(bob.token, before.id, positionOf(before));
      expect(back.ready).toMatchObject({ recovered: true });
      await expect.poll(() => textsIn(back)).toEqual(expected);
      back.socket.close(1000, 'bye');
      const again = await connect(bob.token, before.id, positionOf(back));
      expect(again.ready).toMatchObject({ recovered: true });
      again.send({ t: 'direct.history', n: 1, with: ada.id });
      await again.next((frame) => frame.t === 'ok');
      expect(textsIn(again)).toEqual([]);
    }
    const tablet = await connect(bob.token);
    const { direct } = tablet.ready.snapshot as { direct: { conversations: Frame[]; unread: number } };
    expect(direct).toMatchObject({
      unread: 5,
      conversations: [{ unread: 5, with: { userName: 'ada' }, last: { body: { text: 'm5' } } }],
    });
    await expect
      .poll(() =>
        eventsIn(desk.frames)
          .filter(({ t }) => t === 'direct.receipt')
          .at(-1),
      )
      .toMatchObject({ delivered: 5, read: 0 });
  });

  it('are deleted on the disks of both, not only from sight', async () => {
    const desk = await connect(ada.token);
    await command(ada, desk.id, message('swordfish', 1));
    await command(ada, desk.id, {
      t: 'direct.edit',
      n: 2,
      with: bob.id,
      message: 1,
      body: { kind: 'text', text: 'swordfish 2' },
    });
    await expect.poll(() => dump(bob.id)).toContain('swordfish 2');
    await command(ada, desk.id, { t: 'direct.delete', n: 3, with: bob.id, message: 1 });
    for (const { id } of [ada, bob]) await expect.poll(() => dump(id)).not.toContain('swordfish');
  });
});

describe('when an account is deleted', () => {
  it('what its person wrote is gone from the disks of others, who are told', async () => {
    const desk = await connect(ada.token);
    const other = await connect(bob.token);
    for (let n = 1; n <= 3; n += 1) await command(ada, desk.id, message(`swordfish ${n}`, n));
    await command(bob, other.id, {
      t: 'direct.send',
      n: 1,
      to: ada.id,
      body: { kind: 'text', text: 'mine' },
    });
    await expect.poll(() => dump(bob.id)).toContain('swordfish 3');
    const gone = await ask(ada.token, 'DELETE', '/v1/me', { password: 'correct horse battery staple' });
    expect(gone.status).toBe(204);
    await other.next((frame) => eventsIn([frame]).some(({ t }) => t === 'direct.erased'));
    await expect.poll(() => dump(bob.id)).not.toContain('swordfish');
    const asked = await command(bob, other.id, { t: 'direct.conversations' });
    const { result } = (await asked.json()) as { result: object };
    expect(result).toMatchObject({
      unread: 0,
      conversations: [{ deleted: true, unread: 0, last: { body: { kind: 'text', text: 'mine' } } }],
    });
    const late = { t: 'direct.send', n: 2, to: ada.id, body: { kind: 'text', text: 'x' } };
    expect(await (await command(bob, other.id, late)).json()).toMatchObject({ code: 'person_unknown' });
  });
});

describe('direct messages through kills', () => {
  type Take = (...args: unknown[]) => Promise<unknown>;
  /** What may happen to a trip from Ada's object to Bob's. */
  const FAULTS = {
    'nothing is done': () => Promise.reject(new Error('lost on the way')),
    'the answer is lost': async (take: () => Promise<unknown>) => {
      await take();
      throw new Error('lost on the way back');
    },
    'the taker is killed before it commits': (take: () => Promise<unknown>) => {
      const taken = take();
      void kill(bob.id);
      return taken;
    },
    'the taker is killed once it has committed': async (take: () => Promise<unknown>) => {
      await take();
      await kill(bob.id);
      throw new Error('lost on the way back');
    },
    'the sender is killed meanwhile': (take: () => Promise<unknown>) => {
      void kill(ada.id);
      return take();
    },
    'the sender is killed before it knows': async (take: () => Promise<unknown>) => {
      const taken = await take();
      await kill(ada.id);
      return taken;
    },
  } as const;

  /** Until this is called off, the next trip to Bob goes wrong like this, once. */
  async function break_(fault: (typeof FAULTS)[keyof typeof FAULTS]): Promise<() => boolean> {
    let isDue = true;
    await runInDurableObject(stub(bob.id), (object) => {
      const type = Object.getPrototypeOf(object) as { take: Take };
      const { take } = type;
      type.take = function broken(this: unknown, ...args: unknown[]) {
        if (args[1] !== bob.id || !isDue) return take.apply(this, args);
        isDue = false;
        type.take = take;
        return fault(() => take.apply(this, args));
      };
    });
    return () => !isDue;
  }

  for (const [name, fault] of Object.entries(FAULTS)) {
    it(`arrive once and in order where ${name}`, async () => {
      const device = new Returning(bob);
      await device.come();
      const desk = await connect(ada.token);
      expect((await command(ada, desk.id, message('m1', 1))).status).toBe(200);
      const happened = await break_(fault);
      for (let n = 2; n <= 6; n += 1)
        expect((await command(ada, desk.id, message(`m${n}`, n))).status).toBe(200);
      await expect.poll(happened).toBe(true);
      await nudge(ada.id);
      const expected = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6'];
      await expect
        .poll(async () => {
          await device.come();
          return device.texts;
        })
        .toEqual(expected);
      expect(device.isRecovered).toBe(true);
    });
  }

  it('arrive once and in order where both are killed again and again, also while they decide', async () => {
    const device = new Returning(bob);
    await device.come();
    const desk = await connect(ada.token);
    let isDone = false;
    let kills = 0;
    const killer = (async () => {
      for (let turn = 0; !isDone; turn += 1) {
        await new Promise((resolve) => setTimeout(resolve, (turn * 7) % 23));
        await kill(turn % 2 === 0 ? ada.id : bob.id);
        kills += 1;
      }
    })();
    const count = 120;
    for (let n = 1; n <= count; n += 1) {
      const done = await command(ada, desk.id, message(`m${n}`, n));
      expect(done.status).toBe(200);
      if (n % 20 === 0) await device.come();
    }
    isDone = true;
    await killer;
    await nudge(ada.id);
    const expected = Array.from({ length: count }, (_, index) => `m${index + 1}`);
    await expect
      .poll(async () => {
        await device.come();
        await new Promise((resolve) => setTimeout(resolve, 100));
        return device.texts;
      })
      .toEqual(expected);
    expect(device.isRecovered).toBe(true);
    expect(kills).toBeGreaterThan(10);
    // What the sender has is the same.
    const asked = await command(ada, desk.id, { t: 'direct.history', with: bob.id });
    const { result } = (await asked.json()) as { result: { events: Sent[] } };
    expect(result.events.map(({ body }) => body.text)).toEqual(expected.slice(-100));
  }, 60_000);
});

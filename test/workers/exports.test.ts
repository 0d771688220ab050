import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { RoomStub } from '../../src/platform/room-address.ts';
import { createApp } from '../../src/worker/app.ts';
import { create, enter } from './support/room-sockets.ts';

const MESSAGES = 5_000;
/** What a member may say at once. */
const BURST = 40;

interface Entry {
  readonly seq: number;
  readonly name: string;
  readonly text: string;
}

const said = (text: string) => ({ t: 'chat.send', fields: { body: { kind: 'text', text } } }) as const;

it('exports 5,000 messages, all and in order, in several pages while new ones come in', async () => {
  const { code, hostKey } = await create({ capacity: 200 });
  const object = env.ROOMS.getByName(code);
  // The platform's own type of a stub has no place for an unknown `result`.
  const room = object as unknown as RoomStub;
  const people = Array.from({ length: MESSAGES / BURST + 1 }, (_, index) => `Person ${index}`);
  const ids: string[] = [];
  for (const name of people) {
    const { id, socket } = await enter(code, name);
    ids.push(id);
    // Nobody listens: the room alone is under test.
    socket.close(1000);
  }
  const late = ids.pop() ?? '';
  const expected: Entry[] = [];
  await Promise.all(
    ids.map(async (member, index) => {
      for (let count = 0; count < BURST; count += 1) {
        const text = `${index} ${count} ${'x'.repeat(150)}`;
        const done = await room.run({ member }, said(text));
        if (!done.ok) throw new Error(done.error.code);
        const event = JSON.parse(done.value.events[0] ?? '') as { seq: number };
        expected.push({ seq: event.seq, name: `Person ${index}`, text });
      }
    }),
  );
  expected.sort((a, b) => a.seq - b.seq);
  // What is exported is what is on disk, whatever the object remembers.
  await evictDurableObject(object, { webSockets: 'close' });

  // In this isolate, so that chunks come as they were made: one for each page.
  const request = new Request(`http://parley.test/v1/rooms/${code}/export/transcript`, {
    headers: { authorization: `Bearer ${hostKey}` },
  });
  const response = await createApp().fetch(
    request,
    env as Parameters<ReturnType<typeof createApp>['fetch']>[1],
  );
  expect(response.status).toBe(200);
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    const more = await room.run({ member: late }, said(`late ${chunks.length}`));
    expect(more).toMatchObject({ ok: true });
  }
  expect(chunks.length).toBeGreaterThan(5);
  for (const chunk of chunks) expect(chunk.byteLength).toBeLessThanOrEqual(256 * 1024);
  const entries = JSON.parse(await new Blob(chunks).text()) as Entry[];
  expect(entries).toHaveLength(MESSAGES);
  expect(entries.map(({ seq, name, text }) => ({ seq, name, text }))).toEqual(expected);
}, 60_000);

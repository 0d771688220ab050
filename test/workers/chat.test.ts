import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { create, enter, type Frame, type Member } from './support/room-sockets.ts';

const stub = (code: string) => env.ROOMS.getByName(code);
const eventsOf = (member: Member): Frame[] =>
  member.frames.flatMap((frame) =>
    frame.t === 'events' || frame.t === 'private' ? (frame.events as Frame[]) : [],
  );
const told = async (member: Member, is: (event: Frame) => boolean): Promise<Frame> => {
  await expect.poll(() => eventsOf(member).some(is)).toBe(true);
  return eventsOf(member).find(is) ?? expect.unreachable();
};
const says = (text: string) => (event: Frame) =>
  event.t === 'chat.sent' && (event.body as { text?: string }).text === text;

/** Everything in the database, as one text. */
const everything = (code: string): Promise<string> =>
  runInDurableObject(stub(code), (_room, { storage }) => {
    const tables = storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray();
    expect(tables.map(({ name }) => name)).toContain('segments');
    return JSON.stringify(tables.map(({ name }) => storage.sql.exec(`SELECT * FROM "${name}"`).toArray()));
  });

async function join(code: string, name: string): Promise<{ token: string; id: string; ticket: string }> {
  const response = await exports.default.fetch(`http://parley.test/v1/rooms/${code}/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  const { token, ticket, member } = (await response.json()) as {
    token: string;
    ticket: string;
    member: { id: string };
  };
  return { token, ticket, id: member.id };
}

/** Opens a socket with a ticket, where it says to stand. Answers its frames once `until` is among them. */
async function open(
  code: string,
  ticket: string,
  position: { epoch: string; seq: number; private: number } | null,
): Promise<{ frames: Frame[]; close: () => void }> {
  const query =
    position === null ? '' : `?epoch=${position.epoch}&seq=${position.seq}&private=${position.private}`;
  const { webSocket } = await exports.default.fetch(`http://parley.test/v1/rooms/${code}/connect${query}`, {
    headers: { upgrade: 'websocket', 'sec-websocket-protocol': `parley.v1, parley.ticket.${ticket}` },
  });
  if (webSocket === null) throw new Error('no socket');
  webSocket.accept();
  const frames: Frame[] = [];
  webSocket.addEventListener('message', ({ data }: MessageEvent) => {
    if (typeof data === 'string' && data !== 'pong') frames.push(JSON.parse(data) as Frame);
  });
  await expect.poll(() => frames.some(({ t }) => t === 'ready')).toBe(true);
  return { frames, close: () => webSocket.close(1000, 'bye') };
}
const ticketOf = async (code: string, token: string): Promise<string> => {
  const response = await exports.default.fetch(`http://parley.test/v1/rooms/${code}/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: '{}',
  });
  return ((await response.json()) as { ticket: string }).ticket;
};

describe('what was deleted or edited', () => {
  it('is nowhere any more: not in the database, not in history, not in a replay from before', async () => {
    const { code, hostKey } = await create();
    const ada = await enter(code, 'Ada');
    const ben = await join(code, 'Ben');
    const first = await open(code, ben.ticket, null);
    const { epoch, seq } = first.frames[0] as unknown as { epoch: string; seq: number };
    const before = { epoch, seq, private: 0 };

    let n = 0;
    const run = (fields: object) => {
      n += 1;
      ada.send({ n, ...fields });
      return told(ada, (event) => event.by === ada.id && event.n === n);
    };
    const send = (text: string, more: object = {}) =>
      run({ t: 'chat.send', body: { kind: 'text', text }, ...more });
    const kept = await send('kept "as it is" \\ é😀');
    const oldest = await send('oldwords are here');
    const secret = await send('whisperedwords', { to: ben.id });
    const edited = await send('firstwords');
    // A full frame of a replay is kept for others who come from the same place.
    for (let count = 0; count < 9; count += 1) await send('😀'.repeat(4_000));
    // A replay was made, and the page of newcomers, while the old words stood.
    const second = await open(code, await ticketOf(code, ben.token), before);
    await expect.poll(() => JSON.stringify(second.frames)).toContain('whisperedwords');
    await expect.poll(() => JSON.stringify(second.frames)).toContain('firstwords');
    const fullFrame = second.frames.find(({ t }) => t === 'events');
    expect(JSON.stringify(fullFrame).length).toBeGreaterThan(56 * 1024);
    const eve = await enter(code, 'Eve');
    expect(JSON.stringify(eve.frames)).toContain('oldwords');
    const host = (command: object) =>
      exports.default.fetch(`http://parley.test/v1/rooms/${code}/commands`, {
        method: 'POST',
        headers: { authorization: `Bearer ${hostKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(command),
      });
    expect((await host({ t: 'chat.pin', message: oldest.seq })).status).toBe(200);
    expect(await everything(code)).toContain('oldwords');

    const body = (text: string) => ({ body: { kind: 'text', text } });
    await run({ t: 'chat.edit', message: oldest.seq, ...body('oldwords in between') });
    expect((await host({ t: 'chat.delete', message: oldest.seq })).status).toBe(200);
    await run({ t: 'chat.delete', message: secret.seq });
    await run({ t: 'chat.edit', message: edited.seq, ...body('secondwords') });
    await run({ t: 'chat.edit', message: edited.seq, ...body('thirdwords') });
    const gone = /oldwords|whisperedwords|firstwords|secondwords/;

    // The one who stayed saw all of it, in order.
    const last = (t: string) => (frame: Frame) => JSON.stringify(frame).includes(t);
    await eve.next(last('thirdwords'));
    for (const evicted of [false, true]) {
      if (evicted) await evictDurableObject(stub(code), { webSockets: 'hibernate' });
      const all = await everything(code);
      expect(all).not.toMatch(gone);
      expect(all).toContain('thirdwords');

      const replayed = await open(code, await ticketOf(code, ben.token), before);
      await expect.poll(() => JSON.stringify(replayed.frames)).toContain('thirdwords');
      expect(replayed.frames[0]).toMatchObject({ t: 'ready', recovered: true });
      const events = replayed.frames.flatMap(({ events = [] }) => events as Frame[]);
      expect(JSON.stringify(events)).not.toMatch(gone);
      expect(events.find(({ seq }) => seq === kept.seq)).toEqual({ ...kept });
      expect(events.find(({ seq }) => seq === oldest.seq)).toMatchObject({
        t: 'chat.sent',
        by: ada.id,
        body: { kind: 'deleted' },
      });
      expect(events.find(({ seq }) => seq === secret.seq)).toMatchObject({ deletedBy: ada.id });
      expect(events.find(({ seq }) => seq === edited.seq)).toMatchObject(body('thirdwords'));
      replayed.close();

      ada.send({ t: 'chat.history', n: 900 + Number(evicted) });
      const page = await ada.next((frame) => frame.t === 'ok' && frame.n === 900 + Number(evicted));
      expect(JSON.stringify(page)).not.toMatch(gone);
      expect(JSON.stringify(page)).toContain('thirdwords');
      const newcomer = await enter(code, `Late ${evicted}`);
      const { snapshot } = newcomer.frames[0] as unknown as { snapshot: { pins: Frame[]; history: Frame[] } };
      expect(JSON.stringify(snapshot)).not.toMatch(gone);
      expect(snapshot.pins).toEqual([]);
      expect(snapshot.history.map(({ seq }) => seq)).toEqual(
        expect.arrayContaining([kept.seq, oldest.seq, edited.seq]),
      );
    }
    first.close();
    second.close();
  });

  it('is a caption, too, once its picture is removed', async () => {
    const { code } = await create();
    const ada = await join(code, 'Ada');
    const socket = await open(code, ada.ticket, null);
    const { png } = await import('../support/pictures.ts');
    const response = await exports.default.fetch(
      `http://parley.test/v1/rooms/${code}/images?caption=captionwords`,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${ada.token}`,
          'content-type': 'image/png',
          'content-length': String(png.byteLength),
        },
        body: png,
      },
    );
    expect(response.status).toBe(201);
    const { event } = (await response.json()) as { event: { image: string; caption: string } };
    expect(event.caption).toBe('captionwords');
    expect(await everything(code)).toContain('captionwords');
    const removed = await exports.default.fetch(`http://parley.test/v1/rooms/${code}/images/${event.image}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${ada.token}` },
    });
    expect(removed.status).toBe(204);
    expect(await everything(code)).not.toContain('captionwords');
    socket.close();
  });
});

describe('a room through an eviction', () => {
  it('has the right to ask, also where it was made before there was one', async () => {
    const { code } = await create({ policy: { direct: false } });
    const before = await enter(code, 'Ada');
    await runInDurableObject(stub(code), (_room, { storage }) => {
      storage.sql.exec("UPDATE state SET json = json_remove(json, '$.policy.ask') WHERE tbl = 'room'");
    });
    await evictDurableObject(stub(code), { webSockets: 'hibernate' });
    const after = await enter(code, 'Ben');
    expect(after.frames[0]?.policy).toEqual(before.frames[0]?.policy);
    expect(after.frames[0]?.policy).toMatchObject({ ask: true, direct: false });
  });

  it('keeps pins in their order, reactions and slow mode', async () => {
    const { code, hostKey } = await create();
    const ada = await enter(code, 'Ada');
    const host = (command: object) =>
      exports.default.fetch(`http://parley.test/v1/rooms/${code}/commands`, {
        method: 'POST',
        headers: { authorization: `Bearer ${hostKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(command),
      });
    const seqs: number[] = [];
    for (let n = 1; n <= 10; n += 1) {
      ada.send({ t: 'chat.send', n, body: { kind: 'text', text: `number ${n}` } });
      seqs.push(Number((await told(ada, says(`number ${n}`))).seq));
    }
    // As text, the last one would come first.
    const pinned = [seqs[9], seqs[2], seqs[0]];
    for (const message of pinned) await host({ t: 'chat.pin', message });
    ada.send({ t: 'chat.react', n: 11, message: seqs[2], emoji: '👍', on: true });
    await told(ada, ({ t }) => t === 'chat.reacted');
    await host({ t: 'chat.settings', slowSeconds: 30 });
    await evictDurableObject(stub(code), { webSockets: 'hibernate' });
    const late = await enter(code, 'Late');
    const { snapshot } = late.frames[0] as unknown as {
      snapshot: { pins: Frame[]; reactions: object; slowSeconds: number };
    };
    expect(snapshot.pins.map(({ seq }) => seq)).toEqual(pinned);
    expect(snapshot.reactions).toEqual({ [String(seqs[2])]: { '👍': [ada.id] } });
    expect(snapshot.slowSeconds).toBe(30);
    late.send({ t: 'chat.send', n: 1, body: { kind: 'text', text: 'a' } });
    late.send({ t: 'chat.send', n: 2, body: { kind: 'text', text: 'b' } });
    expect(await late.next(({ t }) => t === 'error')).toMatchObject({ n: 2, code: 'rate_limited' });
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createRoom,
  joinRoom,
  type RoomConnection,
  roomStatus,
  type SocketConstructor,
} from '../../src/client/index.ts';
import { png } from '../support/pictures.ts';
import { type Server, startServer } from './support/server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** Waits until the state of a room is as `isSo` wants it. */
function until(room: RoomConnection, isSo: (room: RoomConnection) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isSo(room)) return;
      stop();
      resolve();
    };
    const stop = room.subscribe(look);
    look();
  });
}
const textsOf = (room: RoomConnection) =>
  room.state.messages.map((message) =>
    message.t === 'image.shared'
      ? message.image
      : message.t === 'chat.sent' && message.body.kind === 'text'
        ? message.body.text
        : null,
  );

async function meet() {
  const { code, hostKey } = await createRoom({ server: server.url, name: 'Standup' });
  const host = await joinRoom({ server: server.url, code, name: 'Ada', hostKey });
  const guest = await joinRoom({ server: server.url, code, name: 'Ben' });
  await until(host, ({ state }) => state.members.size === 2);
  return { code, host, guest };
}

/** Node's WebSocket, with a handle to cut it as a bad network would. */
function cuttable() {
  const sockets: WebSocket[] = [];
  class Cuttable extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      sockets.push(this);
    }
  }
  const WebSocketOption: SocketConstructor = Cuttable;
  return { WebSocket: WebSocketOption, cut: () => sockets.at(-1)?.close(4999) };
}

describe('the SDK with a real server', () => {
  test('a meeting, from its creation to its end', async () => {
    const { code, host, guest } = await meet();
    expect(await roomStatus({ server: server.url, code })).toMatchObject({
      name: 'Standup',
      status: 'open',
      members: 2,
    });
    expect(host.state.self.role).toBe('host');

    expect(await host.chat('hello')).toMatchObject({ status: 'done', event: { t: 'chat.sent', n: 1 } });
    await guest.chat('psst', { to: host.state.self.id });
    await until(host, (room) => textsOf(room).includes('psst'));
    expect(textsOf(guest)).toEqual(['hello', 'psst']);

    await guest.setMedia({ camera: true });
    await until(host, ({ state }) => state.media.get(guest.state.self.id)?.camera === true);
    await host.setRole(guest.state.self.id, 'viewer');
    await until(guest, ({ state }) => state.self.role === 'viewer' && state.media.size === 0);
    await host.setRole(guest.state.self.id, 'member');
    await until(guest, ({ state }) => state.self.role === 'member');
    await guest.setMedia({ camera: true });
    await until(host, ({ state }) => state.media.get(guest.state.self.id)?.camera === true);
    await host.setPolicy({ chat: false, camera: false });
    await until(guest, ({ state }) => !state.policy.chat && state.media.size === 0);
    await expect(guest.chat('may I?')).rejects.toMatchObject({ code: 'not_allowed' });
    await host.setRights(guest.state.self.id, { chat: 'granted' });
    await until(guest, ({ state }) => state.self.rights.chat === 'granted');
    await guest.rename('Benjamin');
    await until(host, ({ state }) => state.members.get(guest.state.self.id)?.name === 'Benjamin');
    await guest.chat('it is me');

    const shared = await guest.upload(png, { caption: 'eight dots' });
    expect(shared).toMatchObject({ width: 4, height: 2, caption: 'eight dots', type: 'image/png' });
    await until(host, (room) => textsOf(room).includes(shared.image));
    const picture = await fetch(await host.imageUrl(shared.image));
    expect(new Uint8Array(await picture.arrayBuffer())).toEqual(png);
    await host.removeImage(shared.image);
    await until(guest, (room) => !textsOf(room).includes(shared.image));

    const { attendees } = await host.attendance();
    expect(attendees.map(({ name }) => name).sort()).toEqual(['Ada', 'Benjamin']);
    expect(await host.attendance('csv')).toContain('Benjamin');
    await expect(guest.attendance()).rejects.toMatchObject({ status: 403 });

    await guest.leave();
    await until(guest, ({ state }) => state.connection.status === 'closed');
    expect(guest.state.connection).toMatchObject({ code: 4100, name: 'left' });
    await until(host, ({ state }) => state.count === 1);
    expect(host.state.names.get(guest.state.self.id)).toBe('Benjamin');
    const late = await joinRoom({ server: server.url, code, name: 'Dan' });
    expect(textsOf(late)).toContain('hello');
    // Who has left is known by name also to those who have come after.
    expect(late.state.names.get(guest.state.self.id)).toBe('Benjamin');
    late.close();
    await host.end();
    // Not a moment later than the receipt: the event is the end.
    expect(host.state.connection.status).toBe('closed');
    expect(host.state.connection).toMatchObject({ code: 4102, name: 'ended' });
    await expect(joinRoom({ server: server.url, code, name: 'Late' })).rejects.toMatchObject({
      code: 'room_ended',
    });
  });

  test('a conversation: edited, deleted, reacted to, pinned, asked, slowed; who drops and who comes late see the same', async () => {
    const { code, host, guest } = await meet();
    const { WebSocket: WebSocketOption, cut } = cuttable();
    const cleo = await joinRoom({ server: server.url, code, name: 'Cleo', WebSocket: WebSocketOption });
    const seqOf = async (sent: Promise<{ status: string; event?: { seq?: number | undefined } }>) =>
      (await sent).event?.seq ?? expect.unreachable('no receipt');
    const first = await seqOf(guest.chat('first'));
    const second = await seqOf(guest.chat('second', { replyTo: first }));
    await until(cleo, (room) => textsOf(room).includes('second'));
    cut();
    await until(cleo, ({ state }) => state.connection.status === 'reconnecting');
    await guest.edit(first, 'once more');
    await host.reactTo(first, '👍');
    await host.pin(first);
    await host.deleteMessage(second);
    await host.slow(60);
    await guest.ask('May I?');
    await until(host, (room) => textsOf(room).includes('May I?'));
    await guest.chat('third');
    await expect(guest.chat('too early')).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(guest.edit(second, 'back')).rejects.toMatchObject({ code: 'message_unknown' });
    await until(cleo, ({ state }) => state.seq === host.state.seq);
    const late = await joinRoom({ server: server.url, code, name: 'Late' });
    for (const room of [host, guest, cleo, late]) {
      const { reactions, pins, slowSeconds } = room.state;
      const messages = room.state.messages.filter(
        (message) => message.t === 'chat.sent' && message.to === undefined,
      );
      expect(messages).toMatchObject([
        { seq: first, body: { text: 'once more' }, editedAt: expect.any(Number) },
        { seq: second, body: { kind: 'deleted' }, deletedBy: host.state.self.id },
        { body: { text: 'third' } },
      ]);
      expect(Array.from(reactions)).toEqual([[first, { '👍': [host.state.self.id] }]]);
      expect(Array.from(pins.values())).toMatchObject([{ seq: first, body: { text: 'once more' } }]);
      expect(slowSeconds).toBe(60);
    }
    expect(textsOf(cleo)).not.toContain('May I?');
    expect(await late.message(first)).toMatchObject({ seq: first });
    expect(await late.message(first - 1)).toBeNull();
    await host.unpin(first);
    await host.reactTo(first, '👍', false);
    await until(late, ({ state }) => state.pins.size + state.reactions.size === 0);
    for (const room of [host, guest, cleo, late]) room.close();
  });

  test('nothing is lost or doubled while the connection is cut again and again', async () => {
    const { code, host } = await meet();
    const { WebSocket, cut } = cuttable();
    const timing = { firstWithin: 50, backoff: 10 };
    const talker = await joinRoom({ server: server.url, code, name: 'Cleo', WebSocket, timing });
    const resyncs: unknown[] = [];
    talker.on('resync', (info) => resyncs.push(info));
    const said: string[] = [];
    const receipts: Promise<unknown>[] = [];
    for (let round = 0; round < 10; round += 1) {
      for (let count = 0; count < 2; count += 1) {
        said.push(`${round}/${count}`);
        receipts.push(talker.chat(`${round}/${count}`));
      }
      cut();
      await until(talker, ({ state }) => state.connection.status === 'reconnecting');
      receipts.push(host.chat(`while away ${round}`));
      await until(talker, ({ state }) => state.connection.status === 'online');
    }
    await Promise.all(receipts);
    await until(host, ({ state }) => state.seq === talker.state.seq);
    const fromTalker = (room: RoomConnection) => textsOf(room).filter((text) => !text?.startsWith('while'));
    expect(fromTalker(talker)).toEqual(said);
    expect(textsOf(host)).toEqual(textsOf(talker));
    expect(host.state.members).toEqual(talker.state.members);
    expect(resyncs).toEqual([]);
    host.close();
    talker.close();
  });

  test('much that waited arrives whole and in order, below what a server takes of one member', async () => {
    const { code, host } = await meet();
    const { WebSocket, cut } = cuttable();
    const timing = { firstWithin: 50, backoff: 10 };
    const talker = await joinRoom({
      server: server.url,
      code,
      name: 'Cleo',
      WebSocket,
      timing,
      keepMedia: true,
    });
    await talker.setMedia({ microphone: true });
    cut();
    await until(talker, ({ state }) => state.connection.status === 'reconnecting');
    const texts = Array.from({ length: 60 }, (_, index) => `waited ${index}`);
    await Promise.all(texts.map((text) => talker.chat(text)));
    await until(host, ({ state }) => state.seq === talker.state.seq);
    expect(textsOf(host)).toEqual(texts);
    await until(host, ({ state }) => state.media.get(talker.state.self.id)?.microphone === true);
    host.close();
    talker.close();
  });

  test('who loads the page anew goes on as the same person, with the next number', async () => {
    const { code, host, guest } = await meet();
    await guest.chat('before');
    const { token } = guest;
    guest.close();
    await until(host, ({ state }) => state.members.get(guest.state.self.id)?.presence === 'away');
    const again = await joinRoom({ server: server.url, code, token });
    expect(again.state.self.id).toBe(guest.state.self.id);
    expect(textsOf(again)).toEqual(['before']);
    expect(await again.chat('after')).toMatchObject({ event: { n: 2 } });
    await until(host, ({ state }) => state.members.get(guest.state.self.id)?.presence === 'online');
    host.close();
    again.close();
  });
});

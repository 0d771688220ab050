import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRoom, joinRoom, type RoomConnection, type SocketConstructor } from '../../src/client/index.ts';
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

test('a poll with hidden results, through a connection that drops, and what the host takes home', async () => {
  const { code, hostKey } = await createRoom({ server: server.url, name: 'Lunch' });
  const line = cuttable();
  const host = await joinRoom({ server: server.url, code, name: 'Ada', hostKey });
  const ben = await joinRoom({ server: server.url, code, name: 'Ben', WebSocket: line.WebSocket });
  const eve = await joinRoom({ server: server.url, code, name: '=Eve' });
  const countsOf = (room: RoomConnection, poll: number) => room.state.polls.tallies.get(poll)?.counts;

  const opened = await host.openPoll({
    question: 'Where to?',
    options: ['In', 'Out'],
    named: true,
    results: 'hidden',
  });
  const poll = opened.status === 'done' ? (opened.event?.seq ?? 0) : 0;
  await until(ben, ({ state }) => state.polls.all.has(poll));

  // The vote is on its way when the line breaks, and again when it is changed.
  const first = ben.vote(poll, [0]);
  line.cut();
  await first;
  const second = ben.vote(poll, [1]);
  line.cut();
  await second;
  await eve.vote(poll, [1]);
  await until(host, (room) => countsOf(room, poll)?.join() === '0,2');
  await until(ben, ({ state }) => state.polls.own.get(poll)?.join() === '1');
  expect(countsOf(ben, poll)).toBeUndefined();
  expect(countsOf(eve, poll)).toBeUndefined();
  await expect(ben.pollVotes(poll)).rejects.toMatchObject({ code: 'role_required' });

  // Who comes in now sees the poll and not how it stands.
  const late = await joinRoom({ server: server.url, code, name: 'Dan' });
  expect(late.state.polls.all.get(poll)).toMatchObject({ question: 'Where to?', closedAt: null });
  expect(countsOf(late, poll)).toBeUndefined();

  await host.closePoll(poll);
  for (const room of [host, ben, eve, late]) {
    await until(room, ({ state }) => typeof state.polls.all.get(poll)?.closedAt === 'number');
    expect(room.state.polls.tallies.get(poll)).toMatchObject({ counts: [0, 2], voters: 2 });
  }
  await expect(late.vote(poll, [0])).rejects.toMatchObject({ code: 'poll_closed' });
  const { votes } = await late.pollVotes(poll);
  expect(votes.map(({ name, options }) => [name, options]).sort()).toEqual([
    ['=Eve', [1]],
    ['Ben', [1]],
  ]);

  await ben.chat('Out, then');
  await eve.chat('For Ada alone', { to: host.state.self.id });
  await host.end();
  const csv = await (await host.export('polls', 'csv')).text();
  expect(
    csv
      .split('\r\n')
      .filter((row) => row.startsWith('result,'))
      .map((row) => row.split(',').slice(4, 7)),
  ).toEqual([
    ['Where to?', 'In', '0'],
    ['Where to?', 'Out', '2'],
  ]);
  expect(csv).toContain(`"'=Eve"`);
  const transcript = await (await host.export('transcript', 'txt')).text();
  expect(transcript).toMatch(/^Lunch\n\n\d{4}-\d\d-\d\d \(UTC\)\n\[\d\d:\d\d\] Ben: Out, then\n$/);
  const audit = JSON.parse(await (await host.export('audit')).text()) as { action: string }[];
  expect(audit.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['poll.opened', 'poll.closed', 'room.ended']),
  );
  await expect(ben.export('transcript')).rejects.toMatchObject({ status: 403, code: 'role_required' });
});

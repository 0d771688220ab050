import { afterEach, describe, expect, it } from 'vitest';
import { createRoom, joinRoom, type RoomConnection } from '../../src/client/index.ts';
import { makeRoom, sleep, type Talker, until } from '../support/talker.ts';
import { faultsOf, gather, look, order, settle, talkWhile } from './support/faulty-room.ts';
import { quantile, record } from './support/report.ts';
import { isFull, scale } from './support/scale.ts';
import { type RoomServer, startRoomServer } from './support/server.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const JUMPS = isFull
  ? [10 * SECOND, HOUR, -HOUR, -10 * SECOND, -2 * HOUR, 2 * HOUR, YEAR, -YEAR]
  : [HOUR, -HOUR, -10 * SECOND, YEAR, -YEAR];
const MEMBERS = 20;

let server: RoomServer;
let talkers: Talker[] = [];
let rooms: RoomConnection[] = [];

afterEach(async () => {
  for (const talker of talkers) talker.stop();
  for (const room of rooms) room.close();
  talkers = [];
  rooms = [];
  await server.close();
});

async function enter(code: string, name: string, more: object = {}): Promise<RoomConnection> {
  const room = await joinRoom({ server: server.url, code, name, ...more });
  rooms.push(room);
  return room;
}

/** Moves the clock, and the alarms of a room with it. ms. */
async function jump(code: string, by: number): Promise<void> {
  await order(server.url, code, { t: 'clock', by });
  await order(server.url, code, { t: 'follow-clock' });
}

describe('a clock that jumps', () => {
  it('changes nothing in the order of what is said, nor how soon it is heard', async () => {
    server = await startRoomServer({ faulty: true });
    const { url } = server;
    const { code, hostKey } = await makeRoom(url);
    const host = await enter(code, 'Host', { hostKey, timing: { pingEvery: 100 } });
    talkers = await gather(url, code, MEMBERS);
    const watched: string[] = [];
    host.on('connection', ({ status }) => watched.push(status));
    const delays: number[] = [];
    const rounds = scale(1, 12);
    const saids: Map<string, number>[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const by of JUMPS) {
        const said = await talkWhile(talkers, async () => {
          await sleep(30);
          await jump(code, by);
          // The sweep for the dead, which the jump may have made due.
          await order(url, code, { t: 'alarm', times: 1 });
          for (let count = 0; count < 10; count += 1) {
            const start = performance.now();
            await host.chat(`Is it ${count}?`);
            delays.push(performance.now() - start);
          }
        });
        saids.push(said);
        await settle(talkers);
      }
      // Everything that reckons with times can be asked for and read.
      await host.attendance();
      await (await host.export('transcript')).text();
      await host.roster();
    }
    const asked = new Map(
      Array.from({ length: 10 }, (_, count) => [`Is it ${count}?`, rounds * JUMPS.length]),
    );
    expect(faultsOf(talkers, ...saids, asked)).toEqual([]);

    // Nothing runs on for a time that the clock says will never come.
    const { syncs } = await look(url, code);
    const { cpuSeconds } = server.usage();
    await sleep(1_000);
    const idle = (await look(url, code)).syncs - syncs;
    expect(idle).toBeLessThan(5);
    expect(server.usage().cpuSeconds - cpuSeconds).toBeLessThan(0.3);
    expect(quantile(delays, 1)).toBeLessThan(SECOND);
    // A jump forward finds everybody silent for too long; nobody is thrown out for it.
    expect(watched).toEqual([]);
    record({
      order: 22,
      title: 'Clock jumps',
      lines: [
        `${rounds * JUMPS.length} jumps (10 s, an hour, two hours, a year; forward and back) while ${MEMBERS} members talked: one order, none lost. Echo p50 ${quantile(delays, 0.5).toFixed(1)} ms, worst ${quantile(delays, 1).toFixed(0)} ms; no client that pings was taken for dead.`,
      ],
    });
  });

  it('puts off what is due when it goes back, and loses none of it', async () => {
    server = await startRoomServer({ faulty: true });
    const { code, hostKey } = await createRoom({ server: server.url, name: 'Test' });
    const host = await enter(code, 'Host', { hostKey });
    const leaver = await enter(code, 'Leaver');
    let left = 0;
    host.on('member.left', () => {
      left += 1;
    });
    leaver.close();
    const isAway = () => Array.from(host.state.members.values()).some(({ presence }) => presence === 'away');
    await until('one is away', isAway);
    await jump(code, -HOUR);
    await order(server.url, code, { t: 'alarm', times: 2 });
    await host.chat('Is anybody here?');
    expect(left).toBe(0);
    await jump(code, HOUR + 50 * SECOND);
    await until('they have left', () => left > 0);
    await order(server.url, code, { t: 'alarm', times: 2 });
    await host.chat('And now?');
    expect(left).toBe(1);
  });

  it('locks nobody out when it goes back: rates, slow mode, wrong codes, passcodes', async () => {
    server = await startRoomServer({
      faulty: true,
      vars: { RATE_CHAT: '5/5', RATE_REFUSALS_PER_MINUTE: '60' },
    });
    const { url } = server;
    const { code, hostKey } = await createRoom({ server: url, name: 'Test' });
    const host = await enter(code, 'Host', { hostKey });
    const guest = await enter(code, 'Guest');
    const chatty = await enter(code, 'Chatty');
    await host.setRole(chatty.state.self.id, 'cohost');
    await host.slow(1);
    await guest.chat('one');
    await host.setPasscode('open sesame');
    const guess = (passcode: string) =>
      fetch(`${url}/v1/rooms/${code}/join`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Guesser', passcode }),
      });
    let guesses = 0;
    while (guesses < 20 && (await guess(`wrong ${guesses}`)).status !== 429) guesses += 1;
    expect(guesses).toBeLessThan(20);
    const wrongKey = async () =>
      (
        await fetch(`${url}/v1/rooms/${code}/attendance`, {
          headers: { authorization: `Bearer hk_${'x'.repeat(40)}` },
        })
      ).status;
    let keys = 0;
    while (keys < 80 && (await wrongKey()) !== 429) keys += 1;
    expect(keys).toBeLessThan(80);
    const refusals = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => chatty.chat(`${index}`)),
    );
    expect(refusals.map(({ status }) => status)).toContain('rejected');

    await jump(code, -HOUR);
    // What was waited for before the jump is waited for anew, and no longer.
    const within = async (work: () => Promise<unknown>): Promise<boolean> => {
      for (const end = performance.now() + 4_000; performance.now() < end; ) {
        if (
          await work().then(
            (answer) => answer !== 429,
            () => false,
          )
        )
          return true;
        await sleep(250);
      }
      return false;
    };
    const passcode = async () => (await guess('open sesame')).status;
    expect({
      'a limited member': await within(() => chatty.chat('still here')),
      'slow mode': await within(() => guest.chat('two')),
      'an address that guessed keys': await within(wrongKey),
      'an address that guessed passcodes': await within(passcode),
    }).toEqual({
      'a limited member': true,
      'slow mode': true,
      'an address that guessed keys': true,
      'an address that guessed passcodes': true,
    });
  });
});

import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { joinRoom, type RoomConnection } from '../../src/client/index.ts';
import { makeRoom, sleep, type Talker, until } from '../support/talker.ts';
import {
  type EvictingServer,
  faultsOf,
  gather,
  look,
  settle,
  sharedState,
  startEvictingServer,
  talkWhile,
  untilFacts,
} from './support/faulty-room.ts';
import { record } from './support/report.ts';
import { isFull, scale } from './support/scale.ts';
import { type RoomServer, startRoomServer } from './support/server.ts';

const MEMBERS = 20;

let evicting: EvictingServer | undefined;
let sleeping: RoomServer | undefined;
let talkers: Talker[] = [];
let rooms: RoomConnection[] = [];

afterEach(async () => {
  for (const talker of talkers) talker.stop();
  for (const room of rooms) room.close();
  talkers = [];
  rooms = [];
});

afterAll(async () => {
  await evicting?.close();
  await sleeping?.close();
});

async function enter(server: string, code: string, name: string, hostKey?: string): Promise<RoomConnection> {
  const timing = { firstWithin: 100, backoff: 50, backoffMost: 200 };
  const room = await joinRoom({ server, code, name, timing, ...(hostKey === undefined ? {} : { hostKey }) });
  rooms.push(room);
  return room;
}

const isCount = (id: string) => id.startsWith('poll count');

/** Somebody who was there and somebody who comes now see the same. */
async function expectSameForNewcomer(server: string, code: string, witness: RoomConnection): Promise<void> {
  const newcomer = await enter(server, code, 'Newcomer');
  if (newcomer.state.waiting !== null) await witness.admit([newcomer.state.self.id]);
  await until('the newcomer is in', () => newcomer.state.waiting === null);
  // Votes are told once a second; a snapshot has the newest.
  await untilFacts('votes are counted', server, code, ({ deadlines }) => !deadlines.some(isCount));
  await until('both stand at one place', () => newcomer.state.seq === witness.state.seq);
  const without = [newcomer.state.self.id];
  expect(sharedState(newcomer, without)).toEqual(sharedState(witness, without));
  await newcomer.leave();
  newcomer.close();
}

const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(Math.random() * list.length)];

/** What a meeting does besides talking; each step at most once in a while. */
async function conduct(host: RoomConnection, guests: readonly RoomConnection[]): Promise<void> {
  const guest = pick(guests);
  if (guest === undefined) return;
  const open = Array.from(host.state.polls.all.values()).filter(({ closedAt }) => closedAt === null);
  const steps: (() => Promise<unknown>)[] = [
    () => guest.raiseHand(),
    () => guest.lowerHand(),
    () => host.setPolicy({ react: Math.random() < 0.5 }),
    () => host.setSpotlight(Math.random() < 0.5 ? guest.state.self.id : null),
    () => guest.rename(`Guest ${Math.floor(Math.random() * 1_000)}`),
    () => host.openPoll({ question: 'Now?', options: ['Yes', 'No'] }),
    ...open.map(
      ({ id }) =>
        () =>
          guest.vote(id, [Math.random() < 0.5 ? 0 : 1]),
    ),
    ...open.slice(2).map(
      ({ id }) =>
        () =>
          host.removePoll(id),
    ),
  ];
  // What was refused, or settled by a snapshot, is as good as done: what counts is what stands afterwards.
  await pick(steps)?.().catch(() => {});
}

describe('a room whose object is thrown out of memory again and again', () => {
  for (const webSockets of ['hibernate', 'close'] as const) {
    const times = webSockets === 'hibernate' ? scale(20, 800) : scale(6, 200);
    it(`loses nothing and tells all in one order (sockets: ${webSockets}, ${times} times)`, async () => {
      evicting ??= await startEvictingServer({ RATE_CHAT: '100000/100000', RATE_CONTROL: '100000/100000' });
      const server = evicting;
      const { code, hostKey } = await makeRoom(server.url);
      const host = await enter(server.url, code, 'Host', hostKey);
      const guests = [await enter(server.url, code, 'Guest 1'), await enter(server.url, code, 'Guest 2')];
      talkers = await gather(server.url, code, MEMBERS);
      const saids: Map<string, number>[] = [];
      const start = performance.now();
      let evictions = 0;
      while (evictions < times) {
        const goal = Math.min(times, evictions + 50);
        const disturb = async () => {
          while (evictions < goal) {
            void conduct(host, guests);
            // Thrown out anew before anybody is back, it would have nothing to lose.
            const heard = talkers[0]?.heard.length ?? 0;
            if (webSockets === 'close')
              await until('somebody talks', () => (talkers[0]?.heard.length ?? 0) > heard + 10);
            await sleep(30 * Math.random());
            if (await server.evict(code, webSockets)) evictions += 1;
          }
        };
        const said = await talkWhile(talkers, disturb, 10);
        saids.push(said);
        await settle(talkers);
        expect(faultsOf(talkers, ...saids)).toEqual([]);
      }
      await until('those who watch are back', () => host.state.connection.status === 'online');
      await expectSameForNewcomer(server.url, code, host);
      const messages = saids.reduce((sum, said) => sum + said.size, 0);
      const resumes = talkers.reduce((sum, talker) => sum + talker.resumes, 0);
      expect(messages).toBeGreaterThan(times * 5);
      expect(talkers.reduce((sum, talker) => sum + talker.snapshots, 0)).toBe(MEMBERS);
      if (webSockets === 'close') expect(resumes).toBeGreaterThan(times * 2);
      record({
        order: 20,
        title: `Evictions (sockets: ${webSockets === 'close' ? 'dropped' : 'kept'})`,
        lines: [
          `${evictions} evictions in ${((performance.now() - start) / 1_000).toFixed(0)} s while ${MEMBERS} members said ${messages} messages: none lost, none twice, one order. ${resumes} resumes, no snapshot. A newcomer sees what those see who were there.`,
        ],
      });
    });
  }
});

describe.runIf(isFull)('a room that falls asleep', () => {
  it('wakes where it was: with a lobby, polls, hands, somebody away, and after somebody who did not read', async () => {
    const server = await startRoomServer({
      faulty: true,
      vars: { AWAY_GRACE_SECONDS: '14', SLOW_SECONDS: '60' },
    });
    sleeping = server;
    const { url } = server;
    const { code, hostKey } = await makeRoom(url);
    const host = await enter(url, code, 'Host', hostKey);
    const guests = [await enter(url, code, 'Guest 1'), await enter(url, code, 'Guest 2')];
    const leavers = await Promise.all(['One', 'Two'].map((name) => enter(url, code, name)));
    talkers = await gather(url, code, 12);
    const [slow, ...others] = talkers;
    await host.setDoor({ entry: 'nobody' });
    const waiter = await enter(url, code, 'Waiter');
    const saids: Map<string, number>[] = [];
    const talk = async (ms: number) => {
      saids.push(await talkWhile(talkers, () => sleep(ms)));
      await settle(talkers);
    };
    const start = performance.now();
    let { lives } = await look(url, code);
    expect(lives).toBe(1);
    for (let round = 0; round < leavers.length; round += 1) {
      for (let step = 0; step < 20; step += 1) await conduct(host, guests);
      await guests[0]?.raiseHand();
      const poll = await host.openPoll({ question: `Round ${round}?`, options: ['Yes', 'No'] });
      await talk(500);
      // The platform lets an object sleep after ten seconds without work. Two things are due meanwhile: votes are
      // counted a second after the first one, and somebody who dropped has left after 14 s.
      const leaver = leavers[round];
      const leaverId = leaver?.state.self.id ?? '';
      leaver?.close();
      await guests[0]?.vote(poll.status === 'done' ? (poll.event?.seq ?? 0) : 0, [0]);
      await sleep(27_000);
      expect(host.state.members.has(leaverId)).toBe(false);
      await talk(500);
      const slept = (await look(url, code)).lives - lives;
      expect(slept).toBeGreaterThanOrEqual(2);
      lives += slept;
      expect(faultsOf(talkers, ...saids)).toEqual([]);
      expect(waiter.state.waiting).not.toBeNull();
      expect(host.state.lobby.map(({ name }) => name)).toEqual(['Waiter']);
      await expectSameForNewcomer(url, code, host);
    }

    // Whoever does not read keeps it awake, and misses nothing.
    slow?.pause();
    const loud = new Map<string, number>();
    for (let count = 0; count < 4_000; count += 1) {
      const text = `${count} ${'loud '.repeat(600)}`;
      loud.set(text, 1);
      others[0]?.say(text);
      await until('it is taken', () => (others[0]?.unsettled ?? 0) < 50);
    }
    saids.push(loud);
    await until('the others hear it', () => others.every(({ unsettled }) => unsettled === 0));
    await sleep(13_000);
    expect((await look(url, code)).lives).toBe(lives);
    slow?.resume();
    await settle(talkers);
    expect(faultsOf(talkers, ...saids)).toEqual([]);
    await sleep(13_000);
    await talk(300);
    expect((await look(url, code)).lives).toBe(lives + 1);
    expect(faultsOf(talkers, ...saids)).toEqual([]);
    await host.admit('all');
    await until('who waited is in', () => waiter.state.waiting === null);
    expect(talkers.reduce((sum, { resumes }) => sum + resumes, 0)).toBe(0);
    record({
      order: 21,
      title: 'Hibernation',
      lines: [
        `${lives} times asleep in ${((performance.now() - start) / 1_000).toFixed(0)} s with an open poll, raised hands, somebody in the lobby, and deadlines that came while it slept; no socket dropped, nothing lost. A member who did not read 12 MB kept the room awake; it slept once they had caught up.`,
      ],
    });
  });
});

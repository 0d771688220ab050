import { afterEach, describe, expect, it } from 'vitest';
import { createRoom, joinRoom, type RoomConnection } from '../../src/client/index.ts';
import { sleep, until } from '../support/talker.ts';
import { look, order, untilFacts } from './support/faulty-room.ts';
import { record } from './support/report.ts';
import { isFull, scale } from './support/scale.ts';
import { type RoomServer, startRoomServer } from './support/server.ts';
import type { Death, Facts, Order } from './worker/orders.ts';

/** What happens to each alarm of a room. */
const ALL_FATES = {
  'goes off in time': {},
  'goes off early, too, with nothing due': { early: true },
  'goes off three times at once': { times: 3 },
  'is lost, and somebody talks': { isLost: true },
  'is lost, and the object is reset': { isLost: true, isReset: true },
  'comes late, while somebody talks': { isLate: true },
  'kills the object before it does anything': { dies: 'before' },
  'kills the object in its commit': { dies: 'commit' },
  'kills the object once its commit is written, and before anybody is told': { dies: 'written' },
  'meets an object store that fails after the work': { storeFails: true },
} as const satisfies Record<string, Fate>;

/** In the short form without those that take the platform's two seconds to come again, but for one. */
const FATES: Readonly<Record<string, Fate>> = isFull
  ? ALL_FATES
  : Object.fromEntries(
      Object.entries<Fate>(ALL_FATES).filter(
        ([, { dies, storeFails }]) => (dies === undefined || dies === 'written') && !storeFails,
      ),
    );

interface Fate {
  readonly early?: true;
  readonly times?: number;
  readonly isLost?: true;
  readonly isReset?: true;
  readonly isLate?: true;
  readonly dies?: Death;
  readonly storeFails?: true;
}

const MINUTE = 60_000;
const RETENTION = 2 * 60 * MINUTE;

let server: RoomServer;
let rooms: RoomConnection[] = [];

afterEach(async () => {
  for (const room of rooms) room.close();
  rooms = [];
  await server.close();
});

/** A meeting in which everything that can wait is waiting. */
class Meeting {
  readonly name: string;
  readonly fate: Fate;
  readonly code: string;
  readonly hostKey: string;
  readonly host: RoomConnection;
  readonly #told = new Map<string, number>();
  /** Who drops and does not come back. */
  leaver = '';
  /** The code of its breakout room. */
  breakout = '';
  /** The key of a picture that was announced and never came. */
  picture = '';

  private constructor(name: string, fate: Fate, code: string, hostKey: string, host: RoomConnection) {
    this.name = name;
    this.fate = fate;
    this.code = code;
    this.hostKey = hostKey;
    this.host = host;
    host.on('event', (event) => {
      // Others are thrown out by a reset, and may not be back before the clock moves on.
      if (event.t === 'member.left' && event.member !== this.leaver) return;
      this.#told.set(event.t, (this.#told.get(event.t) ?? 0) + 1);
    });
  }

  static async begin(name: string, fate: Fate): Promise<Meeting> {
    const { code, hostKey } = await createRoom({
      server: server.url,
      name,
      retentionSeconds: RETENTION / 1_000,
      schedule: { maxMinutes: 40 },
    });
    const enter = async (who: string, key?: string) => {
      const more = {
        timing: { firstWithin: 50, backoff: 50 },
        ...(key === undefined ? {} : { hostKey: key }),
      };
      const room = await joinRoom({ server: server.url, code, name: who, ...more });
      rooms.push(room);
      return room;
    };
    const host = await enter('Host', hostKey);
    const meeting = new Meeting(name, fate, code, hostKey, host);
    const [guest, leaver] = [await enter('Guest'), await enter('Leaver')];
    const opened = await host.openBreakouts({ names: ['Corner'], minutes: 1 });
    expect(opened.status).toBe('done');
    await until(`${name}: a breakout room`, () => host.state.breakouts?.rooms[0]?.state === 'open');
    const corner = host.state.breakouts?.rooms[0]?.id ?? '';
    guest.on('breakout.called', ({ code: at }) => {
      meeting.breakout = at;
    });
    await host.assignBreakouts({ [guest.state.self.id]: corner });
    await until(`${name}: a way into it`, () => meeting.breakout !== '');
    await host.openPoll({ question: 'Now?', options: ['Yes', 'No'] });
    const poll = Array.from(host.state.polls.all.keys())[0] ?? 0;
    await meeting.abandonPicture();
    // A seat that nobody takes.
    await meeting.post('join', { name: 'Nobody' });
    await guest.vote(poll, [0]);
    meeting.leaver = leaver.state.self.id;
    leaver.close();
    await until(`${name}: one is away`, () => meeting.told('member.away') === 1);
    return meeting;
  }

  /** Whether the host may have been thrown out by a reset when the meeting ended. */
  get wasCut(): boolean {
    return this.fate.isReset === true || this.fate.dies !== undefined;
  }
  told(t: string): number {
    return this.#told.get(t) ?? 0;
  }
  async abandonPicture(): Promise<void> {
    this.picture = (await obey(this, { t: 'abandon-picture', member: this.host.state.self.id })).picture;
  }
  post(path: string, body: object): Promise<Response> {
    return fetch(`${server.url}/v1/rooms/${this.code}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }
  readonly isBack = () => ['online', 'closed'].includes(this.host.state.connection.status);
  /** Somebody says something; null: those who have left can't. */
  get talk(): (() => Promise<unknown>) | null {
    return this.host.state.connection.status === 'online' ? () => this.host.chat('Is anybody here?') : null;
  }
}

/** A room and what becomes of its alarms. */
interface Fated {
  readonly name: string;
  readonly code: string;
  readonly fate: Fate;
  readonly talk: (() => Promise<unknown>) | null;
  /** Whether the one who watches is in it, or out for good. */
  readonly isBack?: () => boolean;
}

const obey = ({ code }: Fated, what: Order) => order(server.url, code, what);
const statusOf = ({ code }: Fated): Promise<Response> => fetch(`${server.url}/v1/rooms/${code}`);

/** Says what is to become of the next alarm. `deaths`: how often one that kills its object does. */
async function prepare(room: Fated, deaths: number): Promise<void> {
  const { early, isLost, isLate, dies, storeFails } = room.fate;
  if (early) {
    await obey(room, { t: 'alarm', times: 2 });
    await obey(room, { t: 'alarm', times: 1 });
  }
  if (isLost || isLate) await obey(room, { t: 'lose-alarm', drop: 0 });
  if (dies !== undefined && deaths > 0) await obey(room, { t: 'die-in-alarm', times: deaths, when: dies });
  if (storeFails) await obey(room, { t: 'bucket', fail: 1 });
}

/** The clock shows a time at which something is due. */
async function strike(room: Fated): Promise<void> {
  const { times, isLost, isReset, isLate } = room.fate;
  if (isLost || isLate) {
    // What was lost is found by whatever comes next: somebody talks, or somebody asks for a room that was reset.
    if (!isReset && room.talk !== null) await room.talk();
    else await obey(room, { t: 'abort' });
    await sleep(20);
    await statusOf(room);
    if (isLate) await obey(room, { t: 'follow-clock' });
  } else {
    const repeated = times === undefined ? [] : [obey(room, { t: 'alarm', times })];
    await Promise.all([obey(room, { t: 'follow-clock' }), ...repeated]);
  }
}

async function advance(rooms: readonly Fated[], by: number, deaths: number): Promise<void> {
  await Promise.all(
    rooms.map(({ name, isBack }) => until(`${name}: its host is back`, () => isBack?.() ?? true)),
  );
  await Promise.all(rooms.map((room) => prepare(room, deaths)));
  const [first] = rooms;
  if (first !== undefined) await obey(first, { t: 'clock', by });
  await Promise.all(rooms.map(strike));
}

/** Waits until something is so for each meeting; says for which it never is. */
const all = (meetings: readonly Meeting[], what: string, isSo: (meeting: Meeting) => boolean) =>
  Promise.all(meetings.map((meeting) => until(`${meeting.name}: ${what}`, () => isSo(meeting))));

const allFacts = (
  meetings: readonly Meeting[],
  what: string,
  isSo: (facts: Facts) => boolean,
  codeOf = ({ code }: Meeting) => code,
) =>
  Promise.all(
    meetings.map((meeting) => untilFacts(`${meeting.name}: ${what}`, server.url, codeOf(meeting), isSo)),
  );

/** How often each of what happens once has happened. */
const ONCE = ['member.left', 'poll.counted', 'breakout.closed', 'room.ending', 'room.ended'];
const timesTold = (meeting: Meeting) => Object.fromEntries(ONCE.map((t) => [t, meeting.told(t)]));

describe('everything that waits for its time', () => {
  it('happens once, whatever becomes of the alarm', async () => {
    // The clock jumps over what a client has time to ping in: nobody is to be taken for dead.
    server = await startRoomServer({ faulty: true, vars: { SILENT_SECONDS: '1000000' } });
    const rounds = scale(1, 2);
    const start = performance.now();
    let alarms = 0;
    for (let round = 0; round < rounds; round += 1) {
      const meetings = await Promise.all(
        Object.entries(FATES).map(([name, fate]) => Meeting.begin(name, fate)),
      );
      // The platform waits two seconds before it calls an alarm again whose object died: in the short form only here.
      // A seat nobody took, somebody who dropped, votes to be counted, breakout rooms with a minute to live.
      await advance(meetings, 2 * MINUTE, scale(1, 2));
      await all(meetings, 'the one who dropped has left', (meeting) => meeting.told('member.left') > 0);
      await all(meetings, 'the vote is counted', (meeting) => meeting.told('poll.counted') > 0);
      await all(meetings, 'breakout rooms close', (meeting) => meeting.told('breakout.closed') > 0);
      await allFacts(
        meetings,
        'no seat is held',
        ({ deadlines }) => !deadlines.some((id) => id.startsWith('seat')),
      );
      await allFacts(
        meetings,
        'the breakout room was told',
        ({ calls }) => calls.end === 1,
        ({ breakout }) => breakout,
      );
      await allFacts(meetings, 'the breakout room has reported', ({ calls }) => (calls.report ?? 0) > 0);

      // A picture that never came, and the warning before the end.
      await advance(meetings, 34 * MINUTE, scale(0, 2));
      await all(meetings, 'the end is announced', (meeting) => meeting.told('room.ending') > 0);
      await Promise.all(
        meetings.map(async (meeting) => {
          const key = meeting.picture;
          const facts = await untilFacts(
            `${meeting.name}: the picture is deleted`,
            server.url,
            meeting.code,
            (now) => !now.objects.includes(key) && now.effects.length === 0,
          );
          expect(facts.deleted[key]).toBe(meeting.fate.storeFails ? 2 : 1);
          await meeting.abandonPicture();
        }),
      );

      // The end.
      await advance(meetings, 6 * MINUTE, scale(0, 2));
      await all(meetings, 'the meeting ends', ({ host }) => host.state.connection.status === 'closed');

      // Nothing is left of it.
      await advance(meetings, RETENTION + MINUTE, scale(0, 2));
      await allFacts(meetings, 'all is deleted', ({ purges }) => purges > 0);
      for (const meeting of meetings) {
        expect((await statusOf(meeting)).status).toBe(404);
        const facts = await look(server.url, meeting.code);
        expect({ name: meeting.name, told: timesTold(meeting), purges: facts.purges }).toEqual({
          name: meeting.name,
          told: {
            ...Object.fromEntries(ONCE.map((t) => [t, 1])),
            'room.ended': meeting.wasCut ? expect.toSatisfy((times) => times <= 1) : 1,
          },
          purges: 1,
        });
        expect(facts.objects).not.toContain(meeting.picture);
        alarms += facts.alarms;
      }
    }
    record({
      order: 24,
      title: 'Alarms lost, twice, late, early',
      lines: [
        `${rounds * Object.keys(FATES).length} meetings, each from its beginning to its purge, in ${((performance.now() - start) / 1_000).toFixed(0)} s; ${alarms} alarms. A seat nobody took, somebody away, counted votes, a breakout room, a picture that never came, the warning before the end, the end, the purge: each happened once, and each call to another room and to the object store was made once, where the alarm`,
        ...Object.keys(FATES).map((name) => `- ${name}`),
      ],
    });
  });

  it('comes for a room that everybody has left, too: it ends once and is deleted once', async () => {
    server = await startRoomServer({ faulty: true });
    const left: Fated[] = [];
    for (const [name, fate] of Object.entries(FATES)) {
      const { code } = await createRoom({ server: server.url, name, retentionSeconds: RETENTION / 1_000 });
      const member = await joinRoom({ server: server.url, code, name: 'Somebody' });
      rooms.push(member);
      await member.leave();
      left.push({ name, code, fate, talk: null });
    }
    const allOf = (what: string, isSo: (facts: Facts) => boolean) =>
      Promise.all(left.map(({ name, code }) => untilFacts(`${name}: ${what}`, server.url, code, isSo)));
    await allOf('it waits for its end', ({ deadlines }) => deadlines.includes('room empty'));
    await advance(left, 11 * MINUTE, scale(0, 2));
    await allOf('it has ended', ({ deadlines }) => deadlines.join() === 'room purge');
    for (const room of left) expect(await (await statusOf(room)).json()).toMatchObject({ status: 'ended' });
    await advance(left, RETENTION + MINUTE, scale(0, 2));
    await allOf('it is deleted', ({ purges }) => purges > 0);
    for (const room of left) {
      expect((await statusOf(room)).status).toBe(404);
      expect((await look(server.url, room.code)).purges).toBe(1);
    }
  });
});

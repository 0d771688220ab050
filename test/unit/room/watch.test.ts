import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { asMember, SYSTEM } from '../../../src/engine/feature.ts';
import { Session } from '../../../src/engine/session.ts';
import { metricsOf } from '../../../src/platform/metrics.ts';
import { type CloseName, readCommand, StatsResponseSchema } from '../../../src/protocol/index.ts';
import { admit } from '../../../src/room-object/features/admission.ts';
import { createRoom, reopen } from '../../../src/room-object/features/lifecycle.ts';
import { openSession } from '../../../src/room-object/features/roster.ts';
import { gate, mayHear } from '../../../src/room-object/gate.ts';
import { historyOf, isHistory } from '../../../src/room-object/history.ts';
import { POINT_TEXTS, POINT_VALUES } from '../../../src/room-object/points.ts';
import { features } from '../../../src/room-object/registry.ts';
import { readRoomSettings } from '../../../src/room-object/settings.ts';
import { memberTable, SETTINGS_KEY, settingsTable } from '../../../src/room-object/tables.ts';
import { snapshotText, welcomeOf } from '../../../src/room-object/view.ts';
import { Watch } from '../../../src/room-object/watch.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { HOST_KEY, idOf } from './harness.ts';

const BEGIN = 1_700_000_000_000;
const SECRETS = ['abc-defg-hij', 'Physics', HOST_KEY, 'ticket', 'Hello'];

/** A socket that takes as much as the test lets it. */
class Socket {
  buffered = 0;
  closed: number | null = null;
  send(): void {}
  unsent(): number {
    return this.buffered;
  }
  close(code: number): void {
    this.closed = code;
  }
}

/** A room on its own engine, with a log and a dataset that remember. */
class WatchedRoom {
  now = BEGIN;
  readonly store = new MemoryLog();
  readonly lines: { level: string; event: string; fields: Record<string, unknown> }[] = [];
  readonly points: Required<AnalyticsEngineDataPoint>[] = [];
  readonly sockets = new Map<string, Socket>();
  readonly watch: Watch;
  readonly engine: Engine;

  constructor() {
    const settings = readRoomSettings({});
    const dataset: AnalyticsEngineDataset = {
      writeDataPoint: (point) => this.points.push(point as Required<AnalyticsEngineDataPoint>),
    };
    const clock = { now: () => this.now };
    this.watch = new Watch({
      clock,
      log: (level, event, fields) => this.lines.push({ level, event, fields: { ...fields } }),
      metrics: metricsOf(dataset),
      settings,
      sockets: () => ({ count: this.sockets.size, unsent: 0, mostUnsent: 0 }),
    });
    this.engine = Engine.begin({
      store: this.store,
      clock,
      log: this.watch.log,
      meter: this.watch.meter,
      features,
      gate,
      mayHear,
      executors: {},
      retention: settings.log,
      budget: settings.budget,
      pendingLimit: settings.pending,
      sweepEvery: () => settings.sweep,
      needsSweep: () => false,
      sweep: () => {},
      isHistory,
      history: historyOf,
      snapshot: snapshotText,
      welcome: welcomeOf,
      latestChanged: () => {},
      dropped: (session, as) => this.watch.dropped(session, as),
      moved: (session) => this.watch.moved(session),
      told: () => this.watch.told(),
      abort: (reason) => {
        throw reason;
      },
    });
    this.engine.state.table(settingsTable).restore(SETTINGS_KEY, settings);
    this.watch.follow(this.engine);
  }

  async create(): Promise<void> {
    const fields = { id: 'r_1', code: 'abc-defg-hij', name: 'Physics', hostKeyHash: HOST_KEY };
    const unset = {
      fingerprint: null,
      capacity: undefined,
      retentionSeconds: undefined,
      whenEmpty: undefined,
    };
    this.engine.perform(createRoom, { ...fields, ...unset, policy: {} }, SYSTEM);
    await this.settle();
  }

  async enter(name: string): Promise<Socket> {
    const member = idOf(name);
    const ticket = `ticket ${name}`;
    const asked = { member, returning: false, name, ticket, address: null };
    const unset = { hostKeyHash: undefined, inviteHash: undefined, proven: undefined };
    this.engine.perform(admit, { ...asked, ...unset }, SYSTEM);
    const number = (this.engine.state.table(memberTable).get(member)?.session ?? 0) + 1;
    this.engine.perform(openSession, { member, ticket, session: number }, asMember(member));
    const socket = new Socket();
    this.sockets.set(name, socket);
    this.engine.attach(new Session(member, number, socket, { kind: 'joining', resume: null, token: null }));
    await this.settle();
    return socket;
  }

  async command(name: string, input: object): Promise<void> {
    const decoded = readCommand(input);
    if (!decoded.ok) throw new Error(decoded.error.code);
    this.engine.command(asMember(idOf(name)), decoded.command);
    await this.settle();
  }

  say(name: string, n: number): Promise<void> {
    return this.command(name, { t: 'chat.send', n, body: { kind: 'text', text: 'Hello' } });
  }

  async end(): Promise<void> {
    const decoded = readCommand({ t: 'room.end' });
    if (!decoded.ok) throw new Error(decoded.error.code);
    this.engine.command({ kind: 'host-key' }, decoded.command);
    await this.settle();
  }

  /** Resolves when the commit loop has come to rest. */
  async settle(): Promise<void> {
    await this.engine.settled();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }

  named(event: string): Record<string, unknown>[] {
    return this.lines.filter((line) => line.event === event).map(({ fields }) => fields);
  }

  /** The values of each point so far under a name. */
  values(name: string): (number | undefined)[] {
    return this.points.map(({ doubles }) => doubles[POINT_VALUES.indexOf(name)]);
  }
}

let room: WatchedRoom;
beforeEach(async () => {
  room = new WatchedRoom();
  await room.create();
});

describe('the log of a room', () => {
  test('tells of its making, its end and its reopening, once each, under its id', async () => {
    expect(room.named('room.created')).toEqual([{ room: 'r_1', capacity: 100 }]);
    await room.enter('ada');
    await room.say('ada', 1);
    room.now += 90_000;
    await room.end();
    expect(room.named('room.ended')).toEqual([{ room: 'r_1', seconds: 90, members: 1 }]);
    room.engine.perform(reopen, {}, SYSTEM);
    await room.settle();
    expect(room.named('room.reopened')).toEqual([{ room: 'r_1' }]);
    expect(room.lines.map(({ event }) => event)).toEqual(['room.created', 'room.ended', 'room.reopened']);
  });

  test('has no line for a message, and no name, code, text or secret in any line', async () => {
    await room.enter('ada');
    const before = room.lines.length;
    for (let n = 1; n <= 20; n += 1) await room.say('ada', n);
    expect(room.lines).toHaveLength(before);
    await room.end();
    const text = JSON.stringify([room.lines, room.points]);
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  });

  test('has no line for who is behind for a moment, again and again', async () => {
    const socket = await room.enter('ada');
    for (let n = 1; n <= 3; n += 1) {
      socket.buffered = 1_000_000;
      await room.say('ada', n);
      socket.buffered = 0;
      await new Promise((resolve) => setTimeout(resolve, 60));
      room.now += 1_500;
    }
    await room.say('ada', 4);
    expect(room.watch.meter.lagged).toBe(3);
    expect(room.named('session.slow')).toEqual([]);
  });

  test('names whoever stays behind, once, and says when they were dropped', async () => {
    const socket = await room.enter('ada');
    socket.buffered = 1_000_000;
    for (let n = 1; n <= 5; n += 1) {
      await room.say('ada', n);
      room.now += 1_500;
    }
    expect(room.named('session.slow')).toEqual([{ room: 'r_1', member: idOf('ada'), unsent: 1_000_000 }]);
    socket.buffered = 5_000_000;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(socket.closed).toBe(4000);
    const as: CloseName = 'too_slow';
    expect(room.named('session.dropped')).toEqual([
      { room: 'r_1', member: idOf('ada'), as, unsent: 5_000_000 },
    ]);
  });

  test('says that commands are refused with busy, and how many, but not for each', async () => {
    await room.enter('ada');
    for (let n = 1; n <= 4; n += 1) {
      room.watch.meter.busy += 5;
      room.now += 4_000;
      await room.say('ada', n);
    }
    expect(room.named('room.busy').map(({ refused }) => refused)).toEqual([5, 15]);
  });

  test('says that a commit took long', async () => {
    await room.enter('ada');
    await room.say('ada', 1);
    expect(room.named('commit.slow')).toEqual([]);
    room.store.sync = async () => {
      room.now += 1_500;
    };
    await room.say('ada', 2);
    expect(room.named('commit.slow')).toEqual([{ room: 'r_1', ms: 1_500, rows: expect.any(Number) }]);
    expect(room.watch.meter.commitTime.most).toBe(1_500);
  });
});

describe('points', () => {
  test('come at most every half minute, however much is said, and at the end', async () => {
    // That it was made, or woke, is no news yet.
    expect(room.points).toHaveLength(0);
    await room.enter('ada');
    for (let n = 1; n <= 20; n += 1) {
      room.now += 1_000;
      await room.say('ada', n);
    }
    expect(room.points).toHaveLength(1);
    room.now += 11_000;
    await room.say('ada', 21);
    expect(room.points).toHaveLength(2);
    expect(room.values('commands')).toEqual([1, 20]);
    expect(room.values('seconds')).toEqual([1, 30]);
    await room.say('ada', 22);
    await room.end();
    expect(room.points).toHaveLength(3);
    expect(room.values('commands')).toEqual([1, 20, 2]);
    expect(room.points.map(({ blobs }) => blobs)).toEqual([
      ['1', 'open'],
      ['1', 'open'],
      ['1', 'ended'],
    ]);
  });

  test('add up to what was counted', async () => {
    await room.enter('ada');
    for (let n = 1; n <= 5; n += 1) {
      room.now += 31_000;
      await room.say('ada', n);
    }
    const { meter } = room.watch;
    const sum = (name: string) => room.values(name).reduce<number>((total, value) => total + (value ?? 0), 0);
    expect(room.points.length).toBeGreaterThan(4);
    expect(sum('commits')).toBe(meter.commitTime.count);
    expect(sum('events')).toBe(meter.commitEvents.sum);
    expect(sum('rows')).toBe(meter.commitRows.sum);
    expect(room.values('sessions').at(-1)).toBe(1);
  });

  test('keep within what the platform takes, and have a name for each value', () => {
    for (const { indexes, blobs, doubles } of room.points) {
      expect(indexes).toEqual(['r_1']);
      expect(blobs).toHaveLength(POINT_TEXTS.length);
      expect(doubles).toHaveLength(POINT_VALUES.length);
      expect(doubles.every(Number.isFinite)).toBe(true);
    }
    expect(POINT_VALUES.length).toBeLessThanOrEqual(20);
    expect(new Set(POINT_VALUES).size).toBe(POINT_VALUES.length);
  });

  test('are none where no dataset is bound', () => {
    expect(metricsOf(undefined)).toBeNull();
  });
});

describe('the stats of a room', () => {
  const stats = () => room.watch.stats(room.engine);

  test('count exactly what happened', async () => {
    await room.enter('ada');
    await room.enter('ben');
    const before = stats();
    for (let n = 1; n <= 5; n += 1) await room.say('ada', n);
    await room.say('ada', 5);
    await room.command('ben', {
      t: 'chat.send',
      n: 1,
      to: idOf('ada'),
      body: { kind: 'text', text: 'Hello' },
    });
    await room.command('ben', {
      t: 'chat.send',
      n: 2,
      to: idOf('eve'),
      body: { kind: 'text', text: 'Hello' },
    });
    await room.command('ben', { t: 'reaction.send', emoji: '👍' });
    await room.command('ben', { t: 'typing.set', typing: true });
    const after = stats();
    expect(after.commands.durable).toEqual({ taken: 6, refused: 1 });
    expect(after.commands.ephemeral).toEqual({ taken: 2, refused: 0 });
    expect(after.commands.repeated).toBe(1);
    const grown = (name: 'public' | 'private' | 'ephemeral' | 'latest') =>
      after.events[name] - before.events[name];
    expect([grown('public'), grown('private'), grown('ephemeral'), grown('latest')]).toEqual([5, 1, 1, 1]);
    expect(after.sessions).toMatchObject({ snapshots: 2, resumed: 0, unproven: 0, lagged: 0 });
    expect(after.now.sessions).toEqual({ joining: 0, live: 2, lagging: 0 });
    const commits = room.store.commits.length;
    for (const each of [after.commits.events, after.commits.ms, after.commits.rows])
      expect(each.count).toBe(commits);
    expect(after.since).toBe(BEGIN);
  });

  test('list who is behind, by id alone, and by how much', async () => {
    await room.enter('ada');
    const socket = await room.enter('ben');
    socket.buffered = 1_000_000;
    for (let n = 1; n <= 3; n += 1) await room.say('ada', n);
    const { now, sessions } = stats();
    expect(now.sessions).toEqual({ joining: 0, live: 1, lagging: 1 });
    expect(now.lagging).toEqual([{ member: idOf('ben'), unsentBytes: 1_000_000, behind: 3 }]);
    expect(sessions.lagged).toBe(1);
    socket.buffered = 0;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(stats().now.lagging).toEqual([]);
    expect(stats().frames.replayed).toBeGreaterThanOrEqual(1);
  });

  test('count a latest-only event that nobody will be told any more', async () => {
    await room.enter('ada');
    const socket = await room.enter('ben');
    socket.buffered = 1_000_000;
    await room.say('ada', 1);
    for (const typing of [true, false, true]) await room.command('ada', { t: 'typing.set', typing });
    expect(stats().events.merged).toBe(2);
  });

  test('are what the protocol says, show no names or texts, and write nothing', async () => {
    await room.enter('ada');
    await room.say('ada', 1);
    const commits = room.store.commits.length;
    const answer = stats();
    await room.settle();
    expect(room.store.commits).toHaveLength(commits);
    expect(v.parse(StatsResponseSchema, answer)).toEqual(answer);
    for (const secret of SECRETS) expect(JSON.stringify(answer)).not.toContain(secret);
  });
});

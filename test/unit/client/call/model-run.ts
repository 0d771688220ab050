import { describe, expect, test } from 'vitest';
import type { RoomEvent } from '../../../../src/protocol/index.ts';
import { can, MEDIA } from '../../../../src/protocol/permissions.ts';
import { chance } from '../fake-player.ts';
import { camera, Meeting, microphone } from './fake-meeting.ts';
import type { Seat } from './fake-seat.ts';
import { SimClock } from './sim-clock.ts';

const NAMES = ['Ada', 'Ben', 'Cleo', 'Dan'];
const ACTIONS = 60;

type Shown = Readonly<Record<'camera' | 'microphone', boolean>>;

/** A call in which things happen by chance, and what must hold all the time. What must hold in the end is up to each way of transport. */
export abstract class ModelRun {
  readonly clock = new SimClock();
  readonly random: () => number;
  readonly meeting: Meeting;
  readonly log: string[] = [];
  /** ms between two actions at the most. */
  abstract readonly pause: number;
  /** ms after which all must be well. */
  abstract readonly quiet: number;

  constructor(seed: number) {
    this.random = chance(seed);
    this.meeting = new Meeting(this.clock, this.random);
  }

  /** Nothing goes wrong any more. */
  abstract calm(): void;
  abstract checkPair(seat: Seat, other: Seat): void;

  pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.random() * list.length)];
  }

  join(name: string): void {
    const seat = this.meeting.join(name);
    seat.latency = 5 + Math.floor(this.random() * 200);
    this.open(seat);
  }
  open(seat: Seat): void {
    seat.open();
    this.#watch(seat);
  }

  /** Nobody ever sees what the room, as it is known to them, does not allow, or what a host has switched off. */
  #watch(seat: Seat): void {
    const { call, room } = seat;
    const stopped = new Set<string>();
    room.on('media.stopped', ({ members, media }: RoomEvent<'media.stopped'>) => {
      for (const id of members) for (const one of media) stopped.add(`${id} ${one}`);
    });
    call?.subscribe(() => {
      for (const [id, shown] of call.state.members) {
        const { members, policy, media } = seat.view;
        const member = members.get(id);
        for (const one of MEDIA) {
          if (media.get(id)?.[one] === true) stopped.delete(`${id} ${one}`);
          if (shown[one] === null) continue;
          const sees = `${seat.member.name} sees the ${one} of ${id}`;
          if (member === undefined || !can(member, policy, one)) throw new Error(`${sees}, who may not`);
          if (stopped.has(`${id} ${one}`)) throw new Error(`${sees}, which a host has switched off`);
        }
      }
    });
  }

  async act(): Promise<void> {
    const seat = this.pick(this.meeting.seats);
    const action = this.pick(Object.keys(this.actions)) ?? '';
    if (seat === undefined) return;
    this.log.push(`${Math.round(this.clock.now())} ${seat.member.name} ${action}`);
    this.actions[action]?.(seat);
    await this.clock.pass(this.random() < 0.4 ? this.random() * 30 : this.random() * this.pause);
  }

  readonly actions: Readonly<Record<string, (seat: Seat) => void>> = {
    camera: ({ call }) => void call?.setCamera(camera()).catch(() => undefined),
    noCamera: ({ call }) => void call?.setCamera(null).catch(() => undefined),
    microphone: ({ call }) => void call?.setMicrophone(microphone()).catch(() => undefined),
    mute: ({ call }) => void call?.setMuted(this.random() < 0.5).catch(() => undefined),
    drop: (seat) => seat.drop(true),
    return: (seat) => {
      if (!seat.isUp) seat.connect();
    },
    supersede: (seat) => {
      seat.drop(false);
      seat.connect();
    },
    reload: (seat) => {
      seat.reload();
      this.open(seat);
    },
    exit: (seat) => {
      seat.call?.close();
      this.clock.after(this.random() * 3_000, () => {
        if (seat.call?.state.status === 'closed') this.open(seat);
      });
    },
    deny: ({ id }) => this.meeting.setRights(id, 'camera', 'denied'),
    allow: ({ id }) => this.meeting.setRights(id, 'camera', undefined),
    lock: () => this.meeting.setPolicy('microphone', false),
    unlock: () => this.meeting.setPolicy('microphone', true),
    stop: ({ id }) => this.meeting.stopMedia(id, this.pick(['camera', 'microphone']) ?? 'camera'),
    move: (seat) => seat.move(this.random() < 0.7),
    scroll: ({ call }) => call?.watchOnly(this.random() < 0.5 ? null : []),
    /** All lines at once, as when a server is killed. */
    restart: () => {
      for (const seat of this.meeting.seats) seat.drop(true);
    },
  };

  async happen(): Promise<void> {
    for (const name of NAMES) {
      this.join(name);
      await this.clock.pass(this.random() * 500);
    }
    for (let number = 0; number < ACTIONS; number += 1) await this.act();
    this.calm();
    for (const seat of this.meeting.seats) if (!seat.isUp) seat.connect();
    for (const { call } of this.meeting.seats) call?.watchOnly(null);
    await this.clock.pass(this.quiet);
  }

  /** What is on, as the room has it. */
  on(seat: Seat): Shown {
    const on = this.meeting.media.get(seat.id);
    return { camera: on?.camera === true, microphone: on?.microphone === true };
  }

  check(): void {
    for (const seat of this.meeting.seats) {
      const name = seat.member.name;
      expect(`${name} ${seat.call?.state.status}`).toBe(`${name} in`);
      const own = seat.call?.state.self;
      const sends = { camera: own?.camera != null, microphone: own?.microphone != null && !own.muted };
      expect({ name, ...this.on(seat) }).toEqual({ name, ...sends });
      for (const other of this.meeting.seats) if (other !== seat) this.checkPair(seat, other);
    }
  }

  /** `arrives`: the track of `other` that comes out at `seat`. All that is on does, and nothing else. */
  checkArrives(seat: Seat, other: Seat, arrives: (media: 'camera' | 'microphone') => string | null): void {
    const pair = `${seat.member.name} of ${other.member.name}`;
    const own = other.call?.state.self;
    for (const media of ['camera', 'microphone'] as const) {
      const wanted = this.on(other)[media] ? own?.[media]?.id : null;
      expect({ pair, media, arrives: arrives(media) }).toEqual({ pair, media, arrives: wanted });
    }
    const quality = seat.call?.state.members.get(other.id)?.quality;
    expect({ pair, quality }).toEqual({ pair, quality: 'good' });
  }
}

/** Runs it with many seeds: CALL_SEEDS of them, from CALL_FROM on. */
export function runModel(what: string, title: string, make: (seed: number) => ModelRun): void {
  const { CALL_SEEDS = '30', CALL_FROM = '1' } = process.env;
  const seeds = Array.from({ length: Number(CALL_SEEDS) }, (_, index) => index + Number(CALL_FROM));
  describe(what, () => {
    test.each(seeds)(`${title} (seed %i)`, async (seed) => {
      const run = make(seed);
      try {
        await run.happen();
        run.check();
      } catch (error) {
        throw new Error(`${run.log.join('\n')}\n`, { cause: error });
      }
    });
  });
}

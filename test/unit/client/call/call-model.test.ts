import { describe, expect, test } from 'vitest';
import { MEDIA, type Media } from '../../../../src/protocol/index.ts';
import { can } from '../../../../src/protocol/permissions.ts';
import { chance } from '../fake-player.ts';
import { arrives, camera, Meeting, microphone } from './fake-meeting.ts';
import type { Seat } from './fake-seat.ts';
import { SimClock } from './sim-clock.ts';

// Lines that drop, are replaced and lag; pages that are loaded anew; machines that change their network; people who come and go,
// and hosts who give and take the word, all at once. Whatever happens: nobody ever sees what the room does not allow, and once it
// is quiet everybody sees and hears exactly what is on.

const NAMES = ['Ada', 'Ben', 'Cleo', 'Dan'];
const ACTIONS = 60;
/** ms after which all must be well: two looks at a connection that does not stand, and what follows. */
const QUIET = 90_000;

type Shown = Pick<Record<Media, boolean>, 'camera' | 'microphone'>;

class Run {
  readonly clock = new SimClock();
  readonly random: () => number;
  readonly meeting: Meeting;
  readonly wants = new Map<string, { camera: boolean; microphone: boolean }>();
  readonly log: string[] = [];

  constructor(seed: number) {
    this.random = chance(seed);
    this.meeting = new Meeting(this.clock, this.random);
    this.meeting.loss = this.pick([0, 0, 0.1]) ?? 0;
  }
  pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.random() * list.length)];
  }

  join(name: string): Seat {
    const seat = this.meeting.join(name);
    seat.latency = 5 + Math.floor(this.random() * 200);
    seat.open();
    this.watch(seat);
    return seat;
  }
  /** Nobody ever sees what the room, as it is known to them, does not allow. */
  watch(seat: Seat): void {
    const { call } = seat;
    if (call === null) return;
    call.subscribe(() => {
      for (const [id, shown] of call.state.members) {
        const { members, policy } = seat.view;
        const member = members.get(id);
        for (const media of MEDIA) {
          if (shown[media] === null) continue;
          if (member === undefined || !can(member, policy, media))
            throw new Error(`${seat.member.name} sees the ${media} of ${id}, who may not`);
        }
      }
    });
  }

  async act(): Promise<void> {
    const { meeting } = this;
    const seat = this.pick(meeting.seats.filter(({ id }) => meeting.members.has(id)));
    if (seat === undefined) return;
    const action = this.pick(Object.keys(this.actions)) ?? '';
    this.log.push(`${Math.round(this.clock.now())} ${seat.member.name} ${action}`);
    this.actions[action]?.(seat);
    await this.clock.pass(this.random() < 0.4 ? this.random() * 30 : this.random() * 4_000);
  }

  readonly actions: Record<string, (seat: Seat) => void> = {
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
      seat.open();
      this.watch(seat);
    },
    exit: (seat) => {
      seat.call?.close();
      this.clock.after(this.random() * 3_000, () => {
        if (this.meeting.members.has(seat.id) && seat.call?.state.status === 'closed') {
          seat.open();
          this.watch(seat);
        }
      });
    },
    deny: ({ id }) => this.meeting.setRights(id, 'camera', 'denied'),
    allow: ({ id }) => this.meeting.setRights(id, 'camera', undefined),
    lock: () => this.meeting.setPolicy('microphone', false),
    unlock: () => this.meeting.setPolicy('microphone', true),
    stop: ({ id }) => this.meeting.stopMedia(id, this.pick(['camera', 'microphone']) ?? 'camera'),
    move: (seat) => seat.move(this.random() < 0.7),
    scroll: ({ call }) => call?.watchOnly(this.random() < 0.5 ? null : []),
  };

  /** What is on once it is quiet, as the room has it. */
  on(seat: Seat): Shown {
    const on = this.meeting.media.get(seat.id);
    return { camera: on?.camera === true, microphone: on?.microphone === true };
  }

  async quiet(): Promise<void> {
    this.meeting.loss = 0;
    for (const seat of this.meeting.seats) if (!seat.isUp) seat.connect();
    for (const { call } of this.meeting.seats) call?.watchOnly(null);
    await this.clock.pass(QUIET);
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
  checkPair(seat: Seat, other: Seat): void {
    const pair = `${seat.member.name} of ${other.member.name}`;
    const shown = seat.call?.state.members.get(other.id);
    const own = other.call?.state.self;
    expect({ pair, quality: shown?.quality }).toEqual({ pair, quality: 'good' });
    for (const media of ['camera', 'microphone'] as const) {
      const isOn = this.on(other)[media];
      const wanted = isOn ? own?.[media]?.id : null;
      expect({ pair, media, arrives: arrives(seat, other, media, this.meeting.air) }).toEqual({
        pair,
        media,
        arrives: wanted,
      });
    }
  }
}

describe('a call in which everything happens', () => {
  test.each(
    Array.from(
      { length: Number(process.env.CALL_SEEDS ?? 30) },
      (_, seed) => seed + Number(process.env.CALL_FROM ?? 1),
    ),
  )(
    'comes to rest with everybody seeing what is on, and never shows what is not allowed (seed %i)',
    async (seed) => {
      const run = new Run(seed);
      for (const name of NAMES) {
        run.join(name);
        await run.clock.pass(run.random() * 500);
      }
      for (let number = 0; number < ACTIONS; number += 1) await run.act();
      await run.quiet();
      try {
        run.check();
      } catch (error) {
        throw new Error(`${run.log.join('\n')}\n`, { cause: error });
      }
    },
  );
});

import { describe, expect, test } from 'vitest';
import { ParleyError } from '../../../../src/client/http.ts';
import { can, MEDIA } from '../../../../src/protocol/index.ts';
import { chance } from '../fake-player.ts';
import { comes, Forwarder } from './fake-forwarder.ts';
import { camera, Meeting, microphone } from './fake-meeting.ts';
import type { Seat } from './fake-seat.ts';
import { SimClock } from './sim-clock.ts';

// A call over the SFU in which everything happens at once: people come, go, switch and look elsewhere; a host takes and gives; lines
// and networks drop; requests fail before and after they were carried out, and answers overtake what the room tells. Nobody ever
// sees what the room does not allow; once it is quiet everybody gets exactly what is on, and nothing is left over at the SFU.

const NAMES = ['Ada', 'Ben', 'Cleo', 'Dan'];
const ACTIONS = 60;
/** ms after which all must be well: the longest wait between two tries, and what follows. */
const QUIET = 120_000;
const FAULTS = ['network', 'sfu_failed', 'rate_limited'] as const;

class Run {
  readonly clock = new SimClock();
  readonly random: () => number;
  readonly meeting: Meeting;
  readonly forwarder: Forwarder;
  readonly log: string[] = [];
  /** Share of the requests that fail. */
  faults = 0;

  constructor(seed: number) {
    this.random = chance(seed);
    this.meeting = new Meeting(this.clock, this.random);
    this.meeting.mode = 'sfu';
    this.forwarder = new Forwarder(this.meeting);
    this.faults = this.pick([0, 0.05, 0.2]) ?? 0;
    this.forwarder.late = this.pick([0, 500]) ?? 0;
    this.forwarder.fault = (_, what) => {
      if (this.random() >= this.faults) return null;
      const code = this.pick(FAULTS) ?? 'network';
      this.log.push(`${Math.round(this.clock.now())} ${what} ${_} ${code}`);
      // What is refused for its number was not carried out.
      return code === 'rate_limited' && _ === 'answered'
        ? null
        : new ParleyError(code, { message: code, retry: 500 });
    };
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
  watch(seat: Seat): void {
    const { call } = seat;
    call?.subscribe(() => {
      for (const [id, shown] of call.state.members) {
        const { members, policy } = seat.view;
        const member = members.get(id);
        for (const media of MEDIA)
          if (shown[media] !== null && (member === undefined || !can(member, policy, media)))
            throw new Error(`${seat.member.name} sees the ${media} of ${id}, who may not`);
      }
    });
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
        if (seat.call?.state.status !== 'closed') return;
        seat.open();
        this.watch(seat);
      });
    },
    deny: ({ id }) => this.meeting.setRights(id, 'camera', 'denied'),
    allow: ({ id }) => this.meeting.setRights(id, 'camera', undefined),
    lock: () => this.meeting.setPolicy('microphone', false),
    unlock: () => this.meeting.setPolicy('microphone', true),
    stop: ({ id }) => this.meeting.stopMedia(id, this.pick(['camera', 'microphone']) ?? 'camera'),
    move: (seat) => seat.move(this.random() < 0.7),
    scroll: ({ call }) => call?.watchOnly(this.random() < 0.5 ? null : []),
    restart: () => {
      for (const seat of this.meeting.seats) seat.drop(true);
    },
  };

  async act(): Promise<void> {
    const seat = this.pick(this.meeting.seats);
    const action = this.pick(Object.keys(this.actions)) ?? '';
    if (seat === undefined) return;
    this.log.push(`${Math.round(this.clock.now())} ${seat.member.name} ${action}`);
    this.actions[action]?.(seat);
    await this.clock.pass(this.random() < 0.4 ? this.random() * 30 : this.random() * 8_000);
  }

  async quiet(): Promise<void> {
    this.faults = 0;
    for (const seat of this.meeting.seats) if (!seat.isUp) seat.connect();
    for (const { call } of this.meeting.seats) call?.watchOnly(null);
    await this.clock.pass(QUIET);
  }

  on(seat: Seat): { camera: boolean; microphone: boolean } {
    const on = this.meeting.media.get(seat.id);
    return { camera: on?.camera === true, microphone: on?.microphone === true };
  }

  check(): void {
    const { forwarder, meeting } = this;
    for (const seat of meeting.seats) {
      const name = seat.member.name;
      expect(`${name} ${seat.call?.state.status}`).toBe(`${name} in`);
      const own = seat.call?.state.self;
      const sends = { camera: own?.camera != null, microphone: own?.microphone != null && !own.muted };
      expect({ name, ...this.on(seat) }).toEqual({ name, ...sends });
      for (const other of meeting.seats) if (other !== seat) this.checkPair(seat, other);
      this.checkLeaks(seat);
    }
    expect(forwarder.sessions.size).toBeLessThanOrEqual(meeting.seats.length);
  }
  checkPair(seat: Seat, other: Seat): void {
    const pair = `${seat.member.name} of ${other.member.name}`;
    const own = other.call?.state.self;
    for (const media of ['camera', 'microphone'] as const) {
      const wanted = this.on(other)[media] ? own?.[media]?.id : null;
      const found = comes(this.forwarder, seat, other, media);
      expect({ pair, media, comes: found }).toEqual({ pair, media, comes: wanted });
    }
    expect({ pair, quality: seat.call?.state.members.get(other.id)?.quality }).toEqual({
      pair,
      quality: 'good',
    });
  }
  /** What goes and comes at the SFU is what is on, and no connection is left over. */
  checkLeaks(seat: Seat): void {
    const name = seat.member.name;
    const session = this.forwarder.of(seat.id);
    const { camera: picture, microphone: sound } = this.on(seat);
    const others = this.meeting.seats.filter((one) => one !== seat).map((one) => this.on(one));
    const coming = others.reduce((sum, on) => sum + Number(on.camera) + Number(on.microphone), 0);
    expect({ name, sent: session?.sent.length ?? 0, coming: session?.coming.size ?? 0 }).toEqual({
      name,
      sent: Number(picture) + Number(sound),
      coming,
    });
    const open = this.meeting.air.all.filter(
      ({ place, signalingState }) => place === seat.place && signalingState !== 'closed',
    );
    expect({ name, isFew: open.length <= 1 }).toEqual({ name, isFew: true });
    for (const connection of open) expect(connection.getTransceivers().length).toBeLessThan(64);
  }
}

describe('a call over the SFU in which everything happens', () => {
  test.each(
    Array.from(
      { length: Number(process.env.CALL_SEEDS ?? 30) },
      (_, seed) => seed + Number(process.env.CALL_FROM ?? 1),
    ),
  )(
    'comes to rest with everybody getting what is on, and never shows what is not allowed (seed %i)',
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

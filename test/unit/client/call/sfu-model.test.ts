import { expect } from 'vitest';
import { ParleyError } from '../../../../src/client/http.ts';
import { comes, Forwarder } from './fake-forwarder.ts';
import type { Seat } from './fake-seat.ts';
import { ModelRun, runModel } from './model-run.ts';

// A call over the SFU in which everything happens at once: people come, go, switch and look elsewhere; a host takes and gives; lines
// and networks drop; requests fail before and after they were carried out, and answers overtake what the room tells. Nobody ever
// sees what the room does not allow; once it is quiet everybody gets exactly what is on, and nothing is left over at the SFU.

const FAULTS = ['network', 'sfu_failed', 'rate_limited'] as const;

class SfuRun extends ModelRun {
  readonly pause = 8_000;
  /** The longest wait between two tries, and what follows. */
  readonly quiet = 120_000;
  readonly forwarder: Forwarder;
  /** Share of the requests that fail. */
  faults = 0;

  constructor(seed: number) {
    super(seed);
    this.meeting.mode = 'sfu';
    this.forwarder = new Forwarder(this.meeting);
    this.faults = this.pick([0, 0.05, 0.2]) ?? 0;
    this.forwarder.late = this.pick([0, 500]) ?? 0;
    this.forwarder.fault = (step, what) => {
      if (this.random() >= this.faults) return null;
      const code = this.pick(FAULTS) ?? 'network';
      this.log.push(`${Math.round(this.clock.now())} ${what} ${step} ${code}`);
      // What is refused for its number was not carried out.
      return code === 'rate_limited' && step === 'answered'
        ? null
        : new ParleyError(code, { message: code, retry: 500 });
    };
  }
  calm(): void {
    this.faults = 0;
  }

  override check(): void {
    super.check();
    for (const seat of this.meeting.seats) this.checkLeaks(seat);
    expect(this.forwarder.sessions.size).toBeLessThanOrEqual(this.meeting.seats.length);
  }
  checkPair(seat: Seat, other: Seat): void {
    this.checkArrives(seat, other, (media) => comes(this.forwarder, seat, other, media));
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

runModel(
  'a call over the SFU in which everything happens',
  'comes to rest with everybody getting what is on, and never shows what is not allowed',
  (seed) => new SfuRun(seed),
);

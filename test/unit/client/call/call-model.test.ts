import { arrives } from './fake-meeting.ts';
import type { Seat } from './fake-seat.ts';
import { ModelRun, runModel } from './model-run.ts';

// Lines that drop, are replaced and lag; pages that are loaded anew; machines that change their network; people who come and go,
// and hosts who give and take the word, all at once. Whatever happens: nobody ever sees what the room does not allow, and once it
// is quiet everybody sees and hears exactly what is on.

class DirectRun extends ModelRun {
  readonly pause = 4_000;
  /** Two looks at a connection that does not stand, and what follows. */
  readonly quiet = 90_000;

  constructor(seed: number) {
    super(seed);
    this.meeting.loss = this.pick([0, 0, 0.1]) ?? 0;
  }
  calm(): void {
    this.meeting.loss = 0;
  }
  checkPair(seat: Seat, other: Seat): void {
    this.checkArrives(seat, other, (media) => arrives(seat, other, media, this.meeting.air));
  }
}

runModel(
  'a call in which everything happens',
  'comes to rest with everybody seeing what is on, and never shows what is not allowed',
  (seed) => new DirectRun(seed),
);

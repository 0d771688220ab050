import type { Engine } from '../engine/engine.ts';
import { SYSTEM } from '../engine/feature.ts';
import type { Clock } from '../platform/clock.ts';
import { isSecret } from '../platform/secret-hash.ts';
import { fail, type Outcome, refuse, succeed } from '../protocol/index.ts';
import { notePasscodeTry } from './features/passcode.ts';
import { storedPasscode, waitToTry } from './passcode-rows.ts';

/** Tries that wait for their turn, of the room and of one address. */
const QUEUE = 20;
const QUEUE_OF_ADDRESS = 5;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * Finds out who knows the passcode. One try at a time, with a turn of the event loop before each, so that the meeting
 * goes on meanwhile. Whether an address has to wait is asked when its turn has come: tries made side by side count like
 * tries made one after the other.
 */
export class Passcodes {
  readonly #engine: Pick<Engine, 'state' | 'perform'>;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, number>();
  #count = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(engine: Pick<Engine, 'state' | 'perform'>, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
  }

  /** The kept hash that this passcode has: the proof that `admit` asks for. */
  async prove(passcode: string, address: string | null): Promise<Outcome<string>> {
    const key = address ?? '';
    const before = this.#waiting.get(key) ?? 0;
    if (this.#count >= QUEUE || before >= QUEUE_OF_ADDRESS) return fail('busy', { detail: 'passcode' });
    this.#count += 1;
    this.#waiting.set(key, before + 1);
    const turn = this.#last.then(pause).then(() => this.#try(passcode, address));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#count -= 1;
      const left = (this.#waiting.get(key) ?? 1) - 1;
      if (left === 0) this.#waiting.delete(key);
      else this.#waiting.set(key, left);
    }
  }

  #try(passcode: string, address: string | null): Outcome<string> {
    const { state } = this.#engine;
    const wait = waitToTry(state, address, this.#clock.now());
    if (wait > 0) return fail('rate_limited', { retry: wait, detail: 'wrong passcodes from this address' });
    const stored = storedPasscode(state);
    // It was taken away meanwhile; the door asks for none.
    if (stored === null) return succeed('');
    const isRight = isSecret(passcode, stored);
    this.#engine.perform(notePasscodeTry, { address, isRight }, SYSTEM);
    if (isRight) return succeed(stored);
    const retry = Math.max(1_000, waitToTry(state, address, this.#clock.now()));
    return { ok: false, error: refuse('passcode_wrong', { retry }) };
  }
}

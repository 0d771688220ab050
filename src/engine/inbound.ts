import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import {
  type CloseName,
  type Command,
  commandSpec,
  decodeBinary,
  decodeText,
  fail,
  LIMITS,
  type Outcome,
  type Refusal,
  refuse,
} from '../protocol/index.ts';
import type { Engine, Taken } from './engine.ts';
import { asMember } from './feature.ts';
import type { Limited, Meter } from './meter.ts';
import { RateLimiter } from './rate-limit.ts';
import type { Session } from './session.ts';
import type { ObjectSettings } from './settings.ts';

/** A frame this many times over the limit is no mistake of a client that means well. */
const FAR_OVER = 4;
/** Whoever was closed for what they sent can't come back for so long. ms. Each return is told to everybody. */
const HELD_OFF = 10_000;

/** A picture that came through the socket. */
export type TakeImage = (
  member: string,
  n: number | undefined,
  caption: string,
  bytes: Uint8Array,
) => Promise<Outcome<{ readonly repeated: boolean }>>;

const RATES: readonly Limited[] = ['chat', 'control', 'media', 'query', 'image', 'file', 'signal', 'join'];

const numbered = (n: number | undefined): { readonly n?: number } => (n === undefined ? {} : { n });

export const errorText = (error: Refusal, n?: number): string =>
  JSON.stringify({ t: 'error', ...numbered(n), ...error });

const okText = (n: number | undefined, taken: Taken): string =>
  JSON.stringify({
    t: 'ok',
    ...numbered(n),
    ...(taken.result === undefined ? {} : { result: taken.result }),
    ...(taken.repeated ? { repeated: true } : {}),
  });

/** What comes in through sockets and over HTTP on members' behalf: read, limited, carried out, answered. */
export class Inbound {
  readonly #engine: Engine;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #meter: Meter;
  readonly #takeImage: TakeImage | undefined;
  readonly #limits: ReadonlyMap<Limited, RateLimiter>;
  readonly #errors: RateLimiter;
  readonly #together: ReadonlySet<Limited>;
  readonly #closed: (session: Session) => void;

  constructor(options: {
    engine: Engine;
    clock: Clock;
    log: Log;
    meter: Meter;
    settings: Pick<ObjectSettings, 'rates'>;
    /** Rates at which all members here are counted as one: they are the devices of one person. Absent: none. */
    together?: ReadonlySet<Limited>;
    /** Absent: no pictures come through sockets here. */
    takeImage?: TakeImage;
    /** A session was closed for what it sent. */
    closed: (session: Session) => void;
  }) {
    this.#engine = options.engine;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#meter = options.meter;
    this.#takeImage = options.takeImage;
    this.#together = options.together ?? new Set();
    this.#closed = options.closed;
    this.#limits = new Map(RATES.map((rate) => [rate, new RateLimiter(options.settings.rates[rate])]));
    this.#errors = new RateLimiter(options.settings.rates.error);
  }

  text(session: Session, text: string): void {
    if (text.length > LIMITS.frameLength * FAR_OVER) {
      this.#closeFor(session, 'too_large');
      return;
    }
    const decoded = decodeText(text);
    if (!decoded.ok) {
      this.#meter.unreadable += 1;
      this.#refuse(session, decoded.error, decoded.n);
      return;
    }
    const { command } = decoded;
    if (command.t === 'image.upload') {
      this.#refuse(session, refuse('binary_unexpected', { detail: 'send it as a binary frame' }), command.n);
      return;
    }
    const limited = this.limitCommand(session.member, commandSpec(command.t).rate);
    if (limited !== null) {
      this.#refuse(session, limited, command.n);
      return;
    }
    this.#carryOut(session, command);
  }

  binary(session: Session, frame: ArrayBuffer): void {
    if (frame.byteLength > LIMITS.binaryImageBytes * FAR_OVER) {
      this.#closeFor(session, 'too_large');
      return;
    }
    const decoded = decodeBinary(frame);
    if (!decoded.ok) {
      this.#meter.unreadable += 1;
      this.#refuse(session, decoded.error, decoded.n);
      return;
    }
    const { n, fields } = decoded.command;
    const limited = this.limit(session.member, 'image');
    if (limited !== null) {
      this.#refuse(session, limited, n);
      return;
    }
    const caption = 'caption' in fields && typeof fields.caption === 'string' ? fields.caption : '';
    if (this.#takeImage === undefined) {
      this.#refuse(session, refuse('binary_unexpected'), n);
      return;
    }
    void this.#takeImage(session.member, n, caption, decoded.bytes)
      .catch((error: unknown): Outcome<never> => {
        this.#log('error', 'image.failed', { error });
        return fail('internal');
      })
      .then((done) => {
        if (!done.ok) this.#refuse(session, done.error, n);
        else if (done.value.repeated && n !== undefined) {
          this.#engine.receipt(session, okText(n, { events: [], repeated: true }));
        }
      });
  }

  /** Counts a command of a member's, together with those of others where that is how it is counted. */
  limitCommand(member: string, rate: Limited): Refusal | null {
    return this.limit(this.#together.has(rate) ? 'all' : member, rate);
  }

  /** Takes a token of the member's bucket; a refusal where it is empty. */
  limit(member: string, rate: Limited): Refusal | null {
    const wait = this.#limits.get(rate)?.take(member, this.#clock.now()) ?? 0;
    if (wait === 0) return null;
    this.#meter.limited[rate] += 1;
    return refuse('rate_limited', { retry: wait });
  }

  /** Whether a member may come back now; a refusal for those who come too often, or were closed for what they sent. */
  mayReturn(member: string): Refusal | null {
    return this.heldOff(member) ?? this.limit(member, 'control');
  }

  /** A refusal for a member who was closed for what they sent a moment ago. */
  heldOff(member: string): Refusal | null {
    const wait = this.#errors.waiting(member, this.#clock.now());
    return wait === 0 ? null : refuse('rate_limited', { retry: wait });
  }

  /** Forgets buckets that have filled up. */
  sweep(now: number): void {
    for (const limiter of this.#limits.values()) limiter.sweep(now);
    this.#errors.sweep(now);
  }

  #carryOut(session: Session, command: Command): void {
    const actor = asMember(session.member);
    const { n } = command;
    if (commandSpec(command.t).kind === 'query') {
      this.#engine.query(actor, command, (outcome) => {
        if (outcome.ok) this.#engine.answer(session, okText(n, outcome.value));
        else this.#refuse(session, outcome.error, n);
      });
      return;
    }
    const done = this.#engine.command(actor, command);
    if (!done.ok) {
      this.#refuse(session, done.error, n);
      return;
    }
    // The echo is the receipt; where there is none to be seen, or it may be merged away, `ok` takes its place.
    const hasEcho = commandSpec(command.t).kind === 'durable' && done.value.echoed === true;
    if (n !== undefined && !hasEcho) this.#engine.receipt(session, okText(n, done.value));
  }

  /** Answers with an error, as long as the session has not used up its errors. */
  #refuse(session: Session, error: Refusal, n?: number): void {
    const wait = this.#errors.take(session.member, this.#clock.now());
    if (wait === 0) {
      this.#engine.answer(session, errorText(error, n));
      return;
    }
    this.#closeFor(session, error.code === 'rate_limited' ? 'flood' : 'errors');
  }

  #closeFor(session: Session, as: CloseName): void {
    this.#log('warn', 'session.expelled', { member: session.member, as });
    this.#errors.holdOff(session.member, this.#clock.now(), HELD_OFF);
    session.close(as);
    this.#closed(session);
  }
}

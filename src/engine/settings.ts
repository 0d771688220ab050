import type { RateClass } from '../protocol/index.ts';
import type { Rate } from './rate-limit.ts';
import type { Budget } from './send-budget.ts';

/** The texts of wrangler.toml's [vars] that every kind of object reads; each is explained there. */
export interface ObjectVars {
  readonly SEAT_SECONDS?: string;
  readonly RING_SECONDS?: string;
  readonly PENDING_CHARACTERS?: string;
  readonly SLOW_BYTES?: string;
  readonly SLOW_HARD_BYTES?: string;
  readonly SLOW_ROOM_BYTES?: string;
  readonly SLOW_SECONDS?: string;
  readonly SWEEP_SECONDS?: string;
  readonly SILENT_SECONDS?: string;
  readonly SOCKETS_PER_MEMBER?: string;
  readonly RATE_CHAT?: string;
  readonly RATE_CONTROL?: string;
  readonly RATE_MEDIA?: string;
  readonly RATE_QUERY?: string;
  readonly RATE_IMAGE?: string;
  readonly RATE_FILE?: string;
  readonly RATE_SIGNAL?: string;
  readonly RATE_ERROR?: string;
  readonly RATE_JOIN?: string;
}

/** What every kind of object is set to. Times in ms. */
export interface ObjectSettings {
  /** For how long a ticket is good. */
  readonly seat: number;
  /** For how long a call rings. */
  readonly ring: number;
  readonly pending: number;
  readonly budget: Budget;
  readonly sweep: number;
  readonly silent: number;
  readonly socketsPerMember: number;
  readonly rates: Readonly<Record<RateClass | 'error' | 'join', Rate>>;
}

/** A whole number from `least`; `standard` where the text is left out. A wrong text throws. */
export function whole<Vars>(vars: Vars, name: keyof Vars & string, standard: number, least = 0): number {
  const text: unknown = vars[name];
  if (text === undefined || text === '') return standard;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new Error(`unable to read the setting ${name}; give a whole number from ${least}`);
  }
  return value;
}

/** The same, given in seconds, as ms. */
export const seconds = <Vars>(vars: Vars, name: keyof Vars & string, standard: number, least = 0): number =>
  whole(vars, name, standard, least) * 1_000;

/** Reads "10/30": ten a second on average, thirty at once. */
function rate(vars: ObjectVars, name: keyof ObjectVars, standard: string): Rate {
  const found = /^(\d+(?:\.\d+)?)\/(\d+)$/.exec(vars[name] ?? standard);
  const perSecond = Number(found?.[1]);
  const burst = Number(found?.[2]);
  if (!(perSecond > 0) || !(burst >= 1)) {
    throw new Error(`unable to read the setting ${name}; give "per second/burst", for example "${standard}"`);
  }
  return { perSecond, burst };
}

/** Reads them; a wrong text throws rather than falls back. */
export const readObjectSettings = (vars: ObjectVars): ObjectSettings => ({
  seat: seconds(vars, 'SEAT_SECONDS', 30, 1),
  ring: seconds(vars, 'RING_SECONDS', 45, 1),
  pending: whole(vars, 'PENDING_CHARACTERS', 1_048_576, 1),
  budget: {
    softBytes: whole(vars, 'SLOW_BYTES', 262_144, 1),
    hardBytes: whole(vars, 'SLOW_HARD_BYTES', 4_194_304, 1),
    roomBytes: whole(vars, 'SLOW_ROOM_BYTES', 16_777_216, 1),
    patience: seconds(vars, 'SLOW_SECONDS', 30, 1),
  },
  sweep: seconds(vars, 'SWEEP_SECONDS', 300, 1),
  silent: seconds(vars, 'SILENT_SECONDS', 120, 1),
  socketsPerMember: whole(vars, 'SOCKETS_PER_MEMBER', 5, 1),
  rates: {
    chat: rate(vars, 'RATE_CHAT', '10/40'),
    control: rate(vars, 'RATE_CONTROL', '10/40'),
    media: rate(vars, 'RATE_MEDIA', '10/40'),
    query: rate(vars, 'RATE_QUERY', '10/40'),
    image: rate(vars, 'RATE_IMAGE', '0.5/10'),
    file: rate(vars, 'RATE_FILE', '2/40'),
    signal: rate(vars, 'RATE_SIGNAL', '30/200'),
    error: rate(vars, 'RATE_ERROR', '2/40'),
    join: rate(vars, 'RATE_JOIN', '500/2000'),
  },
});

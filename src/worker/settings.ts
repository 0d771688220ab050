import type { Env } from './env.ts';

/** Who may open what from another site: anybody, or the page of this very address and the origins named. */
export type AllowedOrigins = 'any' | ReadonlySet<string>;

export interface Settings {
  /** Null: everybody may create rooms. Else the API keys of those who may. */
  readonly creators: readonly string[] | null;
  readonly allowedOrigins: AllowedOrigins;
  /** Per address and minute; 0: no limit. */
  readonly refusalsPerMinute: number;
  readonly creationsPerMinute: number;
  /** Bytes of one picture. */
  readonly imageMaxBytes: number;
  /** For at least so long, and at most twice, a picture's signed link is good. */
  readonly linkTtlSeconds: number;
}

/** An API key that can be guessed is none. Characters. */
const LEAST_API_KEY_LENGTH = 16;

const list = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

function wholeNumber(name: string, text: string | undefined, standard: number): number {
  if (text === undefined || text.trim() === '') return standard;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new Error(`unable to read ${name}; it is a whole number from 0`);
  }
  return value;
}

function readCreators(env: Env): readonly string[] | null {
  const access = env.CREATE_ACCESS ?? 'everybody';
  if (access === 'everybody' || access === '') return null;
  if (access !== 'api-key') throw new Error('unable to read CREATE_ACCESS; it is "everybody" or "api-key"');
  const keys = list(env.API_KEYS);
  if (keys.length === 0) throw new Error('unable to use CREATE_ACCESS "api-key"; set the secret API_KEYS');
  if (keys.some((key) => key.length < LEAST_API_KEY_LENGTH)) {
    throw new Error(`unable to use API_KEYS; each has at least ${LEAST_API_KEY_LENGTH} characters`);
  }
  return keys;
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.origin === text;
}

function readOrigins(text: string | undefined): AllowedOrigins {
  const origins = list(text);
  if (origins.includes('*')) return 'any';
  const wrong = origins.find((origin) => !isOrigin(origin));
  if (wrong !== undefined) {
    throw new Error(`unable to read ALLOWED_ORIGINS; "${wrong}" is no origin such as https://example.org`);
  }
  return new Set(origins);
}

/** Reads the Worker's settings; throws an error that says what to mend rather than fall back in silence. */
export const readSettings = (env: Env): Settings => ({
  creators: readCreators(env),
  allowedOrigins: readOrigins(env.ALLOWED_ORIGINS),
  refusalsPerMinute: wholeNumber('RATE_REFUSALS_PER_MINUTE', env.RATE_REFUSALS_PER_MINUTE, 60),
  creationsPerMinute: wholeNumber('RATE_CREATIONS_PER_MINUTE', env.RATE_CREATIONS_PER_MINUTE, 30),
  imageMaxBytes: wholeNumber('IMAGE_MAX_BYTES', env.IMAGE_MAX_BYTES, 10_485_760),
  linkTtlSeconds: Math.max(1, wholeNumber('LINK_TTL_SECONDS', env.LINK_TTL_SECONDS, 600)),
});

import { readRealtimeUrl } from '../platform/realtime.ts';
import type { TurnSettings } from '../platform/turn.ts';
import { FILE_STANDARD_BYTES } from '../protocol/index.ts';
import { type PeopleAccess, readPeopleAccess } from '../user-object/settings.ts';
import type { Env } from './env.ts';

/** Who may open what from another site: anybody, or the page of this very address and the origins named. */
export type AllowedOrigins = 'any' | ReadonlySet<string>;

/** The deployer's own provider of identities: who it is, whom its tokens are for, and what shows that they are its. */
export interface IdentitySettings {
  readonly issuer: string;
  readonly audience: string;
  /** Where its public keys are, or the secret that it shares with this server. */
  readonly keys: { readonly jwks: URL } | { readonly secret: Uint8Array };
}

export interface Settings {
  /** Who may create rooms: anybody, whoever has one of `creators`, or these and whoever has an account, here or at the provider. */
  readonly createAccess: 'everybody' | 'api-key' | 'account';
  /** The API keys of those who may create rooms; null where none is looked at. */
  readonly creators: readonly string[] | null;
  /** Who may join: `account` keeps guests out. */
  readonly joinAccess: 'everybody' | 'account';
  /** Whether anybody may register. */
  readonly registration: 'open' | 'closed';
  /** Whom people with an account may find and see. */
  readonly peopleAccess: PeopleAccess;
  readonly identity: IdentitySettings | null;
  readonly allowedOrigins: AllowedOrigins;
  /** Per address and minute; 0: no limit. */
  readonly refusalsPerMinute: number;
  readonly creationsPerMinute: number;
  readonly loginsPerMinute: number;
  readonly registrationsPerMinute: number;
  /** Bytes of one picture. */
  readonly imageMaxBytes: number;
  /** Bytes of one file. */
  readonly fileMaxBytes: number;
  /** For at least so long, and at most twice, a picture's or file's signed link is good. */
  readonly linkTtlSeconds: number;
  /** The same of a file that is played from it. */
  readonly fileLinkSeconds: number;
  /** What helps calls that find no direct way. */
  readonly turn: TurnSettings;
  /** For so long credentials for it are good. */
  readonly turnTtlSeconds: number;
}

/** An API key that can be guessed is none. Characters. */
const LEAST_API_KEY_LENGTH = 16;
/** HS256 asks for a key at least as long as its digest (RFC 7518, section 3.2). Bytes. */
const LEAST_SECRET_BYTES = 32;

const textOf = (text: string | undefined): string => text?.trim() ?? '';

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

/** One of the values; the first where the setting is left out. */
function oneOf<const T extends string>(
  name: string,
  text: string | undefined,
  values: readonly [T, ...T[]],
): T {
  const given = textOf(text);
  if (given === '') return values[0];
  const found = values.find((value) => value === given);
  if (found !== undefined) return found;
  throw new Error(`unable to read ${name}; it is ${values.map((value) => `"${value}"`).join(' or ')}`);
}

function readCreators(env: Env, access: Settings['createAccess']): readonly string[] | null {
  const keys = list(env.API_KEYS);
  if (access === 'everybody' || (access === 'account' && keys.length === 0)) return null;
  if (keys.length === 0) throw new Error('unable to use CREATE_ACCESS "api-key"; set the secret API_KEYS');
  if (keys.some((key) => key.length < LEAST_API_KEY_LENGTH)) {
    throw new Error(`unable to use API_KEYS; each has at least ${LEAST_API_KEY_LENGTH} characters`);
  }
  return keys;
}

/** Keys that anybody on the way could exchange prove nothing; on this machine there is no way. */
const isTrusted = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname));

function readIdentity(env: Env): IdentitySettings | null {
  const issuer = textOf(env.IDENTITY_ISSUER);
  const audience = textOf(env.IDENTITY_AUDIENCE);
  const jwks = textOf(env.IDENTITY_JWKS);
  const secret = textOf(env.IDENTITY_SECRET);
  if ([issuer, audience, jwks, secret].every((text) => text === '')) return null;
  if (issuer === '' || audience === '') {
    throw new Error('unable to use an identity provider; set both IDENTITY_ISSUER and IDENTITY_AUDIENCE');
  }
  if ((jwks === '') === (secret === '')) {
    throw new Error(
      'unable to use an identity provider; set either IDENTITY_JWKS or the secret IDENTITY_SECRET',
    );
  }
  if (secret !== '') {
    const bytes = new TextEncoder().encode(secret);
    if (bytes.byteLength < LEAST_SECRET_BYTES) {
      throw new Error(`unable to use IDENTITY_SECRET; it has fewer than ${LEAST_SECRET_BYTES} bytes`);
    }
    return { issuer, audience, keys: { secret: bytes } };
  }
  const url = URL.parse(jwks);
  if (url === null || !isTrusted(url))
    throw new Error('unable to read IDENTITY_JWKS; it is an https address');
  return { issuer, audience, keys: { jwks: url } };
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

/** A STUN or TURN address as browsers take them (RFC 7064, RFC 7065). */
const ICE_URL = /^(stun|turn)s?:[^\s?@/]+(\?transport=(udp|tcp))?$/;
/** Cloudflare gives no credentials for longer: 48 hours. */
const LONGEST_TURN_SECONDS = 172_800;

function iceUrls(name: string, text: string | undefined, scheme: 'stun' | 'turn'): readonly string[] {
  const urls = list(text);
  const wrong = urls.find((url) => !ICE_URL.test(url) || !url.startsWith(scheme));
  if (wrong === undefined) return urls;
  throw new Error(`unable to read ${name}; "${wrong}" is no address such as ${scheme}:example.org:3478`);
}

function readTurn(env: Env): TurnSettings {
  const key = textOf(env.TURN_KEY_ID);
  const token = textOf(env.TURN_KEY_TOKEN);
  const secret = textOf(env.TURN_SECRET);
  const urls = iceUrls('TURN_URLS', env.TURN_URLS, 'turn');
  const stun = iceUrls('STUN_URLS', env.STUN_URLS, 'stun');
  if (key !== '' && urls.length > 0)
    throw new Error('unable to use two TURN services; set either TURN_KEY_ID or TURN_URLS');
  if (key !== '') {
    if (token === '') throw new Error('unable to use TURN_KEY_ID; set the secret TURN_KEY_TOKEN');
    return { kind: 'cloudflare', key, token, api: readRealtimeUrl(env) };
  }
  if (urls.length === 0) return { kind: 'stun', urls: stun };
  if (secret === '') throw new Error('unable to use TURN_URLS; set the secret TURN_SECRET');
  return { kind: 'own', urls: [...stun, ...urls], secret };
}

function readTurnSeconds(env: Env): number {
  const seconds = wholeNumber('TURN_TTL_SECONDS', env.TURN_TTL_SECONDS, 7_200);
  if (seconds >= 60 && seconds <= LONGEST_TURN_SECONDS) return seconds;
  throw new Error(`unable to read TURN_TTL_SECONDS; it is from 60 to ${LONGEST_TURN_SECONDS}`);
}

/** A door that asks for an account needs somebody who gives them out. */
function requireAccounts(env: Env, name: string, access: string, identity: IdentitySettings | null): void {
  if (access !== 'account' || env.ACCOUNTS !== undefined || identity !== null) return;
  throw new Error(`unable to use ${name} "account"; bind ACCOUNTS or set IDENTITY_ISSUER`);
}

/** Reads the Worker's settings; throws an error that says what to mend rather than fall back in silence. */
export function readSettings(env: Env): Settings {
  const createAccess = oneOf('CREATE_ACCESS', env.CREATE_ACCESS, ['everybody', 'api-key', 'account']);
  const joinAccess = oneOf('JOIN_ACCESS', env.JOIN_ACCESS, ['everybody', 'account']);
  const identity = readIdentity(env);
  requireAccounts(env, 'CREATE_ACCESS', createAccess, identity);
  requireAccounts(env, 'JOIN_ACCESS', joinAccess, identity);
  return {
    createAccess,
    creators: readCreators(env, createAccess),
    joinAccess,
    peopleAccess: readPeopleAccess(env.PEOPLE_ACCESS),
    registration: oneOf('REGISTRATION', env.REGISTRATION, ['open', 'closed']),
    identity,
    allowedOrigins: readOrigins(env.ALLOWED_ORIGINS),
    refusalsPerMinute: wholeNumber('RATE_REFUSALS_PER_MINUTE', env.RATE_REFUSALS_PER_MINUTE, 60),
    creationsPerMinute: wholeNumber('RATE_CREATIONS_PER_MINUTE', env.RATE_CREATIONS_PER_MINUTE, 30),
    loginsPerMinute: wholeNumber('RATE_LOGINS_PER_MINUTE', env.RATE_LOGINS_PER_MINUTE, 120),
    registrationsPerMinute: wholeNumber(
      'RATE_REGISTRATIONS_PER_MINUTE',
      env.RATE_REGISTRATIONS_PER_MINUTE,
      20,
    ),
    imageMaxBytes: wholeNumber('IMAGE_MAX_BYTES', env.IMAGE_MAX_BYTES, 10_485_760),
    fileMaxBytes: wholeNumber('FILE_MAX_BYTES', env.FILE_MAX_BYTES, FILE_STANDARD_BYTES),
    fileLinkSeconds: Math.max(1, wholeNumber('FILE_LINK_SECONDS', env.FILE_LINK_SECONDS, 14_400)),
    linkTtlSeconds: Math.max(1, wholeNumber('LINK_TTL_SECONDS', env.LINK_TTL_SECONDS, 600)),
    turn: readTurn(env),
    turnTtlSeconds: readTurnSeconds(env),
  };
}

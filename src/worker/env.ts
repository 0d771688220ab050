import type { RoomNamespace } from '../platform/room-address.ts';
import type { TokenSettings } from '../platform/tokens.ts';
import type { UserNamespace } from '../platform/user-rpc.ts';

/** What wrangler.toml binds. Settings are texts; settings.ts reads them. */
export interface Env extends TokenSettings {
  readonly ROOMS: RoomNamespace;
  /** People's own objects; of use only with ACCOUNTS. */
  readonly USERS?: UserNamespace;
  readonly PICTURES?: R2Bucket;
  readonly ASSETS?: Fetcher;
  readonly REFUSALS?: RateLimit;
  readonly CREATIONS?: RateLimit;
  readonly LOGINS?: RateLimit;
  readonly REGISTRATIONS?: RateLimit;
  /** Accounts and their logins, as migrations/ lays them out. */
  readonly ACCOUNTS?: D1Database;
  /** Secret: who may create rooms, comma-separated, where CREATE_ACCESS says so. */
  readonly API_KEYS?: string;
  readonly CREATE_ACCESS?: string;
  readonly JOIN_ACCESS?: string;
  readonly REGISTRATION?: string;
  readonly PEOPLE_ACCESS?: string;
  readonly IDENTITY_ISSUER?: string;
  readonly IDENTITY_AUDIENCE?: string;
  readonly IDENTITY_JWKS?: string;
  /** Secret: what an identity provider without public keys signs with. */
  readonly IDENTITY_SECRET?: string;
  readonly ALLOWED_ORIGINS?: string;
  readonly RATE_REFUSALS_PER_MINUTE?: string;
  readonly RATE_CREATIONS_PER_MINUTE?: string;
  readonly RATE_LOGINS_PER_MINUTE?: string;
  readonly RATE_REGISTRATIONS_PER_MINUTE?: string;
  readonly IMAGE_MAX_BYTES?: string;
  readonly FILE_MAX_BYTES?: string;
  readonly FILE_LINK_SECONDS?: string;
  readonly LINK_TTL_SECONDS?: string;
  readonly TURN_KEY_ID?: string;
  /** Secret: the token of that key. */
  readonly TURN_KEY_TOKEN?: string;
  readonly TURN_URLS?: string;
  /** Secret: what the TURN server of one's own shares with this one. */
  readonly TURN_SECRET?: string;
  readonly STUN_URLS?: string;
  readonly TURN_TTL_SECONDS?: string;
  readonly REALTIME_URL?: string;
}

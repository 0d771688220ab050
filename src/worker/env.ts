import type { RoomNamespace } from '../platform/room-address.ts';
import type { TokenSettings } from '../platform/tokens.ts';

/** What wrangler.toml binds. Settings are texts; settings.ts reads them. */
export interface Env extends TokenSettings {
  readonly ROOMS: RoomNamespace;
  readonly PICTURES?: R2Bucket;
  readonly ASSETS?: Fetcher;
  readonly REFUSALS?: RateLimit;
  readonly CREATIONS?: RateLimit;
  /** Secret: who may create rooms, comma-separated, where CREATE_ACCESS says so. */
  readonly API_KEYS?: string;
  readonly CREATE_ACCESS?: string;
  readonly ALLOWED_ORIGINS?: string;
  readonly RATE_REFUSALS_PER_MINUTE?: string;
  readonly RATE_CREATIONS_PER_MINUTE?: string;
  readonly IMAGE_MAX_BYTES?: string;
  readonly LINK_TTL_SECONDS?: string;
}

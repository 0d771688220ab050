import type { RoomNamespace } from '../platform/room-address.ts';
import type { TokenSettings } from '../platform/tokens.ts';
import type { FamilyStub } from './breakout-calls.ts';
import type { MeetingStub } from './group-meeting-calls.ts';
import type { People } from './people.ts';
import type { RoomVars } from './settings.ts';

/** What a room's object is bound to. Settings are texts. */
export interface RoomEnv extends RoomVars, Partial<TokenSettings> {
  readonly PICTURES?: R2Bucket;
  readonly ANALYTICS?: AnalyticsEngineDataset;
  /** The way from a meeting to its breakout rooms and back. */
  readonly ROOMS?: RoomNamespace<FamilyStub & MeetingStub>;
  /** People's own objects, which exist where there are accounts. */
  readonly USERS?: People;
  readonly ACCOUNTS?: D1Database;
}

import type { Engine } from '../engine/engine.ts';
import type { CardRpc } from '../platform/card-rpc.ts';
import type { Clock } from '../platform/clock.ts';
import type { Directory } from '../platform/directory.ts';
import type { GroupMeetingRpc } from '../platform/group-meeting-rpc.ts';
import type { GroupRpc } from '../platform/group-rpc.ts';
import type { Log } from '../platform/log.ts';
import type { RoomNamespace } from '../platform/room-address.ts';
import type { RoomRpc } from '../platform/room-rpc.ts';
import type { UserNamespace, UserRpc } from '../platform/user-rpc.ts';
import type { UserVars } from './settings.ts';

/** Another person's object as this one sees it. */
export type PeerStub = Pick<UserRpc, 'take' | 'seen'>;

/** What wrangler.toml binds for a person's object. */
export interface UserEnv extends UserVars {
  readonly USERS?: UserNamespace<PeerStub>;
  readonly ROOMS?: RoomNamespace<
    CardRpc & GroupRpc & Pick<RoomRpc, 'createRoom'> & Pick<GroupMeetingRpc, 'callAnswered'>
  >;
  readonly ACCOUNTS?: D1Database;
  readonly PICTURES?: R2Bucket;
}

/** The object that carries out effects, and what it can reach. */
export interface Host {
  /** null: the object is gone meanwhile, and with it what was to be done. */
  readonly engine: () => Engine | null;
  readonly env: UserEnv;
  /** null: this server has no accounts. */
  readonly directory: Directory | null;
  readonly clock: Clock;
  readonly log: Log;
}

import type { AttendanceResponse, StatusResponse } from '../protocol/http.ts';
import type {
  Command,
  ExportEntries,
  ExportKind,
  ImageType,
  Member,
  Outcome,
  Policy,
  Room,
  RoomEvent,
  Schedule,
  StatsResponse,
} from '../protocol/index.ts';
import type { ParentOfRoom } from './breakout-rpc.ts';
import type { GroupOfRoom } from './group-meeting-rpc.ts';
import type { NewGroup } from './group-rpc.ts';

/** Who asks: a member whose token the Worker has checked, or somebody with the host key (its SHA-256, base64url). */
export type Caller = { readonly member: string } | { readonly hostKeyHash: string };

/** Somebody with an account, as the Worker has checked it. */
export interface KnownAccount {
  readonly id: string;
  readonly name: string;
  /** Path of their picture on this server, or null. */
  readonly avatar: string | null;
}

/** Somebody with an account, whom the Worker has verified. */
export interface AccountCaller {
  readonly account: string;
}

export interface CreateRoom {
  readonly code: string;
  /** The account that creates it, and is host by right without the host key; absent: a guest does. */
  readonly owner?: string;
  /** SHA-256 of the host key, base64url. */
  readonly hostKeyHash: string;
  /** SHA-256 of the request, for telling a repeated request from another one; null where there was no Idempotency-Key. */
  readonly fingerprint: string | null;
  readonly name: string;
  readonly capacity?: number;
  readonly retentionSeconds?: number;
  readonly whenEmpty?: 'end' | 'stay';
  readonly policy?: Partial<Policy>;
  /** Makes it a breakout room. Only a meeting's object gives this. */
  readonly parent?: ParentOfRoom;
  /** Makes it the room of a group's meeting. Only a group's object gives this. */
  readonly meetingOf?: GroupOfRoom;
  readonly schedule?: Partial<Schedule>;
  /** Makes it a group. Its settings follow from that; of the others name, capacity and retention count. */
  readonly group?: NewGroup;
}

/** taken: the code belongs to another room; draw a new one. */
export type Created = { readonly taken: false; readonly room: Room } | { readonly taken: true };

export interface Admission {
  readonly name?: string;
  readonly hostKeyHash?: string;
  readonly passcode?: string;
  /** SHA-256 of an invitation's secret, base64url. */
  readonly inviteHash?: string;
  /** From a valid member token: this is a return. */
  readonly member?: string;
  /** Whose device this is; absent: a guest's. Their name is taken where none is given. */
  readonly account?: KnownAccount;
  /** Tells addresses apart without naming them: a hash. */
  readonly address?: string;
}

export interface Admitted {
  readonly member: Omit<Member, 'presence'> & {
    readonly presence: 'joining' | 'waiting' | 'online' | 'away';
  };
  readonly ticket: string;
  readonly ticketExpiresAt: number;
}

/** What a command caused, as JSON texts of the events that the caller may see. */
export interface CommandOutcome {
  readonly n?: number;
  readonly events: readonly string[];
  readonly result?: unknown;
  readonly repeated?: true;
}

export interface ImageMeta {
  readonly type: ImageType;
  /** Bytes. */
  readonly size: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the bytes, base64url. */
  readonly hash: string;
}

/** stored: go on and put the bytes under `key`. shared: this request was finished before; here is its event. */
export type ImageAsked<Event = RoomEvent<'image.shared'>> =
  | { readonly state: 'pending'; readonly image: string; readonly key: string }
  | { readonly state: 'shared'; readonly event: Event };

/** Where the next page of an export begins; opaque to the Worker. */
export interface ExportCursor {
  readonly after: number;
  readonly upTo: number;
  readonly member?: string;
}

/** At most 1,000 entries and 256 KB of an export, in order. It may be short, and even empty, before the last. */
export interface ExportPage<K extends ExportKind> {
  /** The room's name. */
  readonly room: string;
  readonly entries: readonly ExportEntries[K][];
  /** null: this was the last page. */
  readonly next: ExportCursor | null;
}

/**
 * The calls from the Worker to a room's object. Each answers after the commit of what it did. Errors are values; a
 * call that rejects is a fault of the platform or a bug.
 */
export interface RoomRpc {
  /** Repeating it with the same fingerprint answers the same. */
  createRoom(request: CreateRoom): Promise<Outcome<Created>>;
  /** Opens an ended room again; for the host, also by their account alone. */
  reopenRoom(caller: Caller | AccountCaller): Promise<Outcome<Room>>;
  status(): Promise<Outcome<StatusResponse>>;
  /** Decides everything and holds a seat until the ticket expires. */
  admit(request: Admission): Promise<Outcome<Admitted>>;
  /** The member as they are now; refused when gone. For renewing a token. */
  member(id: string): Promise<Outcome<Admitted['member']>>;
  leave(member: string): Promise<Outcome<null>>;
  run(caller: Caller, command: Command): Promise<Outcome<CommandOutcome>>;
  room(caller: Caller): Promise<Outcome<Room>>;
  attendance(caller: Caller): Promise<Outcome<AttendanceResponse>>;
  /** How the room is doing, for hosts, also after the end. To look writes nothing. */
  stats(caller: Caller): Promise<Outcome<StatsResponse>>;
  /** For hosts, also after the end. `cursor` null: the first page. */
  exportPage<K extends ExportKind>(
    caller: Caller,
    what: K,
    cursor: ExportCursor | null,
  ): Promise<Outcome<ExportPage<K>>>;
  /** Permission, rate, size and quota; records a pending picture. `request` (an Idempotency-Key) makes it repeatable. */
  askImage(
    member: string,
    ask: { readonly size: number; readonly caption: string; readonly request?: string; readonly n?: number },
  ): Promise<Outcome<ImageAsked>>;
  /** Tells everybody; the bytes are under the key by now. */
  shareImage(member: string, image: string, meta: ImageMeta): Promise<Outcome<RoomEvent<'image.shared'>>>;
  /** Gives up a pending picture. */
  cancelImage(member: string, image: string): Promise<void>;
  /** Where a shared picture's bytes are. `member` null: a signed link vouches for the reader. */
  readImage(
    member: string | null,
    image: string,
  ): Promise<Outcome<{ readonly key: string; readonly type: ImageType }>>;
}

/** Headers on the WebSocket upgrade that the Worker forwards to the object. */
export const UPGRADE_HEADERS = {
  ticket: 'x-parley-ticket',
  /** Member token to hand over in `ready` (one-step form only). */
  token: 'x-parley-token',
  /** Where a returning client stands: a query string of `epoch`, `seq` and `private`, as it came. */
  position: 'x-parley-position',
  /** The subprotocol to answer with. */
  subprotocol: 'x-parley-subprotocol',
} as const;

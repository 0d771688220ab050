import type { AccountOption } from './account-option.ts';
import type { ConnectionState, SocketConstructor, Timing } from './connection.ts';
import type { ServerOptions } from './http.ts';
import type { Pending } from './receipts.ts';
import type * as views from './view.ts';

/**
 * A room as it is now. Never changed: each change makes a new object.
 *
 * In the lobby (`waiting` is not null, and `connection.status` is 'waiting' while the connection is there) it holds what
 * may be known from outside: your id and name, the room's code and name. All else is as in an empty room in which
 * nobody may do anything. The whole of it comes when a host lets you in.
 */
export interface RoomView extends views.View {
  readonly connection: ConnectionState;
  /** Your durable commands without a receipt, oldest first. */
  readonly pending: readonly Pending[];
}

export type { Resync } from './line.ts';

export interface JoinOptions extends ServerOptions {
  readonly code: string;
  readonly name?: string;
  /** Makes you the host. */
  readonly hostKey?: string;
  /** Where the room asks for one; `roomStatus` says whether it does. */
  readonly passcode?: string;
  /** The secret of an invitation. */
  readonly invite?: string;
  /**
   * From an earlier connection: you come back as the same person, whoever is logged in now. Where it is of no use any
   * more and there is an `account`, you join anew with that; without one it is refused (`token_invalid`, `member_gone`).
   */
  readonly token?: string;
  /**
   * Who joins: a token of their account, of this server or of its operator's own provider, or the `Accounts` of whoever
   * is logged in. With nobody logged in, or left out, a guest joins. Their account has a name, so `name` may be left out.
   */
  readonly account?: AccountOption;
  /**
   * Camera, microphone and screen go off with the connection. With `true` they are announced again after it is back,
   * as far as you are still allowed to have them on and no host has switched them off meanwhile. Left out: announcing is up to
   * you. A call announces what it has by itself: leave this out for one.
   */
  readonly keepMedia?: boolean;
  readonly WebSocket?: SocketConstructor;
  /** As Math.random. */
  readonly random?: () => number;
  readonly timing?: Partial<Timing>;
}

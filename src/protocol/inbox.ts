import * as v from 'valibot';
import { callsSnapshot } from './calls.ts';
import { CountSchema, TimeSchema } from './define.ts';
import { directSnapshot } from './direct.ts';
import { favouritesSnapshot } from './favourites.ts';
import { EnvelopeSchema, ReadyFrameSchema } from './frames.ts';
import { groupsInbox } from './groups.ts';
import { meetingsSnapshot } from './meetings.ts';
import { peopleSnapshot } from './people.ts';
import { DeviceIdSchema, PersonSchema } from './person.ts';
import { presenceSnapshot } from './presence.ts';

/** POST /v1/me/connect */
export const ConnectRequestSchema = v.object({
  /** Which of your devices this is, as an earlier answer named it: it goes on where it stood. Left out: a new one. */
  device: v.optional(DeviceIdSchema),
});
export type ConnectRequest = v.InferOutput<typeof ConnectRequestSchema>;

export const ConnectResponseSchema = v.object({
  /** This device. Another one than you named, where that is known no longer. */
  device: DeviceIdSchema,
  /** Opens one socket, once: offer it as a WebSocket subprotocol. */
  ticket: v.string(),
  ticketExpiresAt: TimeSchema,
  /** The WebSocket address. */
  url: v.string(),
});
export type ConnectResponse = v.InferOutput<typeof ConnectResponseSchema>;

/** POST /v1/me/commands: a command in the name of one of your devices. */
export const DeviceCommandSchema = v.object({
  device: DeviceIdSchema,
  /** As it is sent on the socket. */
  command: v.looseObject({ t: v.string() }),
});
export type DeviceCommand = v.InferOutput<typeof DeviceCommandSchema>;

/** What you have as it is at `seq`: state, not events. The same for all your devices. */
export const InboxSnapshotSchema = v.object({
  ...peopleSnapshot,
  ...presenceSnapshot,
  ...directSnapshot,
  ...meetingsSnapshot,
  ...favouritesSnapshot,
  ...callsSnapshot,
  ...groupsInbox,
});
export type InboxSnapshot = v.InferOutput<typeof InboxSnapshotSchema>;

const { t, v: version, epoch, seq, recovered, acked } = ReadyFrameSchema.entries;

/** The first frame on the connection of a device. All other frames are as in rooms. */
export const InboxReadyFrameSchema = v.object({
  t,
  v: version,
  epoch,
  /** Your device's position: of the snapshot, or the one it resumed from. */
  seq,
  /** Its position among its private events. */
  private: CountSchema,
  recovered,
  /** The highest command number accepted from this device. */
  acked,
  self: v.object({ device: DeviceIdSchema, account: PersonSchema }),
  /** The newest of each latest-only event; replaces what you knew of those. */
  latest: v.array(EnvelopeSchema),
  /** Only when not recovered. */
  snapshot: v.optional(InboxSnapshotSchema),
});
export type InboxReadyFrame = v.InferOutput<typeof InboxReadyFrameSchema>;

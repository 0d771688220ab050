import {
  applyInternal,
  decide,
  type EventDraft,
  type Feature,
  type InternalCommand,
  internalCommand,
  internalEvent,
  note,
  onInternal,
} from '../../engine/feature.ts';
import type { State, StateView } from '../../engine/state.ts';
import type { EndedLogins } from '../../platform/user-rpc.ts';
import { fail, LIMITS } from '../../protocol/index.ts';
import { deviceClosed, deviceForgotten, deviceOpened, selfRemoved } from '../internal-events.ts';
import { type DeviceRow, deviceTable, isRemoved, settingsOf } from '../tables.ts';

const ticketGiven = internalEvent<{
  readonly device: string;
  readonly ticket: string;
  readonly expiresAt: number;
  readonly login: string | null;
}>('device.ticket-given');
const sessionBegun = internalEvent<{ readonly device: string; readonly session: number }>(
  'device.session-begun',
);

const NEW: Omit<DeviceRow, 'id' | 'seenAt' | 'login'> = { online: false, session: 0, ticket: null };

/** The device that gives its place to a new one, of those that are not connected: the one unseen for longest. */
function longestUnseen(state: StateView): Readonly<DeviceRow> | undefined {
  let found: Readonly<DeviceRow> | undefined;
  for (const row of state.table(deviceTable).values())
    if (!row.online && (found === undefined || row.seenAt < found.seenAt)) found = row;
  return found;
}

export interface AskFields {
  readonly device: string;
  /** The ticket's secret. */
  readonly ticket: string;
  /** The login whose token was shown; null: none of ours. */
  readonly login: string | null;
}

/** Gives a device a ticket; one that is new becomes known by that. Both ids and secrets are drawn by the caller. */
export const askDevice: InternalCommand<AskFields> = internalCommand(
  'device.ask',
  ({ state, fields, now }) => {
    if (isRemoved(state)) return fail('login_required');
    const devices = state.table(deviceTable);
    const given = note(ticketGiven, { ...fields, expiresAt: now + settingsOf(state).seat });
    if (devices.has(fields.device) || devices.size < LIMITS.devices) return decide({ events: [given] });
    const oldest = longestUnseen(state);
    if (oldest === undefined) return fail('devices_full');
    return decide({ events: [note(deviceForgotten, { device: oldest.id }), given], forget: [oldest.id] });
  },
);

/** Redeems a ticket for a session: the device is connected, or has changed its socket. */
export const openDevice: InternalCommand<{
  readonly device: string;
  readonly ticket: string;
  readonly session: number;
}> = internalCommand('device.open', ({ state, fields: { device, ticket, session }, now }) => {
  const row = state.table(deviceTable).get(device);
  if (row?.ticket?.secret !== ticket || row.ticket.expiresAt <= now) return fail('ticket_invalid');
  const first = state.table(deviceTable).count('online') === 0;
  return decide({
    events: [
      note(sessionBegun, { device, session }),
      ...(row.online ? [] : [note(deviceOpened, { device, first })]),
    ],
  });
});

/** A socket is gone. Only the device's newest session counts. */
export const dropDevice: InternalCommand<{ readonly device: string; readonly session: number }> =
  internalCommand('device.drop', ({ state, fields: { device, session } }) => {
    const row = state.table(deviceTable).get(device);
    if (row === undefined || !row.online || row.session !== session) return decide({});
    const last = state.table(deviceTable).count('online') === 1;
    return decide({ events: [note(deviceClosed, { device, last })] });
  });

/** Forgets the devices that are meant, and with them the tickets that they hold. Their sockets are the caller's to close. */
function end(state: StateView, isMeant: (row: Readonly<DeviceRow>) => boolean) {
  const ended = Array.from(state.table(deviceTable).values()).filter(isMeant);
  let online = state.table(deviceTable).count('online');
  const events: EventDraft[] = [];
  for (const row of ended) {
    if (row.online) {
      online -= 1;
      events.push(note(deviceClosed, { device: row.id, last: online === 0 }));
    }
    events.push(note(deviceForgotten, { device: row.id }));
  }
  return { events, forget: ended.map(({ id }) => id) };
}

/** Logins have ended: the devices that came by them are closed and forgotten. */
export const signOut: InternalCommand<EndedLogins> = internalCommand(
  'device.sign-out',
  ({ state, fields }) => {
    const ended = end(state, ({ login }) =>
      'but' in fields ? login !== fields.but : login !== null && fields.logins.includes(login),
    );
    return decide({ ...ended, close: ended.forget.map((member) => ({ member, as: 'signed_out' })) });
  },
);

function change(state: State, id: string, to: Partial<DeviceRow>): void {
  const row = state.table(deviceTable).get(id);
  if (row !== undefined) state.table(deviceTable).set(id, { ...row, ...to });
}

/** The person's tabs, apps and bots. A device comes and goes at once; what others see of that is presence. */
export const devices: Feature = {
  name: 'devices',
  tables: [deviceTable],
  commands: {},
  internalCommands: [askDevice, openDevice, dropDevice, signOut],
  internalEvents: [ticketGiven, sessionBegun, deviceOpened, deviceClosed, deviceForgotten],
  apply: [
    applyInternal(ticketGiven, (state, { device, ticket, expiresAt, login, at }) => {
      const row = state.table(deviceTable).get(device) ?? { ...NEW, id: device };
      const given = { secret: ticket, expiresAt };
      state.table(deviceTable).set(device, { ...row, login, seenAt: at, ticket: given });
    }),
    applyInternal(sessionBegun, (state, { device, session, at }) =>
      change(state, device, { session, ticket: null, seenAt: at }),
    ),
    applyInternal(deviceOpened, (state, { device }) => change(state, device, { online: true })),
    applyInternal(deviceClosed, (state, { device, at }) =>
      change(state, device, { online: false, seenAt: at }),
    ),
    applyInternal(deviceForgotten, (state, { device }) => state.table(deviceTable).delete(device)),
  ],
  on: [onInternal(selfRemoved, ({ state }) => end(state, () => true))],
};

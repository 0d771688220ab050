import { type Inbox, type InboxOptions, openInbox } from '../../../src/client/index.ts';
import type {
  Conversation,
  DirectMessage,
  InboxReadyFrame,
  Person,
  ServerFrame,
} from '../../../src/protocol/index.ts';
import { FakeServer, settle } from './fake-server.ts';

/** An account id that reads like whose it is. */
export const accountId = (name: string): string => `a_${name.padEnd(22, '_')}`;
export const deviceId = (name: string): string => `d_${name.padEnd(22, '_')}`;
export const person = (name: string): Person => ({
  id: accountId(name),
  userName: name.toLowerCase(),
  name,
  avatar: null,
});

export const ADA = person('Ada');
export const BEN = person('Ben');
export const CLEO = person('Cleo');
export const PHONE = deviceId('phone');

/** A message in Ada's log: `from` Ben or herself. */
export const message = (
  seq: number,
  number: number,
  text: string,
  more: Partial<DirectMessage> = {},
): DirectMessage => ({
  seq,
  t: 'direct.sent',
  at: seq * 10,
  with: BEN.id,
  from: BEN.id,
  number,
  body: { kind: 'text', text },
  sentAt: seq * 10,
  prev: null,
  ...more,
});

/** What Ada has said, as its echo. */
export const echo = (
  seq: number,
  number: number,
  text: string,
  n: number,
  more: Partial<DirectMessage> = {},
) => message(seq, number, text, { from: ADA.id, by: PHONE, n, ...more });

export const conversation = (more: Partial<Conversation> = {}): Conversation => ({
  with: BEN,
  last: null,
  unread: 0,
  read: 0,
  delivered: 0,
  seen: 0,
  ...more,
});

type Snapshot = NonNullable<InboxReadyFrame['snapshot']>;

export const snapshot = (change: Partial<Snapshot> = {}): Snapshot => ({
  contacts: [{ person: BEN, state: 'contact', since: 1, note: '' }],
  blocked: [],
  visible: true,
  direct: { conversations: [], next: null, unread: 0 },
  groups: [],
  ...change,
});

/** Conversations of a snapshot. */
export const direct = (...conversations: Conversation[]): Snapshot['direct'] => ({
  conversations,
  next: null,
  unread: conversations.reduce((sum, { unread }) => sum + unread, 0),
});

export const ready = (change: Partial<InboxReadyFrame> = {}): InboxReadyFrame => ({
  t: 'ready',
  v: 1,
  epoch: 'e1',
  seq: 10,
  private: 0,
  recovered: false,
  acked: 0,
  self: { device: PHONE, account: ADA },
  latest: [],
  snapshot: snapshot(),
  ...change,
});

/** A `ready` that answers a resume from `seq`. */
export function resumed(seq: number, acked = 0, change: Partial<InboxReadyFrame> = {}): InboxReadyFrame {
  const { snapshot: _, ...rest } = ready({ seq, acked, recovered: true, ...change });
  return rest;
}

/** Events for all devices, after the one at `prev`. */
export const events = (prev: number, ...list: readonly { readonly seq: number }[]): ServerFrame => ({
  t: 'events',
  prev,
  last: list.at(-1)?.seq ?? prev,
  events: list as never,
});

/** An event with its envelope. */
export const event = (seq: number, t: string, fields: object, n?: number) => ({
  seq,
  t,
  at: seq * 10,
  ...(n === undefined ? {} : { by: PHONE, n }),
  ...fields,
});

/** A server in memory on which somebody has an inbox. */
export class FakeInboxServer extends FakeServer {
  /** The device that it gives to whoever names none. */
  device = PHONE;

  protected override admit(): Response {
    const { body, url } = this.requests.at(-1) ?? {};
    if (!String(url).endsWith('/v1/me/connect')) throw new Error(`no reply lies ready for ${url}`);
    const number = this.requests.length;
    return Response.json({
      device: JSON.parse(String(body)).device ?? this.device,
      ticket: `ticket-${number}`,
      ticketExpiresAt: Date.now() + 30_000,
      url: 'ws://meet.test/v1/me/connect',
    });
  }

  get inboxOptions(): InboxOptions {
    return {
      server: 'http://meet.test',
      account: 'acc_1',
      fetch: this.fetch,
      WebSocket: this.WebSocket,
      random: () => 0.5,
    };
  }

  /** An inbox that is open. Random waits are half of what they can be. */
  async open(first: InboxReadyFrame = ready(), options: Partial<InboxOptions> = {}): Promise<Inbox> {
    const opening = openInbox({ ...this.inboxOptions, ...options });
    await settle();
    this.socket.tell(first);
    return opening;
  }

  /** What requests asked for, the way into the socket left out. */
  get asked(): string[] {
    return this.requests
      .filter(({ url }) => !url.endsWith('/v1/me/connect'))
      .map(({ method, url, body }) =>
        `${method} ${new URL(url).pathname}${new URL(url).search} ${body ?? ''}`.trim(),
      );
  }
}

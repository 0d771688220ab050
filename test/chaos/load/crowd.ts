// A crowd: many members of one room in a process of their own, each with the client that everybody uses.
import WebSocket from 'ws';
import { joinRoom, type RoomConnection } from '../../../src/client/index.ts';
import type { RoomEvent } from '../../../src/protocol/index.ts';
import type { Attempt, CrowdOrder, CrowdReport, MemberRecord } from './crowd-jobs.ts';
import { times } from './entry.ts';

const tell = (report: CrowdReport): void => void process.send?.(report);

const sockets = new Set<WebSocket>();
/** A socket whose connection can be broken from outside the client. */
class BreakableSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { perMessageDeflate: false });
    sockets.add(this);
    this.once('close', () => sockets.delete(this));
  }
}

/** What is noted of a member while it happens. */
interface Member {
  readonly room: RoomConnection;
  readonly told: string[];
  resyncs: number;
  firstWait: number | null;
  backAt: number | null;
  markedAt: number | null;
}

const NOT_BACK = { resyncs: 0, firstWait: null, backAt: null, markedAt: null };

const members: Member[] = [];
const attempts: Attempt[] = [];
const refused: string[] = [];
let unsettled = 0;
let marker: string | null = null;
let back = 0;
let usage = process.cpuUsage();
const processorSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

/** Notes each attempt to get in. */
const notingFetch: typeof fetch = async (input, init) => {
  const at = Date.now();
  let worked = false;
  try {
    const response = await fetch(input, init);
    worked = response.ok;
    return response;
  } finally {
    if (marker !== null) attempts.push({ at, worked });
  }
};

const textOf = ({ body }: Pick<RoomEvent<'chat.sent'>, 'body'>): string =>
  body.kind === 'text' ? body.text : '';

function progress(member: Member): void {
  if (member.backAt === null || member.markedAt === null) return;
  back += 1;
  if (back % 10 === 0 || back === members.length) tell({ tell: 'back', count: back });
}

function follow(room: RoomConnection): void {
  const member: Member = { room, told: [], ...NOT_BACK };
  members.push(member);
  room.on('resync', () => {
    member.resyncs += 1;
  });
  room.on('connection', (state) => {
    const { status } = state;
    if (status === 'reconnecting') member.firstWait ??= state.retryAt - Date.now();
    if (marker === null || status !== 'online' || member.backAt !== null) return;
    member.backAt = Date.now();
    progress(member);
  });
  room.on('chat.sent', ({ body }) => {
    const text = textOf({ body });
    member.told.push(text);
    if (text !== marker || member.markedAt !== null) return;
    member.markedAt = Date.now();
    progress(member);
  });
}

async function join({ base, code, people }: CrowdOrder & { order: 'join' }): Promise<void> {
  await times(people, 25, async (at) => {
    const room = await joinRoom({
      server: base,
      code,
      name: `Member ${at}`,
      fetch: notingFetch,
      WebSocket: BreakableSocket,
    });
    follow(room);
  });
  tell({ tell: 'joined' });
}

function say(texts: readonly string[]): void {
  texts.forEach((text, at) => {
    unsettled += 1;
    members[at % members.length]?.room
      .send('chat.send', { body: { kind: 'text', text } })
      .catch((error: unknown) => refused.push(String(error)))
      .finally(() => {
        unsettled -= 1;
      });
  });
}

const recordOf = ({ room, told, resyncs, firstWait, backAt, markedAt }: Member): MemberRecord => ({
  told,
  shown: room.state.messages.map((message) => (message.t === 'chat.sent' ? textOf(message) : '')),
  resyncs,
  firstWait,
  backAt,
  markedAt,
});

process.on('message', (order: CrowdOrder) => {
  switch (order.order) {
    case 'join':
      join(order).catch((error: unknown) => tell({ tell: 'failed', message: String(error) }));
      return;
    case 'say':
      say(order.texts);
      return;
    case 'watch':
      marker = order.marker;
      back = 0;
      attempts.length = 0;
      for (const member of members) Object.assign(member, NOT_BACK);
      usage = process.cpuUsage();
      return;
    case 'cut':
      for (const socket of sockets) socket.terminate();
      return;
    case 'report':
      tell({
        tell: 'report',
        members: members.map(recordOf),
        attempts,
        unsettled,
        refused,
        processor: processorSince(usage),
      });
      return;
    default:
      order satisfies never;
  }
});
process.once('disconnect', () => process.exit(0));

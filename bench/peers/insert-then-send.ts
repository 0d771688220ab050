// The usual durable room: a row for each message, then one `send` per socket; the platform holds the sends back
// until the row is on disk.
import { DurableObject } from 'cloudflare:workers';
import { eventText, memberId } from './message.ts';

interface Env {
  ROOMS: DurableObjectNamespace<InsertingRoom>;
}

export class InsertingRoom extends DurableObject<Env> {
  #seq: number;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { sql } = ctx.storage;
    sql.exec('CREATE TABLE IF NOT EXISTS messages (seq INTEGER PRIMARY KEY, event TEXT NOT NULL)');
    this.#seq = sql.exec<{ last: number | null }>('SELECT max(seq) AS last FROM messages').one().last ?? 0;
  }

  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment(memberId());
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(socket: WebSocket, command: string): void {
    this.#seq += 1;
    const event = eventText(this.#seq, socket.deserializeAttachment(), command);
    this.ctx.storage.sql.exec('INSERT INTO messages (seq, event) VALUES (?, ?)', this.#seq, event);
    for (const each of this.ctx.getWebSockets()) each.send(event);
  }
}

export default {
  // Anything else would be let in as a socket that nobody reads and that keeps the object awake.
  fetch: (request: Request, env: Env) =>
    request.headers.get('upgrade') === 'websocket'
      ? env.ROOMS.getByName('room').fetch(request)
      : new Response('not found', { status: 404 }),
};

// The least that a room can be: one object, hibernating sockets, one `send` per message and socket, no storage.
import { DurableObject } from 'cloudflare:workers';
import { eventText, memberId } from './message.ts';

interface Env {
  ROOMS: DurableObjectNamespace<BareRoom>;
}

export class BareRoom extends DurableObject<Env> {
  #seq = 0;

  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment(memberId());
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(socket: WebSocket, command: string): void {
    this.#seq += 1;
    const event = eventText(this.#seq, socket.deserializeAttachment(), command);
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

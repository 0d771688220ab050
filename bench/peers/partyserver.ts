// partyserver as its documentation shows it: a hibernating server that broadcasts what it is sent. No storage.
import { type Connection, routePartykitRequest, Server } from 'partyserver';
import { eventText } from './message.ts';

interface Env extends Record<string, unknown> {
  ROOMS: DurableObjectNamespace<PartyRoom>;
}

export class PartyRoom extends Server<Env> {
  static override options = { hibernate: true };
  #seq = 0;

  /** In the join storm everybody is told of each newcomer, as in Parley. */
  override onConnect(connection: Connection, { request }: { request: Request }): void {
    if (new URL(request.url).searchParams.get('announce') !== '1') return;
    this.#seq += 1;
    const member = { id: connection.id, name: 'Ada', role: 'member', presence: 'online' };
    this.broadcast(JSON.stringify({ seq: this.#seq, t: 'member.joined', at: Date.now(), member }));
  }

  override onMessage(connection: Connection, command: string): void {
    this.#seq += 1;
    this.broadcast(eventText(this.#seq, connection.id, command));
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    return (await routePartykitRequest(request, env)) ?? new Response('not found', { status: 404 });
  },
};

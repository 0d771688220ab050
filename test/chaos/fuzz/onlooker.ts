import * as v from 'valibot';
import WebSocket from 'ws';
import { applyLive, applyNumbered, fromSnapshot, type View } from '../../../src/client/view.ts';
import { EVENTS, isEventType, SERVER_FRAMES, type ServerFrame } from '../../../src/protocol/index.ts';
import { comparable } from '../../support/same-view.ts';
import { sleep, until } from '../../support/talker.ts';
import type { Joined, RoomAddress } from './http.ts';

/** What may be told a moment later than it happened, or is told to one alone and kept nowhere. */
const LOOSE = { whispered: true, counting: new Set<number>(), placing: true };
/** ms; counts of polls are told at most so late. */
const SETTLES = 1_200;

/** What is wrong with a frame by the protocol's own schemas; null: nothing. */
function faultOf(text: string): string | null {
  const frame = JSON.parse(text) as ServerFrame;
  const schema: v.GenericSchema | undefined = SERVER_FRAMES[frame.t];
  if (schema === undefined || !v.is(schema, frame))
    return `a frame that the protocol does not know: ${text.slice(0, 500)}`;
  for (const event of 'events' in frame ? frame.events : []) {
    const known = isEventType(event.t) && v.is(EVENTS[event.t].schema as v.GenericSchema, event);
    if (!known) return `an event that the protocol does not know: ${JSON.stringify(event).slice(0, 500)}`;
  }
  return null;
}

/** The host, who does nothing but look: what events make of the room for them must be what the room says that it is. */
export class Onlooker {
  readonly faults: string[] = [];
  readonly #room: RoomAddress;
  readonly #joined: Joined;
  #socket: WebSocket | null = null;
  #view: View | null = null;
  #barriers = 0;
  #passed = 0;

  private constructor(room: RoomAddress, joined: Joined) {
    this.#room = room;
    this.#joined = joined;
  }

  static async open(room: RoomAddress): Promise<Onlooker> {
    const onlooker = new Onlooker(room, await room.join({ name: 'Onlooker', hostKey: room.hostKey }));
    onlooker.#view = (await onlooker.#connect(onlooker.#joined.ticket)).fresh;
    return onlooker;
  }

  get view(): View {
    if (this.#view === null) throw new Error('the onlooker has not seen anything yet');
    return this.#view;
  }

  send(command: object): void {
    this.#socket?.send(JSON.stringify(command));
  }

  /** Resolves when everything that the room has taken so far has been told here. */
  async barrier(): Promise<void> {
    this.#barriers += 1;
    this.send({ t: 'roster.page', limit: 1, n: 1_000_000_000 + this.#barriers });
    await until('the onlooker is answered', () => this.#passed >= this.#barriers);
  }

  /**
   * Compares what the events of this batch made of the room with the room as it shows itself to somebody who comes
   * anew. Answers whether it could: something may happen just between the two.
   */
  async compare(is: (told: unknown, shown: unknown) => void): Promise<boolean> {
    await sleep(SETTLES);
    await this.barrier();
    const { ticket } = await this.#room.join({}, this.#joined.token);
    const { before, fresh } = await this.#connect(ticket);
    this.#view = fresh;
    if (before === null || before.seq !== fresh.seq || before.private !== fresh.private) return false;
    is(comparable(before, fresh, LOOSE), comparable(fresh, before, LOOSE));
    return true;
  }

  /** Opens a socket in the place of the one before; what that one is still told counts until then. */
  #connect(ticket: string): Promise<{ readonly before: View | null; readonly fresh: View }> {
    const old = this.#socket;
    const socket = new WebSocket(...this.#room.socket(ticket), { perMessageDeflate: false });
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', (code, reason) => {
        if (socket === this.#socket)
          this.faults.push(`the onlooker was closed with ${code} ${String(reason)}`);
      });
      socket.on('message', (data) => {
        const text = String(data);
        const fault = faultOf(text);
        if (fault !== null) this.faults.push(fault);
        const frame = JSON.parse(text) as ServerFrame;
        if (frame.t !== 'ready') {
          this.#take(frame);
          return;
        }
        old?.removeAllListeners('message');
        old?.terminate();
        const fresh = fromSnapshot(frame, this.#view?.names);
        if (fresh === null) reject(new Error('a first frame without a snapshot'));
        else resolve({ before: this.#view, fresh });
      });
    });
  }

  #take(frame: ServerFrame): void {
    if (frame.t === 'ok') this.#passed += 1;
    else if (frame.t === 'error') this.faults.push(`the onlooker was told ${JSON.stringify(frame)}`);
    else if (frame.t === 'live') this.#view = applyLive(this.view, frame.events);
    else if (frame.t === 'events' || frame.t === 'private') {
      const counter = frame.t === 'events' ? 'seq' : 'private';
      const after = applyNumbered(this.view, counter, frame);
      if (after === null) this.faults.push(`a gap: (${frame.prev}, ${frame.last}] at ${this.view[counter]}`);
      else this.#view = after;
    }
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.terminate();
  }
}

import WebSocket from 'ws';
import { CLOSE, ERRORS } from '../../../src/protocol/index.ts';
import type { Tally } from './campaign.ts';
import { owesAnswer } from './codec-rules.ts';
import type { RoomAddress } from './http.ts';

/** As whom somebody sends. lobby: they wait to be let in. */
export type Standing = 'host' | 'cohost' | 'member' | 'viewer' | 'lobby';

/** Codes of the WebSocket protocol itself (RFC 6455, 7.4.1) that a frame may bring. */
const PROTOCOL_CODES = { 1000: 'as asked', 1002: 'no frame', 1007: 'no UTF-8', 1009: 'too long' };
const CODES = new Map<number, string>([
  ...Object.entries(PROTOCOL_CODES).map(([code, name]): [number, string] => [Number(code), name]),
  ...Object.entries(CLOSE).map(([name, { code }]): [number, string] => [code, name]),
]);

export const closeName = (code: number): string => `${code} (${CODES.get(code) ?? 'no table has it'})`;
export const isKnownClose = (code: number): boolean => CODES.has(code);

/** What was seen by all who fuzz one server. */
export interface Sightings {
  readonly sent: Tally;
  readonly errors: Tally;
  readonly closes: Tally;
  readonly faults: string[];
}

/** ms. */
const PATIENCE = 20_000;
/** How many of the last frames a fault shows, where it can be none before. */
const SHOWN = 3;

interface Heard {
  readonly t: string;
  readonly n?: number;
  readonly code?: string;
  readonly message?: string;
  readonly events?: readonly { readonly by?: string; readonly n?: number }[];
}

export type Frame = string | Uint8Array<ArrayBuffer>;

/** Somebody who sends what they are given, sees what comes of it, and comes back as somebody new when put out. */
export class Fuzzer {
  readonly #room: RoomAddress;
  readonly #standing: Standing;
  readonly #seen: Sightings;
  readonly #last: string[] = [];
  #id = '';
  #socket: WebSocket | null = null;
  #waits = new Map<number, () => void>();
  #barriers = 0;
  /** Since the last barrier: what must be answered, what was, and whether everything was told anew. */
  #owed = 0;
  #answers = 0;
  #isAnew = false;

  constructor(room: RoomAddress, standing: Standing, seen: Sightings) {
    this.#room = room;
    this.#standing = standing;
    this.#seen = seen;
  }

  get id(): string {
    return this.#id;
  }
  get isIn(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Comes in as somebody new, and is given their standing. */
  async enter(): Promise<void> {
    const room = this.#room;
    const isHost = this.#standing === 'host';
    await room.command({ t: 'door.set', entry: this.#standing === 'lobby' ? 'nobody' : 'everybody' });
    const joined = await room.join({
      name: `Fuzzer ${this.#standing}`,
      ...(isHost ? { hostKey: room.hostKey } : {}),
    });
    this.#id = joined.member.id;
    await this.#connect(joined.ticket);
    const { id: member, standing: role } = { id: this.#id, standing: this.#standing };
    if (role === 'cohost' || role === 'viewer') await room.command({ t: 'role.set', member, role });
  }

  #connect(ticket: string): Promise<void> {
    // After a close frame the platform may take ten seconds to end the connection.
    const settings = { perMessageDeflate: false, closeTimeout: 300 };
    const socket = new WebSocket(...this.#room.socket(ticket), settings);
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('message', (data) => this.#hear(String(data)));
      socket.once('message', () => {
        this.#begin();
        resolve();
      });
      socket.on('close', (code) => {
        if (socket !== this.#socket) return;
        this.#seen.closes.add(closeName(code));
        if (!isKnownClose(code)) this.#fault(`was closed with ${code}`);
        this.#release();
      });
    });
  }

  #hear(text: string): void {
    const frame = JSON.parse(text) as Heard;
    const { t, n } = frame;
    const wait = n === undefined ? undefined : this.#waits.get(n);
    if (n !== undefined && wait !== undefined) {
      this.#waits.delete(n);
      wait();
    } else if (t === 'ready' || t === 'waiting') this.#isAnew = true;
    else if (t === 'ok') this.#answers += 1;
    else if (t === 'error') this.#refused(frame, text);
    else
      for (const event of frame.events ?? [])
        if (event.by === this.#id && event.n !== undefined) this.#answers += 1;
  }

  #refused({ code = '', message }: Heard, text: string): void {
    this.#answers += 1;
    this.#seen.errors.add(code);
    const known = Object.hasOwn(ERRORS, code) && ERRORS[code as keyof typeof ERRORS].message === message;
    if (!known || code === 'internal') this.#fault(`was told ${text.slice(0, 500)}`);
  }

  #fault(what: string, frames = SHOWN): void {
    this.#seen.faults.push(
      `${this.#standing} ${what} after ${this.#last.slice(-frames).join('\n').slice(0, 4_000)}`,
    );
  }

  /** Sends a frame as text or as binary; false when there is nobody to send it to. */
  send(frame: Frame, binary: boolean): boolean {
    if (!this.isIn) return false;
    this.#last.push(
      `${binary ? 'binary ' : ''}${typeof frame === 'string' ? frame : Buffer.from(frame).toString('hex')}`,
    );
    if (owesAnswer(frame, binary)) this.#owed += 1;
    this.#socket?.send(frame, { binary });
    return true;
  }

  /**
   * Resolves when the room has answered everything that was sent, or the socket is gone. Whoever was put into the lobby
   * or let out of it meanwhile was told everything anew, in the place of some answers.
   */
  async barrier(): Promise<void> {
    if (!this.isIn) return;
    const socket = this.#socket;
    this.#barriers += 1;
    const n = 2_000_000_000 + this.#barriers;
    const answered = new Promise<void>((resolve) => this.#waits.set(n, resolve));
    socket?.send(JSON.stringify({ t: 'roster.page', limit: 1, n }));
    const late = setTimeout(() => {
      this.#fault(`had no answer within ${PATIENCE} ms`);
      this.#release();
    }, PATIENCE);
    await answered;
    clearTimeout(late);
    const missing = this.#owed - this.#answers;
    if (this.isIn && !this.#isAnew && missing > 0) this.#fault(`lacks ${missing} answers`, this.#last.length);
    this.#begin();
  }

  #begin(): void {
    this.#owed = 0;
    this.#answers = 0;
    this.#isAnew = false;
    this.#last.length = 0;
  }

  #release(): void {
    for (const wait of this.#waits.values()) wait();
    this.#waits.clear();
  }

  stop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.terminate();
    this.#release();
  }
}

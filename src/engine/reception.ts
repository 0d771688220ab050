import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { problem } from '../platform/problem.ts';
import { UPGRADE_HEADERS } from '../platform/room-rpc.ts';
import { type Outcome, refuse } from '../protocol/index.ts';
import type { Engine } from './engine.ts';
import type { Inbound } from './inbound.ts';
import type { Meter } from './meter.ts';
import type { Session } from './session.ts';
import type { ObjectSettings } from './settings.ts';
import { answerClose, readPosition, type Sockets } from './sockets.ts';

/** Sockets of one object; the platform takes 32,768. */
const SOCKETS = 32_000;
/** While frames come in anyway, the dead are looked for this often. ms. */
const SWEEP_ALONGSIDE = 30_000;

/** What an object has once it exists. */
export interface Receiving {
  readonly engine: Engine;
  readonly inbound: Inbound;
}

/** Who comes with a ticket. */
export interface Arriving {
  readonly member: string;
  readonly ticket: string;
}

export interface ReceptionOptions {
  readonly sockets: Sockets;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly settings: Pick<ObjectSettings, 'silent' | 'socketsPerMember'>;
  /** null: nothing was ever made here, or it is gone. */
  readonly running: () => Receiving | null;
  /** Redeems a ticket; answers the number of the session that it opens. */
  readonly open: (arriving: Arriving) => Outcome<number>;
  /** A session has ended by itself. */
  readonly ended: (session: Session) => void;
}

/** The way of every socket of an object, from its upgrade to its end. */
export class Reception {
  readonly #options: ReceptionOptions;
  #sweptAt = 0;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** The WebSocket upgrade: a ticket is redeemed, or the answer is a problem and no socket is opened. `most`: sockets. */
  upgrade(request: Request, { engine, inbound }: Receiving, most: number): Response {
    const { sockets, settings, open } = this.#options;
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket')
      return problem(refuse('upgrade_required'));
    const [member = '', ticket = ''] = (request.headers.get(UPGRADE_HEADERS.ticket) ?? '').split('.');
    const held = inbound.heldOff(member);
    if (held !== null) return problem(held);
    if (sockets.isFull(member, settings.socketsPerMember)) {
      return problem(refuse('rate_limited', { detail: 'too many connections of one member' }));
    }
    // The bytes of a closed socket that doesn't read are held until it goes, so those count, too.
    if (sockets.count >= Math.min(SOCKETS, most)) {
      return problem(refuse('busy', { detail: 'too many connections' }));
    }
    const opened = open({ member, ticket });
    if (!opened.ok) return problem(opened.error);
    const { 0: client, 1: server } = new WebSocketPair();
    const token = request.headers.get(UPGRADE_HEADERS.token);
    const position = readPosition(request.headers.get(UPGRADE_HEADERS.position));
    engine.attach(sockets.accept(server, member, opened.value, position, token));
    const subprotocol = request.headers.get(UPGRADE_HEADERS.subprotocol);
    return new Response(null, {
      status: 101,
      webSocket: client,
      headers: subprotocol === null ? {} : { 'sec-websocket-protocol': subprotocol },
    });
  }

  message(socket: WebSocket, message: string | ArrayBuffer): void {
    const { sockets, clock, log, running } = this.#options;
    const session = sockets.sessionOf(socket);
    const receiving = running();
    // Frames still arrive after we closed or replaced a socket; they count for nothing.
    if (receiving === null || session === undefined || session.phase.kind === 'closed') return;
    sockets.hear(session, clock.now());
    try {
      if (typeof message === 'string') receiving.inbound.text(session, message);
      else receiving.inbound.binary(session, message);
    } catch (error) {
      // The platform says nothing of what is thrown here.
      log('error', 'frame.threw', { error });
    }
    if (clock.now() - this.#sweptAt > SWEEP_ALONGSIDE) this.sweep();
  }

  close(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
    this.#gone(socket);
  }

  error(socket: WebSocket): void {
    // A frame over the platform's limit doesn't close the socket by itself.
    this.#options.sockets.sessionOf(socket)?.close('too_large');
    this.#gone(socket);
  }

  /** A session has ended: its member has none from here on, unless another has taken its place. */
  drop(session: Session): void {
    session.phase = { kind: 'closed' };
    const engine = this.#options.running()?.engine;
    if (engine?.sessions.isCurrent(session) !== true) return;
    engine.sessions.remove(session);
    this.#options.ended(session);
  }

  /** Looks for sockets that died without a word. Clients that never ping can't be told from silent ones and are left alone. */
  sweep(): void {
    const { sockets, clock, log, settings, running } = this.#options;
    const receiving = running();
    if (receiving === null) return;
    const now = clock.now();
    this.#sweptAt = now;
    receiving.inbound.sweep(now);
    const sessions = receiving.engine.sessions.all();
    for (const session of sockets.dead(sessions, now, settings.silent)) {
      log('info', 'session.silent', { member: session.member });
      session.close('silent');
    }
    for (const session of sessions) {
      if (session.phase.kind === 'closed' || !sockets.isOpen(session)) this.drop(session);
    }
  }

  #gone(socket: WebSocket): void {
    const session = this.#options.sockets.sessionOf(socket);
    if (session === undefined) return;
    if (session.phase.kind !== 'closed') this.#options.meter.lost += 1;
    this.drop(session);
  }
}

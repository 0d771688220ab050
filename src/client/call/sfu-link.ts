import { LIMITS } from '../../protocol/limits.ts';
import type { SfuCloseResponse } from '../../protocol/sfu.ts';
import { ParleyError } from '../http.ts';
import type { Timers } from '../timers.ts';
import { MEDIUM, SOURCES, type Source, type Tracks } from './call-view.ts';
import { encodingOf } from './encodings.ts';
import { Refusals } from './refusals.ts';
import type { SfuSession } from './sfu-session.ts';
import type { Published } from './transport.ts';

/** A section by which we send. */
interface Sent {
  readonly transceiver: RTCRtpTransceiver;
  /** What goes out by it, as soon as the browser has done what it was told. */
  holds: MediaStreamTrack | null;
  /** Nothing has gone out by it for long. */
  isIdle: boolean;
  cancelIdle: () => void;
  /** As the room calls the track; null: it has yet to be asked. */
  track: string | null;
  /** The room has told of it in this stay. */
  isTold: boolean;
  /** ms of the timers up to which the room's word of it may still be on its way. */
  toldBy: number;
}

/** A track of somebody. */
export interface Wanted {
  readonly member: string;
  readonly source: Source;
  /** As the room calls it. */
  readonly track: string;
}

/** A track of somebody that comes. */
export interface Coming extends Wanted {
  readonly mid: string;
  readonly transceiver: RTCRtpTransceiver;
  /** The size that was asked for; undefined: there is one only. */
  rid: string | undefined;
}

/** Sizes in which a camera is sent: whole, half and a quarter of its height, by the names that the room knows. */
const LAYERS = [
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 2_500_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
] as const;

/**
 * ms after which a section that sends nothing is ended: the SFU forgets a track without packets after 30 s (its documentation), and
 * nobody would be heard by it again. What is switched on before that needs no negotiation.
 */
const IDLE = 20_000;
/** ms that the room's word on what was published may come behind its answer: they take two ways. */
const WORD = 3_000;
/** The way of a wanted track through tables. */
export const keyOf = ({ member, track }: Wanted): string => `${member} ${track}`;

export interface LinkOptions {
  readonly session: SfuSession;
  readonly connection: RTCPeerConnection;
  readonly timers: Timers;
  /** Sections that are over are given up, so that others can take their places. */
  readonly givesUp: boolean;
  /** There may be something to do. */
  readonly look: () => void;
  /** It is of no use any more. */
  readonly broken: () => void;
}

/**
 * One connection to the SFU, with the session that it belongs to. What has to be negotiated must be asked for one after another; where
 * that fails nobody knows what the other side has understood, and another one has to take its place.
 */
export class SfuLink {
  readonly #options: LinkOptions;
  readonly #sent = new Map<Source, Sent>();
  readonly #coming = new Map<string, Coming>();
  /** Mids of sections that are over here, and still open at the SFU. */
  readonly #over = new Set<string>();
  /** What could not be had, or sent (by its source). */
  readonly #refused: Refusals;
  #isNegotiated = false;
  #givesUp: boolean;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#refused = new Refusals(options.timers, options.look);
    this.#givesUp = options.givesUp;
  }

  get coming(): ReadonlyMap<string, Coming> {
    return this.#coming;
  }
  get state(): RTCPeerConnectionState {
    return this.#options.connection.connectionState;
  }
  /** The SFU takes the next step only once the connection stands that the first one has begun. */
  get isReady(): boolean {
    return !this.#isNegotiated || this.state === 'connected';
  }
  /**
   * Whether so many more sections have a place in its description. Those that are over are there as well: the next ones take their
   * places, as far as whoever makes the offer does so (RFC 8829, 5.2.2).
   */
  hasRoomFor(more: number): boolean {
    const { localDescription } = this.#options.connection;
    const sections = localDescription?.sdp.match(/^m=/gm)?.length ?? 0;
    return sections + more <= LIMITS.sfuSections;
  }
  /** Whether sections are given up: as long as the SFU has not refused it. */
  get givesUp(): boolean {
    return this.#givesUp;
  }
  isRefused(key: string): boolean {
    return this.#refused.has(key);
  }
  stats(): Promise<RTCStatsReport> {
    return this.#options.connection.getStats();
  }

  close(): void {
    this.#isClosed = true;
    for (const { cancelIdle } of this.#sent.values()) cancelIdle();
    this.#refused.close();
    this.#options.connection.close();
  }

  /** Has sections that are there send this, or nothing, at once: it needs nobody's word. */
  hold(tracks: Tracks): void {
    for (const [source, sent] of this.#sent) this.#put(sent, tracks[source]);
  }

  #put(sent: Sent, track: MediaStreamTrack | null): void {
    if (sent.holds === track) return;
    const { timers, look, broken } = this.#options;
    sent.holds = track;
    sent.cancelIdle();
    sent.isIdle = false;
    if (track === null) {
      sent.cancelIdle = timers.after(IDLE, () => {
        sent.isIdle = true;
        look();
      });
    }
    sent.transceiver.sender.replaceTrack(track).catch(() => {
      if (!this.#isClosed) broken();
    });
  }

  /** The room has let us in again: it tells anew what we send. */
  entered(): void {
    for (const sent of this.#sent.values()) {
      sent.isTold = false;
      sent.toldBy = this.#options.timers.now() + WORD;
    }
  }

  /** Whether the SFU's session is still ours; rejects with `sfu_session_unknown` where it is not. */
  async check(): Promise<void> {
    await this.#options.session.check();
  }

  /** Ends what is not sent any more: what the room has ended (`own`: what it tells of us), and what has sent nothing for long. */
  async release(own: Published | undefined): Promise<void> {
    const { session, timers, look } = this.#options;
    const told = new Set(own?.session === session.id ? own.tracks.map(({ track }) => track) : []);
    const now = timers.now();
    const idle: [Source, Sent][] = [];
    for (const [source, sent] of this.#sent) {
      if (sent.track === null) {
        if (sent.holds === null) this.#end(source, sent);
        continue;
      }
      if (told.has(sent.track)) sent.isTold = true;
      else if (sent.isTold || now >= sent.toldBy) this.#end(source, sent);
      else timers.after(sent.toldBy - now, look);
      if (sent.isIdle) idle.push([source, sent]);
    }
    const open = idle.filter(([source, sent]) => this.#sent.get(source) === sent);
    if (open.length === 0) return;
    await session.close(open.flatMap(([, { transceiver }]) => transceiver.mid ?? []));
    for (const [source, sent] of open) this.#end(source, sent);
  }

  /** Another section is made when there is something to be sent again. */
  #end(source: Source, sent: Sent): void {
    this.#sent.delete(source);
    if (this.#isClosed) return;
    if (!this.#mayGiveUp(sent.transceiver)) {
      this.#put(sent, null);
      sent.transceiver.direction = 'inactive';
    } else sent.transceiver.stop();
    sent.cancelIdle();
  }

  /** The way of all is told with the first section (RFC 9143), so that one is never given up. */
  #mayGiveUp(transceiver: RTCRtpTransceiver): boolean {
    return this.#givesUp && this.#options.connection.getTransceivers()[0] !== transceiver;
  }

  /** Sends what is there and is not sent yet. */
  async publish(tracks: Tracks): Promise<void> {
    for (const source of SOURCES) {
      const track = tracks[source];
      if (track === null || this.#sent.has(source) || this.#refused.has(source)) continue;
      this.#sent.set(source, this.#section(source, track));
    }
    const added = Array.from(this.#sent).filter(([, { track }]) => track === null);
    if (added.length > 0) await this.#offer(added);
  }

  #section(source: Source, track: MediaStreamTrack): Sent {
    const { scaleResolutionDownBy: _, ...encoding } = encodingOf(source, 1);
    const sendEncodings =
      source === 'camera' ? LAYERS.map((layer) => ({ ...encoding, ...layer })) : [encoding];
    const transceiver = this.#options.connection.addTransceiver(track, {
      direction: 'sendonly',
      sendEncodings,
    });
    return {
      transceiver,
      holds: track,
      isIdle: false,
      cancelIdle: () => undefined,
      track: null,
      isTold: false,
      toldBy: 0,
    };
  }

  async #offer(added: readonly (readonly [Source, Sent])[]): Promise<void> {
    const { connection, session, timers } = this.#options;
    await connection.setLocalDescription();
    const asked = added.flatMap(([source, { transceiver }]) =>
      transceiver.mid === null ? [] : [{ mid: transceiver.mid, media: MEDIUM[source] }],
    );
    const sdp = connection.localDescription?.sdp ?? '';
    // Where it is refused the offer stays on the table: the next description, ours or theirs, takes its place.
    const answered = await session.publish(sdp, asked);
    if (this.#isClosed) return;
    await connection.setRemoteDescription({ type: 'answer', sdp: answered.sdp });
    this.#isNegotiated = true;
    for (const [source, sent] of added) {
      const name = answered.tracks.find(({ mid }) => mid === sent.transceiver.mid)?.track;
      if (name === undefined) {
        this.#refused.add(source);
        this.#end(source, sent);
      } else {
        sent.track = name;
        sent.toldBy = timers.now() + WORD;
        this.#refused.delete(source);
      }
    }
  }

  /** Ends what comes by these keys, and what could not be ended before; at most so many at once. Answers whether all of it is. */
  async unsubscribe(keys: readonly string[], most: number): Promise<boolean> {
    for (const key of keys) {
      const coming = this.#coming.get(key);
      if (coming === undefined) continue;
      this.#coming.delete(key);
      this.#over.add(coming.mid);
      if (this.#mayGiveUp(coming.transceiver)) coming.transceiver.stop();
    }
    const { connection, session } = this.#options;
    const first = connection.getTransceivers()[0]?.mid ?? '';
    if (this.#over.has(first)) await session.close([first]);
    this.#over.delete(first);
    const ending = Array.from(this.#over).slice(0, most);
    if (ending.length === 0 || this.#isClosed) return true;
    const { sdp } = await this.#close(ending);
    for (const mid of ending) this.#over.delete(mid);
    if (sdp !== null && !this.#isClosed) await connection.setRemoteDescription({ type: 'answer', sdp });
    return this.#over.size === 0;
  }

  /** Ends these at the SFU. Where it refuses to have them given up, they stay in the description, up to the most that it holds. */
  async #close(mids: readonly string[]): Promise<SfuCloseResponse> {
    const { connection, session } = this.#options;
    if (!this.#givesUp) return session.close(mids);
    // By an answer a browser does not give a section up, only by an offer.
    await connection.setLocalDescription();
    try {
      return await session.close(mids, connection.localDescription?.sdp);
    } catch (error) {
      if (!(error instanceof ParleyError && error.code === 'sfu_failed')) throw error;
      this.#givesUp = false;
      return session.close(mids);
    }
  }

  /** What is wanted no longer need not be remembered as refused. */
  forgive(isWanted: (key: string) => boolean): void {
    this.#refused.keep((key) => isWanted(key) || SOURCES.some((source) => source === key));
  }

  /** Has these come, cameras in this size. */
  async subscribe(wanted: readonly Wanted[], size: string): Promise<void> {
    const { connection, session } = this.#options;
    const ridOf = ({ source }: Wanted) => (source === 'camera' ? { rid: size } : {});
    const answered = await session.subscribe(
      wanted.map((one) => ({ member: one.member, track: one.track, ...ridOf(one) })),
    );
    if (this.#isClosed) return;
    if (answered.sdp !== null) {
      await connection.setRemoteDescription({ type: 'offer', sdp: answered.sdp });
      await connection.setLocalDescription();
      this.#isNegotiated = true;
    }
    for (const [index, one] of wanted.entries()) this.#take(one, answered.tracks[index]?.mid, ridOf(one).rid);
    if (answered.sdp !== null) await session.answer(connection.localDescription?.sdp ?? '');
  }

  #take(wanted: Wanted, mid: string | undefined, rid: string | undefined): void {
    const key = keyOf(wanted);
    const transceiver = this.#options.connection.getTransceivers().find((one) => one.mid === mid);
    if (mid === undefined || transceiver === undefined) {
      this.#refused.add(key);
      return;
    }
    this.#refused.delete(key);
    // What was stopped here receives nothing any more, also where the SFU uses it again.
    if (transceiver.direction === 'stopped') this.#options.broken();
    // A section that was used before is somebody else's from now on.
    for (const [other, known] of this.#coming) if (known.mid === mid) this.#coming.delete(other);
    this.#coming.set(key, { ...wanted, mid, transceiver, rid });
  }

  /** Has cameras come in another size, where they do not yet; at most so many at once. Answers whether all are asked for. */
  async prefer(size: string, most: number): Promise<boolean> {
    const others = Array.from(this.#coming.values()).filter(({ rid }) => rid !== undefined && rid !== size);
    const asked = others.slice(0, most);
    if (asked.length === 0) return true;
    for (const one of asked) one.rid = size;
    await this.#options.session.prefer(
      asked.map(({ member, mid, track }) => ({ member, mid, track, rid: size })),
    );
    return asked.length === others.length;
  }
}

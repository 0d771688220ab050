import { ParleyError } from '../http.ts';
import { KIND, type Line, MEDIUM, NO_TRACKS, SOURCES, type Source, type Tracks } from './call-view.ts';
import { type Sample, sampleOf } from './quality.ts';
import { report } from './report.ts';
import { keyOf, SfuLink, type Wanted } from './sfu-link.ts';
import { SfuSession } from './sfu-session.ts';
import type { Stays } from './stays.ts';
import type { OpenTransport, Received, Transport, TransportContext } from './transport.ts';

/** ms until what failed is tried again; doubles up to the longest. */
const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 30_000;
/** ms for which a connection may be disconnected before it is made anew: browsers find their way back sooner, or not at all. */
const RECOVER_WITHIN = 5_000;
/** Tracks that one request names. */
const AT_ONCE = 64;
/** Tracks that come at once, sound before pictures: a description must not hold more than 128 sections (`LIMITS.sfuSections`). */
const MOST = 72;

/** The size that is worth showing where so many pictures are: two have half a window each, more than six are small. */
const sizeFor = (pictures: number): string => (pictures <= 2 ? 'f' : pictures <= 6 ? 'h' : 'q');

/**
 * Through an SFU: one connection, by which everything goes and comes. What has to be negotiated is done one after another; what is
 * wanted is compared with what there is after each step, so that nothing that changes meanwhile is lost. Where a step fails nobody
 * knows how far it came, and the connection is made anew; until there is another one the old one goes on.
 */
class ThroughSfu implements Transport {
  readonly #context: TransportContext;
  readonly #off: () => void;
  #link: SfuLink | null = null;
  /** Another connection has to take the place of this one. */
  #isStale = false;
  /** We have been in the call since the last step. */
  #isIn = false;
  /** We came in again, and the SFU's session may have ended meanwhile. */
  #isDoubtful = false;
  #local: Tracks = NO_TRACKS;
  #stays: Stays = new Map();
  #wanted: ReadonlySet<string> | null = null;
  #isWorking = false;
  #isDirty = false;
  #isClosed = false;
  #retry = FIRST_RETRY;
  /** Something failed, and is to be let be until this is called; null: nothing has. */
  #stopWaiting: (() => void) | null = null;
  #cancelRecovery: () => void = () => undefined;

  constructor(context: TransportContext) {
    this.#context = context;
    this.#off = context.room.on('sfu.published', () => this.#look());
  }

  setLocal(source: Source, track: MediaStreamTrack | null): void {
    this.#local = { ...this.#local, [source]: track };
    // Whoever is muted is not heard from this moment, whatever is being negotiated.
    this.#link?.hold(this.#local);
    this.#look();
  }

  setWanted(members: ReadonlySet<string> | null): void {
    this.#wanted = members;
    this.#look();
  }

  follow(stays: Stays): void {
    this.#stays = stays;
    this.#look();
  }

  entered(): void {
    this.#lookNow();
  }

  networkChanged(): void {
    // The way to the SFU is made anew at once: it has one address, and there is nobody to look for another one with.
    if (this.#link !== null && this.#link.state !== 'connected') this.#isStale = true;
    else this.#recoverLater();
    this.#lookNow();
  }

  received(member: string): Received | undefined {
    const stay = this.#stays.get(member);
    if (stay === undefined) return undefined;
    const tracks = { ...NO_TRACKS };
    for (const one of this.#link?.coming.values() ?? [])
      if (one.member === member) tracks[one.source] = one.transceiver.receiver.track;
    return { from: stay.call, tracks, line: this.#lineTo(member) };
  }

  level(member: string): number {
    for (const { member: of, source, transceiver } of this.#link?.coming.values() ?? [])
      if (of === member && source === 'microphone')
        return transceiver.receiver.getSynchronizationSources()[0]?.audioLevel ?? 0;
    return 0;
  }

  async sample(): Promise<ReadonlyMap<string, Sample>> {
    const link = this.#link;
    const report = await link?.stats();
    if (link === null || report === undefined) return new Map();
    const now = this.#context.timers.now();
    // A map of dictionaries that have no common type.
    const entries = Array.from(report as ReadonlyMap<string, Readonly<Record<string, unknown>>>);
    const samples = new Map<string, Sample>();
    for (const member of this.#stays.keys()) {
      const mids = new Set(
        Array.from(link.coming.values()).flatMap((one) => (one.member === member ? [one.mid] : [])),
      );
      const theirs = entries.filter(
        ([, { type, mid }]) => type === 'candidate-pair' || (type === 'inbound-rtp' && mids.has(String(mid))),
      );
      samples.set(member, sampleOf(new Map(theirs) as RTCStatsReport, this.#lineTo(member), now));
    }
    return samples;
  }

  close(): void {
    this.#isClosed = true;
    this.#off();
    this.#stopWaiting?.();
    this.#drop();
  }

  #lineTo(member: string): Line {
    const state = this.#link?.state;
    if (state === 'failed' || state === 'disconnected') return 'lost';
    const theirs = this.#shownOf(member);
    // Nothing has to come from them.
    if (theirs.length === 0) return 'connected';
    const isAny = theirs.some((one) => this.#link?.coming.has(keyOf(one)));
    return isAny && state === 'connected' ? 'connected' : 'connecting';
  }

  /** Something may have to be done; does it where nothing is under way or has just failed, else afterwards. */
  #look(): void {
    this.#isDirty = true;
    if (!this.#isThere) this.#isIn = false;
    if (this.#isWorking || this.#isClosed || this.#stopWaiting !== null) return;
    this.#isWorking = true;
    void this.#work();
  }

  /** What has failed before may succeed from now. */
  #lookNow(): void {
    this.#stopWaiting?.();
    this.#retry = FIRST_RETRY;
    this.#look();
  }

  async #work(): Promise<void> {
    while (this.#isDirty && this.#isThere && !this.#isClosed) {
      this.#isDirty = false;
      try {
        await this.#step();
        this.#retry = FIRST_RETRY;
      } catch (error) {
        if (!this.#isClosed) this.#failed(error);
        break;
      }
      if (!this.#isClosed) this.#context.changed();
    }
    this.#isWorking = false;
  }

  /** We are in the call by the room's word: before that it refuses everything. */
  get #isThere(): boolean {
    const { self, calls, connection } = this.#context.room.state;
    return connection.status === 'online' && calls.get(self.id)?.call === this.#context.call;
  }

  async #step(): Promise<void> {
    if (this.#link === null && !this.#isOfUse) return;
    if (this.#link === null || this.#isStale) await this.#begin();
    const link = this.#link;
    if (link === null) return;
    await this.#comeBack(link);
    if (!this.#isIn) return;
    const { self, published } = this.#context.room.state;
    await link.release(published.get(self.id));
    if (!link.hasRoomFor(SOURCES.length + this.#missing(link).length)) return this.#replace();
    if (link.isReady) await link.publish(this.#local);
    if (link.isReady) await this.#unsubscribe(link);
    if (link.isReady) await this.#subscribe(link);
    if (link.isReady) await this.#prefer(link);
  }

  /** What is to be known where the line to the room was lost: it tells anew what we send, and may have ended the session. */
  async #comeBack(link: SfuLink): Promise<void> {
    if (!this.#isIn) {
      this.#isIn = true;
      this.#isDoubtful = true;
      link.entered();
    }
    if (this.#isDoubtful) await link.check();
    this.#isDoubtful = false;
  }

  /** There is something to be sent or to come. */
  get #isOfUse(): boolean {
    return SOURCES.some((source) => this.#local[source] !== null) || this.#shown.length > 0;
  }

  #failed(error: unknown): void {
    const known = error instanceof ParleyError ? error : null;
    // It was too much at this moment, and nothing was done with it; or nothing but a question was asked.
    const isWhole =
      known?.code === 'rate_limited' || (this.#isDoubtful && known?.code !== 'sfu_session_unknown');
    if (!isWhole) this.#isStale = true;
    if (known === null) report(error);
    this.#wait(Math.max(this.#retry, known?.retry ?? 0));
    this.#retry = Math.min(this.#retry * 2, LONGEST_RETRY);
    this.#context.changed();
  }

  #wait(ms: number): void {
    const cancel = this.#context.timers.after(ms, () => {
      this.#stopWaiting = null;
      this.#look();
    });
    this.#stopWaiting = () => {
      this.#stopWaiting = null;
      cancel();
    };
  }

  #replace(): void {
    this.#isStale = true;
    this.#look();
  }

  #drop(): void {
    this.#cancelRecovery();
    this.#link?.close();
    this.#link = null;
  }

  #recoverLater(): void {
    this.#cancelRecovery();
    this.#cancelRecovery = this.#context.timers.after(RECOVER_WITHIN, () => {
      if (this.#link !== null && this.#link.state !== 'connected') this.#replace();
    });
  }

  async #begin(): Promise<void> {
    const { room, call, peerConnection, iceServers, timers, changed } = this.#context;
    const session = await SfuSession.begin(room, call);
    const servers = await iceServers();
    if (this.#isClosed) return;
    // What the SFU has refused on one connection it refuses on the next one.
    const givesUp = this.#link?.givesUp ?? true;
    this.#drop();
    const connection = new peerConnection({ iceServers: servers, bundlePolicy: 'max-bundle' });
    const link = new SfuLink({
      session,
      connection,
      timers,
      givesUp,
      look: () => this.#look(),
      broken: () => link === this.#link && this.#replace(),
    });
    this.#link = link;
    this.#isStale = false;
    this.#isIn = true;
    this.#isDoubtful = false;
    connection.addEventListener('connectionstatechange', () => {
      if (link !== this.#link) return;
      this.#cancelRecovery();
      if (link.state === 'failed') this.#replace();
      else if (link.state === 'disconnected') this.#recoverLater();
      else this.#look();
      changed();
    });
  }

  /** What of somebody is there and wanted. Of who is gone for a moment it stays as it is: the room tells nothing of them then. */
  #shownOf(member: string): readonly Wanted[] {
    if (this.#stays.get(member)?.until !== null)
      return Array.from(this.#link?.coming.values() ?? []).filter((one) => one.member === member);
    const shown = new Map<Source, Wanted>();
    for (const { track, media, kind } of this.#context.room.state.published.get(member)?.tracks ?? []) {
      const source = SOURCES.find((one) => MEDIUM[one] === media && KIND[one] === kind);
      const isWanted = kind === 'audio' || (this.#wanted?.has(member) ?? true);
      if (source !== undefined && isWanted) shown.set(source, { member, track, source });
    }
    return Array.from(shown.values());
  }

  /** The same of all who are in, sound first. */
  get #shown(): readonly Wanted[] {
    const shown = Array.from(this.#stays.keys()).flatMap((member) => this.#shownOf(member));
    const isSound = ({ source }: Wanted): boolean => KIND[source] === 'audio';
    return [...shown.filter(isSound), ...shown.filter((one) => !isSound(one))].slice(0, MOST);
  }

  async #unsubscribe(link: SfuLink): Promise<void> {
    const shown = new Set(this.#shown.map(keyOf));
    link.forgive((key) => shown.has(key));
    const over = Array.from(link.coming.keys()).filter((key) => !shown.has(key));
    if (!(await link.unsubscribe(over, AT_ONCE))) this.#isDirty = true;
  }

  /** What is to come and does not yet. */
  #missing(link: SfuLink): readonly Wanted[] {
    return this.#shown.filter((one) => {
      const key = keyOf(one);
      return !link.coming.has(key) && !link.isRefused(key);
    });
  }

  async #subscribe(link: SfuLink): Promise<void> {
    const missing = this.#missing(link);
    if (missing.length > AT_ONCE) this.#isDirty = true;
    if (missing.length > 0) await link.subscribe(missing.slice(0, AT_ONCE), this.#size);
  }

  get #size(): string {
    return sizeFor(this.#shown.filter(({ source }) => source === 'camera').length);
  }

  /** Other sizes, where there are more or fewer pictures now. */
  async #prefer(link: SfuLink): Promise<void> {
    try {
      if (!(await link.prefer(this.#size, AT_ONCE))) this.#isDirty = true;
    } catch (error) {
      // A picture of another size than wished is better than none.
      const isMinor = error instanceof ParleyError && error.code !== 'sfu_session_unknown';
      if (!isMinor) throw error;
    }
  }
}

/** The way through an SFU, for calls that the room has sent there. */
export const openSfu: OpenTransport = (context) => new ThroughSfu(context);

import type { Signal } from '../../protocol/signal.ts';
import type { Timers } from '../timers.ts';
import { type Line, NO_TRACKS, type Tracks } from './call-view.ts';
import { candidateSignal, type Sent } from './outbox.ts';
import { report } from './report.ts';
import { hasFragment, sessionOf, withDtx } from './sdp.ts';
import { type Declared, Sections, type Sending } from './sections.ts';
import type { PeerConnectionConstructor } from './transport.ts';

export interface PeerOptions {
  /** Who of the two gives way where both make an offer at once. The other one makes the first. */
  readonly isPolite: boolean;
  readonly peerConnection: PeerConnectionConstructor;
  readonly iceServers: () => Promise<RTCIceServer[]>;
  readonly send: (signal: Signal) => Promise<Sent>;
  /** Both are in the call at the moment, so that a signal would arrive. */
  readonly reaches: () => boolean;
  readonly sending: () => Sending;
  /** Whether another connection may be made for them just now; asked before each. */
  readonly mayConnect: () => boolean;
  readonly timers: Timers;
  readonly changed: () => void;
}

type Description = Extract<Signal, { readonly kind: 'description' }>;
type Candidate = Extract<Signal, { readonly kind: 'candidate' }>;

/**
 * ms after which a connection that does not stand is looked at: an offer without an answer is said again, else another way is
 * looked for. The room tells signals once, and whoever can't keep up with it misses them without a sign.
 */
export const LOOK_AFTER = 10_000;
/** Candidates kept that came before their description. */
const EARLY_KEPT = 100;
/** How many offers this page has made: an old answer is to none of a later connection either. */
let offersMade = 0;
/** New connections in a row that came to nothing before it is left until something changes. */
const ATTEMPTS = 3;

/**
 * The connection to one other member: "perfect negotiation" of the WebRTC recommendation (W3C, 10.7) over signals that may be lost
 * when somebody's line to the room drops. What is done is done one after another. A connection that can't be gone on with is made
 * anew; the other side sees it by the session of its description, and makes its own anew too.
 */
export class Peer {
  readonly #options: PeerOptions;
  #connection: RTCPeerConnection | null = null;
  #sections: Sections | null = null;
  #tasks: Promise<void> = Promise.resolve();
  /** The other side's connection, once it has said something. */
  #session = '';
  /** Our last offer, by its number. */
  #offered = 0;
  /** Their last offer, and what was to be sent by each answer to it that they may have heard. They keep to the first. */
  #heard: { readonly offer: number | undefined; readonly answers: Set<string> } | null = null;
  #early: Candidate[] = [];
  /** There is something to be said that could not be when it came up. */
  #isUnsaid = false;
  /** A candidate of ours did not arrive. */
  #hasLost = false;
  /** What was allowed by our knowledge when the room denied a description; null: it did not. */
  #denied: string | null = null;
  #wasConnected = false;
  #failures = 0;
  #attempts = 0;
  #isClosed = false;
  #cancelLook: () => void = () => undefined;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#do(() => this.#begin(!options.isPolite));
  }

  get line(): Line {
    const state = this.#connection?.connectionState;
    if (state === 'connected') return 'connected';
    const isLost = state === 'failed' || state === 'disconnected' || this.#attempts >= ATTEMPTS;
    return isLost || this.#wasConnected ? 'lost' : 'connecting';
  }

  get tracks(): Tracks {
    return this.#sections?.tracks ?? NO_TRACKS;
  }

  get level(): number {
    return this.#sections?.level ?? 0;
  }

  /** null: there is no connection yet. */
  async stats(): Promise<RTCStatsReport | null> {
    return (await this.#connection?.getStats()) ?? null;
  }

  /** What is to be sent, or what may be, has changed. */
  apply(): void {
    this.#do(async () => {
      await this.#sections?.apply(this.#options.sending());
      if (this.#denied === null || this.#denied === this.#allowed) return;
      this.#denied = null;
      await this.#saySomething();
    });
  }

  receive(signal: Signal): void {
    this.#do(() => (signal.kind === 'candidate' ? this.#hearCandidate(signal) : this.#read(signal)));
  }

  /** One of the two has come in again, and signals may have been lost meanwhile. */
  sync(): void {
    this.#attempts = 0;
    this.#do(async () => {
      const connection = this.#connection;
      const { signalingState, connectionState } = connection ?? {};
      if (connection === null) await this.#begin(true);
      else if (this.#isUnsaid || signalingState !== 'stable') await this.#saySomething();
      else if (connectionState === 'failed' || (this.#hasLost && connectionState !== 'connected'))
        await this.#restart();
      this.#lookLater();
    });
  }

  /** Looks for another way, while what is there goes on. */
  restart(): void {
    this.#attempts = 0;
    this.#do(() => this.#restart());
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelLook();
    this.#connection?.close();
  }

  #do(task: () => Promise<unknown>): void {
    this.#tasks = this.#tasks.then(async () => {
      // Whatever a browser has against what it was given: only a connection made anew is known to take it.
      if (!(await this.#hasDone(task))) {
        this.#attempts += 1;
        if (this.#attempts < ATTEMPTS) await this.#hasDone(() => this.#begin(true));
      }
      if (!this.#isClosed) this.#options.changed();
    });
  }

  /** Never rejects: what comes after it is done, too. */
  async #hasDone(task: () => Promise<unknown>): Promise<boolean> {
    try {
      if (!this.#isClosed) await task();
      return true;
    } catch (error) {
      report(error);
      return this.#isClosed;
    }
  }

  /** All sections over one way: each further one would be looked for, and told, by itself. */
  async #configuration(): Promise<RTCConfiguration> {
    return { iceServers: await this.#options.iceServers(), bundlePolicy: 'max-bundle' };
  }

  /** Makes a connection in the place of the one there is. false: there were too many of late, and that one stays for now. */
  async #begin(offers: boolean): Promise<boolean> {
    this.#lookLater();
    const configuration = await this.#configuration();
    if (this.#isClosed || !this.#options.mayConnect()) return false;
    this.#connection?.close();
    this.#connection = null;
    this.#sections = null;
    const connection = new this.#options.peerConnection(configuration);
    this.#connection = connection;
    this.#sections = new Sections(connection);
    this.#session = '';
    this.#denied = null;
    this.#failures = 0;
    this.#hasLost = false;
    this.#isUnsaid = false;
    this.#listen(connection);
    if (offers) this.#sections.open(this.#options.sending());
    return true;
  }

  #listen(connection: RTCPeerConnection): void {
    const isOld = (): boolean => this.#isClosed || connection !== this.#connection;
    connection.addEventListener('negotiationneeded', () => {
      this.#do(async () => {
        if (!isOld()) await this.#negotiate();
      });
    });
    connection.addEventListener('icecandidate', ({ candidate }) => {
      // An empty one says that there are no more, which nobody waits for.
      if (isOld() || candidate === null || candidate.candidate === '') return;
      void this.#tell(candidate);
    });
    connection.addEventListener('connectionstatechange', () => {
      if (isOld()) return;
      this.#moved(connection.connectionState);
      this.#options.changed();
    });
  }

  async #tell(candidate: RTCIceCandidate): Promise<void> {
    const sent = this.#options.reaches() ? await this.#options.send(candidateSignal(candidate)) : 'unsent';
    if (sent !== 'sent') this.#hasLost = true;
  }

  #moved(state: RTCPeerConnectionState): void {
    if (state === 'connected') {
      this.#wasConnected = true;
      this.#failures = 0;
      this.#attempts = 0;
      this.#hasLost = false;
    }
    if (state === 'disconnected') this.#lookLater();
    if (state === 'failed') this.#do(() => this.#recover());
  }

  /**
   * A way that failed is looked for again; where that was of no help, one of the two begins anew. As often as it takes: a browser
   * tries for long before it says so.
   */
  async #recover(): Promise<void> {
    this.#failures += 1;
    if (this.#failures > 1 && !this.#options.isPolite) await this.#begin(true);
    else await this.#restart();
  }

  async #restart(): Promise<void> {
    const connection = this.#connection;
    if (connection === null) await this.#begin(true);
    // What has never heard of the other side has no way to look for yet.
    if (connection === null || this.#session === '') return;
    connection.setConfiguration(await this.#configuration());
    if (connection.signalingState === 'closed') return;
    connection.restartIce();
    this.#lookLater();
  }

  #lookLater(): void {
    this.#cancelLook();
    this.#cancelLook = this.#options.timers.after(LOOK_AFTER, () => this.#do(() => this.#look()));
  }

  async #look(): Promise<void> {
    const connection = this.#connection;
    if (!this.#options.reaches() || this.#attempts >= ATTEMPTS) return;
    if (connection === null) {
      await this.#begin(true);
      return;
    }
    const isSettled = connection.signalingState === 'stable' && this.#denied === null;
    if (isSettled && connection.connectionState === 'connected') return;
    this.#denied = null;
    if (isSettled) await this.#recover();
    else await this.#saySomething();
    this.#lookLater();
  }

  get #allowed(): string {
    return JSON.stringify(this.#options.sending().allowed);
  }

  /** Says what has to be said in the state that the connection is in. */
  async #saySomething(): Promise<void> {
    const state = this.#connection?.signalingState;
    if (state === 'have-local-offer') await this.#offer();
    else if (state === 'have-remote-offer') await this.#answer();
    else if (state === 'stable') await this.#negotiate();
  }

  async #negotiate(): Promise<void> {
    const connection = this.#connection;
    const sections = this.#sections;
    // While an offer is open it waits; the browser asks again.
    if (connection === null || sections === null || connection.signalingState !== 'stable') return;
    if (this.#denied !== null) return;
    await sections.apply(this.#options.sending());
    await connection.setLocalDescription();
    offersMade += 1;
    this.#offered = offersMade;
    await this.#offer();
  }

  async #offer(): Promise<void> {
    const connection = this.#connection;
    const description = connection?.localDescription;
    if (!connection || !description || connection.signalingState !== 'have-local-offer') return;
    const sent = await this.#say('offer', description.sdp, this.#offered);
    if (sent === 'denied') await connection.setLocalDescription({ type: 'rollback' });
    this.#lookLater();
  }

  /** Said before it is set: where the room denies it, another one can be made, and nobody has heard of this. */
  async #answer(): Promise<void> {
    const connection = this.#connection;
    const sections = this.#sections;
    if (connection === null || sections === null) return;
    await sections.apply(this.#options.sending());
    const answer = await connection.createAnswer();
    const sent = await this.#say('answer', answer.sdp ?? '', this.#heard?.offer);
    if (sent === 'sent' || sent === 'unsent') this.#heard?.answers.add(sections.directions);
    if (sent === 'sent') {
      await connection.setLocalDescription(answer);
      // Senders know of their encodings from here.
      await sections.apply(this.#options.sending());
      // Which of them holds there is not known here.
      if (this.#heard !== null && this.#heard.answers.size > 1) await this.#negotiate();
    }
    this.#lookLater();
  }

  async #say(type: Description['type'], sdp: string, offer: number | undefined): Promise<Sent> {
    const media = this.#sections?.declared ?? {};
    const sent = this.#options.reaches()
      ? await this.#options.send({
          kind: 'description',
          type,
          sdp,
          media: { ...media },
          ...(offer === undefined ? {} : { offer }),
        })
      : 'unsent';
    this.#isUnsaid = sent === 'unsent';
    if (sent === 'denied') this.#denied = this.#allowed;
    // A description that the room can't read would be the same the next time.
    if (sent === 'refused') this.#attempts = ATTEMPTS;
    return sent;
  }

  #read(description: Description): Promise<void> {
    return description.type === 'offer' ? this.#readOffer(description) : this.#readAnswer(description);
  }

  async #readOffer({ sdp, media, offer }: Description): Promise<void> {
    const isGlare = this.#connection?.signalingState === 'have-local-offer';
    if (isGlare && !this.#options.isPolite) return;
    const session = sessionOf(sdp);
    const isAnother = this.#session !== '' && session !== this.#session;
    // A first offer that was taken back would leave its sections behind, beside those of the other side.
    const isOver =
      this.#connection === null || isAnother || (isGlare && this.#session === '') || this.#hasOpened;
    if (isOver && !(await this.#begin(false))) return;
    await this.#set({ type: 'offer', sdp }, session, media);
    if (this.#connection?.signalingState !== 'have-remote-offer') return;
    if (offer === undefined || offer !== this.#heard?.offer) this.#heard = { offer, answers: new Set() };
    await this.#answer();
  }

  /** Whether it has made sections for a first offer that was never heard. */
  get #hasOpened(): boolean {
    return this.#session === '' && (this.#connection?.getTransceivers().length ?? 0) > 0;
  }

  async #readAnswer({ sdp, media, offer = this.#offered }: Description): Promise<void> {
    // To an offer that was answered already, or taken back.
    if (this.#connection?.signalingState !== 'have-local-offer' || offer !== this.#offered) return;
    const session = sessionOf(sdp);
    if (this.#session !== '' && session !== this.#session) await this.#begin(true);
    else await this.#set({ type: 'answer', sdp }, session, media);
  }

  async #set(
    { type, sdp }: { type: 'offer' | 'answer'; sdp: string },
    session: string,
    media: Declared,
  ): Promise<void> {
    const connection = this.#connection;
    const sections = this.#sections;
    // Sections don't change what they are for: whoever says so has another thing in mind than is good for us.
    if (connection === null || sections === null || !sections.agrees(media)) return;
    const speech = new Set(Object.keys(media).filter((mid) => media[mid] === 'microphone'));
    await connection.setRemoteDescription({ type, sdp: withDtx(sdp, speech) });
    this.#session = session;
    sections.adopt(media);
    if (type === 'answer') await sections.apply(this.#options.sending());
    // What came before this and is not of it was of something that will not be heard of again.
    for (const candidate of this.#early.splice(0))
      if (this.#isOf(candidate)) await this.#hearCandidate(candidate);
    this.#lookLater();
  }

  /** Whether it is of the description that was heard last. */
  #isOf({ usernameFragment }: Candidate): boolean {
    const sdp = this.#connection?.remoteDescription?.sdp;
    return sdp !== undefined && (usernameFragment === null || hasFragment(sdp, usernameFragment));
  }

  async #hearCandidate(candidate: Candidate): Promise<void> {
    if (!this.#isOf(candidate)) {
      this.#early = [...this.#early, candidate].slice(-EARLY_KEPT);
      return;
    }
    const { kind: _, ...init } = candidate;
    try {
      await this.#connection?.addIceCandidate(init);
    } catch {
      // One way that this browser can't go; the others remain.
    }
  }
}

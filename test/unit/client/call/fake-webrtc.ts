import {
  agreed,
  candidatesOf,
  type Direction,
  describe,
  type FakeDescription,
  type FakeTrack,
  FakeTransceiver,
  isOpen,
  lineOf,
  midsOf,
  receives,
  type Section,
  sectionsOf,
  sends,
  towards,
} from './fake-tracks.ts';
import type { SimClock } from './sim-clock.ts';

// What browsers do by "WebRTC: Real-Time Communication in Browsers" (W3C) and RFC 8829 as far as a call depends on it: the states of
// signaling with implicit rollback, sections that stay, candidates that belong to a user fragment, connections that stand only
// between two that have agreed. No packets: what arrives is what the other side sends.

const failed = (name: string, text: string): DOMException => new DOMException(text, name);

/** What is between all of one test. */
export interface Between {
  readonly clock: SimClock;
  readonly random: () => number;
  readonly all: FakePeerConnection[];
  sessions: number;
  /** Nobody reaches anybody. */
  isCut: boolean;
  look(): void;
  other(connection: FakePeerConnection): FakePeerConnection | undefined;
}

export class FakePeerConnection extends EventTarget {
  readonly air: Between;
  readonly place: { ways: number };
  readonly session: string;
  /** Whether its offers use sections again that were rejected. */
  reusesSections = true;
  configuration: RTCConfiguration;
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  currentLocal: FakeDescription | null = null;
  currentRemote: FakeDescription | null = null;
  pendingLocal: FakeDescription | null = null;
  pendingRemote: FakeDescription | null = null;
  readonly #transceivers: FakeTransceiver[] = [];
  readonly #heard = new Set<string>();
  /** Mids that were settled by an answer. */
  #settled = new Set<string>();
  #fragment = '';
  /** By user fragment, the way on which its candidates were found; a change of network makes it useless. */
  readonly #ways = new Map<string, number>();
  #version = 0;
  #mids = 0;
  #wantsRestart = false;
  #isNeeded = false;
  /** With whom it stands. */
  #partner: FakePeerConnection | null = null;

  constructor(air: Between, place: { ways: number }, configuration: RTCConfiguration) {
    super();
    this.air = air;
    this.place = place;
    this.configuration = configuration;
    air.sessions += 1;
    this.session = String(air.sessions);
    air.all.push(this);
  }

  get localDescription(): FakeDescription | null {
    const description = this.pendingLocal ?? this.currentLocal;
    if (description === null) return null;
    const found = this.#gathered.map((candidate) => `a=${candidate}\r\n`).join('');
    return { type: description.type, sdp: description.sdp + found };
  }
  get remoteDescription(): FakeDescription | null {
    return this.pendingRemote ?? this.currentRemote;
  }
  getTransceivers(): FakeTransceiver[] {
    return [...this.#transceivers];
  }
  addTransceiver(
    given: 'audio' | 'video' | FakeTrack,
    { direction = 'sendrecv' as Direction, sendEncodings = [{}] as Record<string, unknown>[] } = {},
  ): FakeTransceiver {
    if (this.signalingState === 'closed') throw failed('InvalidStateError', 'it is closed');
    const kind = typeof given === 'string' ? given : given.kind;
    const transceiver = new FakeTransceiver(() => this.checkNeeded(), kind, direction);
    if (typeof given !== 'string') transceiver.sender.track = given;
    transceiver.sender.parameters = { encodings: sendEncodings };
    this.#transceivers.push(transceiver);
    this.checkNeeded();
    return transceiver;
  }
  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }
  restartIce(): void {
    this.#wantsRestart = true;
    this.checkNeeded();
  }
  async getStats(): Promise<Map<string, object>> {
    return new Map();
  }

  #gathered: string[] = [];

  #describe(type: 'offer' | 'answer', sections: readonly Section[]): FakeDescription {
    return describe(type, `${this.session} ${this.#version}`, this.#fragment, sections);
  }

  #makeOffer(): FakeDescription {
    this.#version += 1;
    if (this.#fragment === '' || this.#wantsRestart) {
      this.#wantsRestart = false;
      this.#fragment = `u${this.session}x${this.#version}`;
      this.#ways.set(this.#fragment, this.place.ways);
      this.#gathered = [];
    }
    const known = this.#known;
    const added = this.#transceivers.filter(
      ({ mid, isStopped }) => !isStopped && !known.some((one) => one.mid === mid),
    );
    const sectionOf = (transceiver: FakeTransceiver): Section => {
      transceiver.mid ??= `${this.#mids++}`;
      const { mid, receiver, isStopped } = transceiver;
      const direction = transceiver.direction === 'stopped' ? 'inactive' : transceiver.direction;
      return { mid, kind: receiver.track.kind, direction, isRejected: isStopped };
    };
    // RFC 8829, 5.2.2: a section that was rejected is free for another one.
    const sections = known.map((section) => {
      const isFree = section.isRejected && this.reusesSections;
      const own = isFree ? added.shift() : this.#transceivers.find(({ mid }) => mid === section.mid);
      return own === undefined ? section : sectionOf(own);
    });
    return this.#describe('offer', [...sections, ...added.map(sectionOf)]);
  }
  get #known(): readonly Section[] {
    return agreed(this.currentLocal, this.currentRemote);
  }

  async createAnswer(): Promise<FakeDescription> {
    if (this.signalingState !== 'have-remote-offer') throw failed('InvalidStateError', 'there is no offer');
    this.#version += 1;
    const offer = this.pendingRemote?.sdp ?? '';
    const restarts = lineOf(offer, 'a=ice-ufrag:') !== lineOf(this.currentRemote?.sdp ?? '', 'a=ice-ufrag:');
    if (this.#fragment === '' || restarts) {
      this.#fragment = `u${this.session}x${this.#version}`;
      this.#ways.set(this.#fragment, this.place.ways);
      this.#gathered = [];
    }
    return this.#describe(
      'answer',
      sectionsOf(offer).map(({ mid, kind, direction, isRejected }) => {
        const transceiver = this.#transceivers.find((one) => one.mid === mid);
        const own = transceiver?.direction ?? 'inactive';
        return {
          mid,
          kind,
          // Chromium tells in an offer only that it has stopped a section.
          isRejected,
          direction: towards(sends(own) && receives(direction), receives(own) && sends(direction)),
        };
      }),
    );
  }

  async setLocalDescription(given?: { type: string; sdp?: string }): Promise<void> {
    if (this.signalingState === 'closed') throw failed('InvalidStateError', 'it is closed');
    if (given?.type === 'rollback') {
      if (this.signalingState !== 'have-local-offer')
        throw failed('InvalidStateError', 'nothing to take back');
      this.#rollback();
      this.#became('stable');
      return;
    }
    const isOffer =
      given === undefined ? this.signalingState !== 'have-remote-offer' : given.type === 'offer';
    if (isOffer) {
      if (!['stable', 'have-local-offer'].includes(this.signalingState))
        throw failed('InvalidStateError', 'an offer can not be made now');
      this.pendingLocal = this.#makeOffer();
      this.#isNeeded = false;
      this.#became('have-local-offer');
    } else {
      const answer = given ?? (await this.createAnswer());
      if (this.signalingState !== 'have-remote-offer')
        throw failed('InvalidStateError', 'an answer can not be given now');
      this.currentRemote = this.pendingRemote;
      this.currentLocal = { type: 'answer', sdp: answer.sdp ?? '' };
      this.pendingLocal = this.pendingRemote = null;
      this.#settle(answer.sdp ?? '', true);
      this.#became('stable');
    }
    this.#gather();
  }

  async setRemoteDescription({ type, sdp }: FakeDescription): Promise<void> {
    if (this.signalingState === 'closed') throw failed('InvalidStateError', 'it is closed');
    if (type === 'offer') {
      if (this.signalingState === 'have-local-offer') this.#rollback();
      this.#checkOrder(sdp);
      this.pendingRemote = { type, sdp };
      for (const { mid, kind, isRejected } of sectionsOf(sdp)) {
        if (isRejected || this.#transceivers.some((one) => one.mid === mid)) continue;
        const made = new FakeTransceiver(() => this.checkNeeded(), kind, 'recvonly');
        made.mid = mid;
        this.#mids = Math.max(this.#mids, Number(mid) + 1);
        this.#transceivers.push(made);
      }
      this.#became('have-remote-offer');
    } else {
      if (this.signalingState !== 'have-local-offer')
        throw failed('InvalidStateError', 'nothing was offered');
      if (midsOf(this.pendingLocal?.sdp ?? '') !== midsOf(sdp))
        throw failed('InvalidAccessError', 'the sections of the answer are not those of the offer');
      const before = this.currentRemote?.sdp ?? '';
      // RFC 8842: keys may change only with a restart that both want.
      if (before !== '' && lineOf(before, 'o=-').split(' ')[0] !== lineOf(sdp, 'o=-').split(' ')[0])
        throw failed('OperationError', 'the fingerprint has changed');
      this.currentLocal = this.pendingLocal;
      this.currentRemote = { type, sdp };
      this.pendingLocal = this.pendingRemote = null;
      this.#settle(sdp, false);
      this.#became('stable');
    }
    for (const candidate of candidatesOf(sdp)) this.#heard.add(candidate);
    this.air.look();
  }

  async addIceCandidate({ candidate = '' }: { candidate?: string }): Promise<void> {
    if (this.remoteDescription === null) throw failed('InvalidStateError', 'there is no description');
    this.#heard.add(candidate);
    this.air.look();
  }

  close(): void {
    this.signalingState = 'closed';
    this.connectionState = 'closed';
    for (const { receiver } of this.#transceivers) receiver.track.stop();
    this.air.look();
  }

  /** Sections keep their order and their kind for as long as a connection lives. */
  #checkOrder(sdp: string): void {
    const offered = sectionsOf(sdp);
    if (this.#known.some(({ mid, isRejected }, index) => !isRejected && mid !== offered[index]?.mid))
      throw failed('InvalidAccessError', 'the order of the sections is another');
  }

  #rollback(): void {
    this.pendingLocal = null;
    for (const transceiver of this.#transceivers) {
      if (transceiver.mid !== null && !this.#settled.has(transceiver.mid)) transceiver.mid = null;
    }
    // What was to be negotiated still is.
    this.#isNeeded = false;
    if (
      lineOf(this.currentLocal?.sdp ?? '', 'a=ice-ufrag:') !== this.#fragment &&
      this.currentLocal !== null
    ) {
      this.#fragment = lineOf(this.currentLocal.sdp, 'a=ice-ufrag:');
      this.#wantsRestart = true;
    }
    this.checkNeeded();
  }

  #settle(answer: string, isOwn: boolean): void {
    for (const { mid, direction, isRejected } of sectionsOf(answer)) {
      this.#settled.add(mid);
      const index = this.#transceivers.findIndex((one) => one.mid === mid);
      const transceiver = this.#transceivers[index];
      if (transceiver === undefined) continue;
      if (isRejected) {
        this.#transceivers.splice(index, 1);
        transceiver.stop();
        continue;
      }
      transceiver.currentDirection = isOwn ? direction : towards(receives(direction), sends(direction));
    }
    this.#try();
  }

  /** A browser tries for a while before it says that there is no way. */
  #try(): void {
    const fragment = this.#fragment;
    if (this.connectionState === 'failed') this.#connect('connecting');
    this.air.clock.after(15_000, () => {
      const isOver = fragment !== this.#fragment || this.signalingState === 'closed';
      if (!isOver && this.connectionState !== 'connected') this.#connect('failed');
    });
  }

  #became(state: RTCSignalingState): void {
    this.signalingState = state;
    if (state === 'stable') this.checkNeeded();
    this.air.look();
  }

  /** "Update the negotiation-needed flag", W3C 4.7.3. */
  checkNeeded(): void {
    if (this.signalingState !== 'stable' || this.#isNeeded || !this.#mustNegotiate()) return;
    this.#isNeeded = true;
    this.air.clock.after(0, () => {
      if (this.signalingState !== 'stable' || !this.#mustNegotiate()) {
        this.#isNeeded = false;
        return;
      }
      this.#isNeeded = false;
      this.dispatchEvent(new Event('negotiationneeded'));
    });
  }
  #mustNegotiate(): boolean {
    if (this.#wantsRestart && this.currentLocal !== null) return true;
    return this.#transceivers.some((one) => isOpen(one, this.currentLocal, this.currentRemote));
  }

  #gather(): void {
    const fragment = this.#fragment;
    const way = this.#ways.get(fragment);
    for (const number of [1, 2]) {
      this.air.clock.after(5 + this.air.random() * 60, () => {
        if (this.#fragment !== fragment || this.signalingState === 'closed') return;
        const text = `candidate:${number} ${fragment} way ${way}`;
        if (this.#gathered.includes(text)) return;
        this.#gathered.push(text);
        const candidate = { candidate: text, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: fragment };
        this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }));
      });
    }
  }

  /** Whether the two have agreed on one another, and one of them knows a way to the other. */
  isWith(other: FakePeerConnection): boolean {
    if (this.signalingState === 'closed' || this.currentRemote === null || this.currentLocal === null)
      return false;
    const remote = this.currentRemote.sdp;
    return (
      lineOf(remote, 'o=-').split(' ')[0] === other.session &&
      lineOf(remote, 'a=ice-ufrag:') === lineOf(other.currentLocal?.sdp ?? '', 'a=ice-ufrag:') &&
      !this.#hasMoved &&
      (this.#knows(other) || other.#knows(this))
    );
  }
  #knows(other: FakePeerConnection): boolean {
    const fragment = lineOf(other.currentLocal?.sdp ?? '', 'a=ice-ufrag:');
    return [...this.#heard].some((candidate) => candidate.includes(` ${fragment} `));
  }

  look(): void {
    if (this.signalingState === 'closed') return;
    const found = this.air.isCut ? undefined : this.air.other(this);
    if (found !== undefined) {
      this.#partner = found;
      this.#connect('connected');
      return;
    }
    // What stands goes on while another way is looked for, as long as both ends are where they were.
    const partner = this.#partner;
    if (partner === null) {
      if (this.connectionState === 'new' && this.currentRemote !== null) this.#connect('connecting');
      return;
    }
    const stands =
      !this.air.isCut &&
      partner.signalingState !== 'closed' &&
      !this.#hasMoved &&
      !partner.#hasMoved &&
      partner.#partner === this;
    if (!stands && this.connectionState === 'connected') {
      this.#connect('disconnected');
      this.air.clock.after(5_000, () => {
        if (this.connectionState === 'disconnected') this.#connect('failed');
      });
    }
  }
  get #hasMoved(): boolean {
    return this.#ways.get(lineOf(this.currentLocal?.sdp ?? '', 'a=ice-ufrag:')) !== this.place.ways;
  }

  #connect(state: RTCPeerConnectionState): void {
    if (this.connectionState === state) return;
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  /** What arrives in a section: the track that the other side sends in it. */
  arriving(mid: string): FakeTrack | null {
    if (this.connectionState !== 'connected' || this.#partner === null) return null;
    const there = this.#partner.getTransceivers().find((one) => one.mid === mid);
    return there !== undefined && sends(there.currentDirection) ? there.sender.track : null;
  }
}

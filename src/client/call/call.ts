import type { CallMode } from '../../protocol/call.ts';
import { MEDIA, type Media } from '../../protocol/permissions.ts';
import { Emitter } from '../emitter.ts';
import type { ParleyError } from '../http.ts';
import { caught, patiently } from '../patience.ts';
import type { PageLike } from '../player.ts';
import { TIMERS, type Timers } from '../timers.ts';
import { acquaint } from './acquaint.ts';
import { type CallStatus, type CallView, NO_TRACKS, SOURCES, type Taken, type Tracks } from './call-view.ts';
import { openDirect } from './direct.ts';
import { IceServers } from './ice.ts';
import { Levels } from './levels.ts';
import { type Meter, openMeter } from './meter.ts';
import { type NetworkLike, onNetworkChange, theNetwork } from './network.ts';
import { OwnMedia } from './own.ts';
import { QualityWatch } from './quality-watch.ts';
import { isSame } from './same.ts';
import { Seen } from './seen.ts';
import { openSfu } from './sfu.ts';
import { afterStop, nextEnd, nextStays, type Stays } from './stays.ts';
import type { CallRoom, OpenTransport, PeerConnectionConstructor, Transport } from './transport.ts';

/** It was asked for as well as could be; where it is refused, the state shows it. */
const forget = (asked: Promise<unknown>): void => void caught(asked);

export interface CallOptions {
  /** What to come in with. It belongs to the call from now on, as all that is given to it: it stops it when it is over. */
  readonly microphone?: MediaStreamTrack | null;
  readonly camera?: MediaStreamTrack | null;
  /** Comes in with the microphone held back. */
  readonly muted?: boolean;
  /** How a call goes that is too large for direct connections. Left out: through the room's SFU. */
  readonly sfu?: OpenTransport;
  /** Left out: that of this program. */
  readonly peerConnection?: PeerConnectionConstructor;
  readonly timers?: Timers;
  /** Left out: that of this program. null: always seen. */
  readonly page?: PageLike | null;
  /** What tells of a change of network. Left out: that of this program. null: nothing does. */
  readonly network?: NetworkLike | null;
  readonly openMeter?: (track: MediaStreamTrack) => Meter;
}

/** A stay in the call of a room, over as many connections as it takes. Made by `openCall`. */
export class Call {
  /** How loud everybody is. */
  readonly levels: Levels;
  readonly #room: CallRoom;
  readonly #options: CallOptions;
  readonly #timers: Timers;
  readonly #peerConnection: PeerConnectionConstructor;
  readonly #emitter = new Emitter();
  readonly #id: string;
  readonly #ice: IceServers;
  readonly #own: OwnMedia;
  readonly #seen = new Seen();
  readonly #quality: QualityWatch;
  readonly #offs: (() => void)[];
  #transport: Transport | null = null;
  /** What the transport is for; null: there is none. */
  #mode: CallMode | null = null;
  #stays: Stays = new Map();
  #wanted: ReadonlySet<string> | null = null;
  #sent: Tracks;
  #status: CallStatus = 'entering';
  #failure: ParleyError | null = null;
  #wasIn = false;
  /** Each attempt to come in has a number; what comes of an older one is of no matter. */
  #entries = 0;
  #speaksMuted = false;
  #cancelEnd: () => void = () => undefined;
  #view: CallView;

  /** @internal Use `openCall`. */
  constructor(room: CallRoom, peerConnection: PeerConnectionConstructor, id: string, options: CallOptions) {
    const { timers = TIMERS, microphone = null, camera = null, muted = false } = options;
    this.#room = room;
    this.#options = options;
    this.#timers = timers;
    this.#peerConnection = peerConnection;
    this.#id = id;
    this.#ice = new IceServers(room, timers);
    this.#own = new OwnMedia({
      room,
      timers,
      muted,
      isIn: () => this.#status === 'in',
      send: (source, track) => {
        this.#sent = { ...this.#sent, [source]: track };
        this.#transport?.setLocal(source, track);
      },
      taken: (taken) => this.#emitter.emit('taken', taken),
      changed: () => this.#changed(),
    });
    this.#sent = NO_TRACKS;
    this.levels = new Levels({
      timers,
      openMeter: options.openMeter ?? openMeter,
      self: () => room.state.self.id,
      levelOf: (member) => (this.#view.members.get(member)?.microphone ? this.#level(member) : 0),
      spoke: (speaks) => this.#spoke(speaks),
    });
    this.#quality = new QualityWatch({
      timers,
      sample: async () => (await this.#transport?.sample()) ?? new Map(),
      ...(options.page === undefined ? {} : { page: options.page }),
      changed: () => this.#changed(),
    });
    this.#view = this.#make();
    const network = options.network === undefined ? theNetwork() : options.network;
    this.#offs = [
      room.subscribe(() => this.#follow()),
      room.on('connection', ({ status }) => this.#connection(status)),
      room.on('call.changed', (event) => this.#heard(event)),
      room.on('media.stopped', ({ members, media }) => this.#stopped(members, media)),
      // What hosts did since is not known: of who is gone for a moment, too, nothing counts that one of them may have switched off.
      room.on('resync', () => this.#stopped([...this.#stays.keys()], MEDIA)),
      ...(network === null ? [] : [onNetworkChange(network, () => this.#transport?.networkChanged())]),
    ];
    forget(this.#own.set('microphone', { microphone }));
    forget(this.#own.set('camera', { camera }));
    this.#connection(room.state.connection.status);
    this.#follow();
  }

  /** The call as it is now: the same object until something changes. */
  get state(): CallView {
    return this.#view;
  }

  /** Called after each change of `state`. Needs no `this`. Returns a function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => this.#emitter.on('change', listener);

  /** Called when something of yours was switched off without you. Returns a function that ends it. */
  onTaken(listener: (taken: Taken) => void): () => void {
    // What is emitted under this name is that.
    return this.#emitter.on('taken', listener as (value: unknown) => void);
  }

  /**
   * Gives the microphone, another one in its place, or (null) takes it away. All of these reject with a ParleyError where the
   * room refuses (`not_allowed`, `call_full`, …); then nothing is on and the track is stopped.
   */
  setMicrophone(microphone: MediaStreamTrack | null): Promise<void> {
    return this.#own.set('microphone', { microphone });
  }
  /** Holds the microphone back, or lets it be heard again at once. Muted it still tells whether you speak. */
  setMuted(muted: boolean): Promise<void> {
    return this.#own.mute(muted);
  }
  setCamera(camera: MediaStreamTrack | null): Promise<void> {
    return this.#own.set('camera', { camera });
  }
  /** `sound`: what the screen plays, where the browser gives it. */
  setScreen(
    screen: { readonly video: MediaStreamTrack; readonly sound?: MediaStreamTrack | null } | null,
  ): Promise<void> {
    return this.#own.set('screen', { screen: screen?.video ?? null, screenSound: screen?.sound ?? null });
  }

  /** Whose pictures are shown, null: everybody's. The others need not send theirs to you; everybody's sound always comes. */
  watchOnly(members: Iterable<string> | null): void {
    this.#wanted = members === null ? null : new Set(members);
    this.#transport?.setWanted(this.#wanted);
  }

  /** Tries again to come in, after `failed`. */
  enter(): void {
    if (this.#status === 'failed') this.#connection(this.#room.state.connection.status);
  }

  /** Leaves the call, and stops all that was given to it. You stay in the room. */
  close(): void {
    if (this.#status === 'closed') return;
    const isIn = this.#status === 'in' || this.#status === 'entering';
    this.#end();
    if (isIn) this.#exit();
  }

  /** Told in the end, however busy the room is just now; else the others would wait for a picture of somebody who is gone. */
  #exit(): void {
    const { calling, state } = this.#room;
    const isStillIn = (): boolean => this.#room.state.calls.get(state.self.id)?.call === this.#id;
    void patiently(this.#timers, () => calling.exit(), isStillIn);
  }

  #end(): void {
    this.#entries += 1;
    this.#status = 'closed';
    for (const off of this.#offs) off();
    this.#cancelEnd();
    this.#own.close();
    this.levels.close();
    this.#quality.close();
    this.#transport?.close();
    this.#transport = null;
    this.#stays = new Map();
    this.#changed();
  }

  #connection(status: CallRoom['state']['connection']['status']): void {
    if (status === 'closed') this.#end();
    else if (status === 'online') void this.#enter();
    else this.#away();
  }

  #away(): void {
    this.#entries += 1;
    if (this.#status !== 'failed') this.#status = this.#wasIn ? 'away' : 'entering';
    this.#changed();
  }

  /**
   * Comes in. Who was in before tells first what is on: then the others see at the moment of the return that nothing has changed. But
   * before that it hears all that it missed, for a host may have switched something off.
   */
  async #enter(): Promise<void> {
    this.#away();
    const number = this.#entries;
    const isOld = (): boolean => number !== this.#entries;
    this.#failure = null;
    this.#status = 'entering';
    this.#changed();
    this.#own.forget();
    if (this.#wasIn && this.#own.isWanted) {
      await patiently(
        this.#timers,
        () => this.#room.calling.caughtUp(),
        () => !isOld(),
      );
      if (isOld()) return;
    }
    const announced = this.#wasIn ? this.#own.announce() : Promise.resolve();
    const error = await patiently(
      this.#timers,
      () => this.#room.calling.enter(this.#id),
      () => !isOld(),
    );
    await announced;
    if (isOld()) return;
    if (error !== null) return this.#refused(error);
    this.#wasIn = true;
    this.#status = 'in';
    this.#follow();
    await this.#own.announce();
  }

  #refused(error: ParleyError): void {
    // The next connection tries again.
    if (this.#room.state.connection.status !== 'online') return;
    const { camera, screen } = this.#own.tracks;
    if (error.code === 'call_full' && (camera !== null || screen !== null)) {
      // The place of our picture was taken meanwhile; without one there may still be a place for us.
      this.#own.take('camera', 'room', error);
      this.#own.take('screen', 'room', error);
      forget(this.#room.setMedia({ camera: false, screen: false }));
      void this.#enter();
      return;
    }
    this.#fail(error);
  }

  #fail(error: ParleyError): void {
    this.#status = 'failed';
    this.#failure = error;
    this.#transport?.close();
    this.#transport = null;
    this.#mode = null;
    this.#stays = new Map();
    this.#own.withhold();
    this.#changed();
  }

  #heard({
    member,
    call,
    by,
  }: {
    readonly member: string;
    readonly call: string | null;
    readonly by?: string;
  }): void {
    const isSelf = member === this.#room.state.self.id;
    if (isSelf && call === this.#id) this.#transport?.entered();
    // Nobody has asked for that: whatever it was, you want to be in.
    if (isSelf && call === null && this.#status === 'in') void this.#enter();
    // Who says that they go is not waited for.
    if (isSelf || call !== null || by !== member) return;
    this.#stays = new Map(Array.from(this.#stays).filter(([id]) => id !== member));
    this.#follow();
  }

  #stopped(members: readonly string[], media: readonly Media[]): void {
    this.#stays = afterStop(this.#stays, members, media);
    this.#follow();
  }

  /** The room has changed. */
  #follow(): void {
    if (this.#status === 'closed') return;
    const isHere = this.#status === 'in' || this.#status === 'entering';
    if (isHere && this.#room.state.connection.status === 'online') {
      this.#own.withdraw();
      this.#travel(this.#room.state.call.mode);
    }
    if (this.#transport !== null) {
      const now = this.#timers.now();
      this.#stays = nextStays(this.#stays, this.#room.state, now);
      this.#transport.follow(this.#stays);
      this.#cancelEnd();
      const end = nextEnd(this.#stays);
      if (end !== null) this.#cancelEnd = this.#timers.after(end - now, () => this.#follow());
      acquaint(this.#room, this.#stays.keys());
    }
    this.#changed();
  }

  /** Has picture and sound go the way that the room says. */
  #travel(mode: CallMode): void {
    if (mode === this.#mode && this.#transport !== null) return;
    const open = mode === 'direct' ? openDirect : (this.#options.sfu ?? openSfu);
    this.#transport?.close();
    this.#mode = mode;
    this.#transport = open({
      room: this.#room,
      call: this.#id,
      peerConnection: this.#peerConnection,
      timers: this.#timers,
      iceServers: this.#ice.get,
      changed: () => this.#changed(),
    });
    this.#transport.setWanted(this.#wanted);
    for (const source of SOURCES) this.#transport.setLocal(source, this.#sent[source]);
  }

  #spoke(speaks: boolean): void {
    this.#speaksMuted = speaks;
    this.#own.setSpeaking(speaks);
    this.#changed();
  }

  #level(member: string): number {
    return this.#transport?.level(member) ?? 0;
  }

  #changed(): void {
    if (this.#status !== 'closed') this.levels.listenTo(this.#own.tracks.microphone);
    const next = this.#make();
    if (isSame(this.#view, next)) return;
    this.#view = next;
    this.#emitter.emit('change');
  }

  #make(): CallView {
    const { tracks, isMuted, speaks } = this.#own;
    const self = {
      ...tracks,
      muted: isMuted,
      speaking: speaks,
      speakingWhileMuted: this.#speaksMuted && isMuted && tracks.microphone !== null,
    };
    const before = this.#view as CallView | undefined;
    return {
      mode: this.#mode ?? this.#room.state.call.mode,
      status: this.#status,
      failure: this.#failure,
      members: this.#seen.members(this.#room.state, this.#stays, this.#transport, (id) =>
        this.#quality.of(id),
      ),
      self: before !== undefined && isSame(before.self, self) ? before.self : self,
    };
  }
}

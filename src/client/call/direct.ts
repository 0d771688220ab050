import { can } from '../../protocol/permissions.ts';
import type { RoomEvent } from '../../protocol/registry.ts';
import { Bound } from './bound.ts';
import { NO_TRACKS, type Source, type Tracks } from './call-view.ts';
import { Outbox } from './outbox.ts';
import { Peer } from './peer.ts';
import { type Sample, sampleOf } from './quality.ts';
import type { On, Stays } from './stays.ts';
import type { OpenTransport, Received, Transport, TransportContext } from './transport.ts';

/** The connection to somebody's page. */
interface Link {
  /** The id of their page. */
  readonly call: string;
  readonly peer: Peer;
  /** Their signal came before the room's word that they are in: what the room said of them until then. null: it has been told. */
  ahead: { readonly known: string | undefined; readonly cancel: () => void } | null;
}

/** ms that a page which has signaled is waited for to be told of. Both come from the same room, one just after the other. */
const AHEAD = 5_000;
/**
 * Connections that are made for one member in a minute, whatever they say. Who means well needs a few: one for each page of theirs, and
 * one more where a way can't be found. A browser has room for some hundreds, and a page that is out of them has no call at all.
 */
const CONNECTIONS = 20;
const MINUTE = 60_000;

/** From each to each: one connection to every other member of the call. */
class Direct implements Transport {
  readonly #context: TransportContext;
  readonly #outbox: Outbox;
  readonly #links = new Map<string, Link>();
  /** By member, for all their pages. */
  readonly #bounds = new Map<string, Bound>();
  readonly #offs: (() => void)[];
  #stays: Stays = new Map();
  #tracks: Tracks = NO_TRACKS;
  #wanted: ReadonlySet<string> | null = null;
  #told = '';

  constructor(context: TransportContext) {
    this.#context = context;
    this.#outbox = new Outbox(context.timers);
    this.#offs = [
      context.room.on('signal.sent', (event) => this.#hear(event)),
      // Somebody who comes in again with the same id: the connection goes on, what was said meanwhile may be lost.
      context.room.on('call.changed', ({ member, call }) => {
        const link = this.#links.get(member);
        if (link !== undefined && link.call === call) link.peer.sync();
      }),
    ];
  }

  setLocal(source: Source, track: MediaStreamTrack | null): void {
    this.#tracks = { ...this.#tracks, [source]: track };
    this.#apply();
  }

  setWanted(members: ReadonlySet<string> | null): void {
    this.#wanted = members;
    this.#apply();
  }

  follow(stays: Stays): void {
    const before = this.#links.size;
    this.#stays = stays;
    for (const [member, link] of this.#links) this.#check(member, link);
    for (const [member, { call, until }] of stays) {
      if (!this.#links.has(member) && until === null) this.#open(member, call);
    }
    // How much goes to each depends on how many there are; what may be sent, on the room.
    const told = JSON.stringify(this.#allowed);
    if (told === this.#told && before === this.#links.size) return;
    this.#told = told;
    this.#apply();
  }

  entered(): void {
    for (const { peer } of this.#links.values()) peer.sync();
  }

  networkChanged(): void {
    for (const { peer } of this.#links.values()) peer.restart();
  }

  received(member: string): Received | undefined {
    const link = this.#links.get(member);
    if (link === undefined) return undefined;
    const { tracks, line } = link.peer;
    return { from: link.call, tracks, line };
  }

  level(member: string): number {
    return this.#links.get(member)?.peer.level ?? 0;
  }

  async sample(): Promise<ReadonlyMap<string, Sample>> {
    const now = this.#context.timers.now();
    const samples = await Promise.all(
      Array.from(this.#links, async ([member, { peer }]) => {
        const report = await peer.stats();
        return report === null ? null : ([member, sampleOf(report, peer.line, now)] as const);
      }),
    );
    return new Map(samples.filter((sample) => sample !== null));
  }

  close(): void {
    for (const off of this.#offs) off();
    for (const member of [...this.#links.keys()]) this.#drop(member);
    this.#outbox.close();
  }

  #apply(): void {
    for (const { peer } of this.#links.values()) peer.apply();
  }

  get #allowed(): On {
    const { self, policy } = this.#context.room.state;
    return {
      camera: can(self, policy, 'camera'),
      microphone: can(self, policy, 'microphone'),
      screen: can(self, policy, 'screen'),
    };
  }

  /** Ends a connection to a page that is in the call no longer. */
  #check(member: string, link: Link): void {
    const call = this.#stays.get(member)?.call;
    if (call === link.call) {
      link.ahead?.cancel();
      link.ahead = null;
    } else if (link.ahead === null || link.ahead.known !== this.#known(member)) {
      this.#drop(member);
    }
  }

  #drop(member: string): void {
    const link = this.#links.get(member);
    if (link === undefined) return;
    this.#links.delete(member);
    link.ahead?.cancel();
    link.peer.close();
    this.#outbox.drop(link.call);
  }

  #hear({ by, call, peer, signal }: RoomEvent<'signal.sent'>): void {
    // For the page that was here before this one.
    if (by === undefined || peer !== this.#context.call) return;
    const known = this.#links.get(by);
    if (known?.call === call) known.peer.receive(signal);
    else this.#meet(by, call).peer.receive(signal);
  }

  /** Somebody signals whose page the room has not told of yet: it lets only those signal who are in. */
  #meet(member: string, call: string): Link {
    this.#drop(member);
    const link = this.#open(member, call);
    if (this.#stays.get(member)?.call !== call) {
      const known = this.#known(member);
      const cancel = this.#context.timers.after(AHEAD, () => {
        if (link.ahead === null || this.#links.get(member) !== link) return;
        this.#drop(member);
        this.#context.changed();
      });
      link.ahead = { known, cancel };
    }
    return link;
  }

  #open(member: string, call: string): Link {
    const { room, peerConnection, iceServers, timers, changed } = this.#context;
    const self = room.state.self.id;
    const bound = this.#bounds.get(member) ?? new Bound(timers, CONNECTIONS, MINUTE);
    this.#bounds.set(member, bound);
    const peer = new Peer({
      isPolite: self < member,
      peerConnection,
      iceServers,
      timers,
      changed,
      mayConnect: bound.take,
      reaches: () => this.#reaches(member, call),
      sending: () => ({
        tracks: this.#tracks,
        allowed: this.#allowed,
        wantsPictures: this.#wanted?.has(member) ?? true,
        receivers: this.#links.size,
      }),
      send: (signal) =>
        this.#outbox.send(call, () =>
          room.calling.signal({ to: member, call: this.#context.call, peer: call, signal }),
        ),
    });
    const link: Link = { call, peer, ahead: null };
    this.#links.set(member, link);
    return link;
  }

  /** Both are in the call, as far as is known here. Who is ahead of the room's word has just said so. */
  #reaches(member: string, call: string): boolean {
    const { state } = this.#context.room;
    if (state.connection.status !== 'online' || this.#known(state.self.id) !== this.#context.call)
      return false;
    const link = this.#links.get(member);
    return this.#known(member) === call || (link !== undefined && link.ahead !== null);
  }

  /** The page with which somebody is in the call, by the room's word. */
  #known(member: string): string | undefined {
    return this.#context.room.state.calls.get(member)?.call;
  }
}

export const openDirect: OpenTransport = (context) => new Direct(context);

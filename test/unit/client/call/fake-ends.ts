import { NO_TRACKS, type Source } from '../../../../src/client/call/call-view.ts';
import type { Sent } from '../../../../src/client/call/outbox.ts';
import { Peer } from '../../../../src/client/call/peer.ts';
import type { Sending } from '../../../../src/client/call/sections.ts';
import type { Signal } from '../../../../src/protocol/index.ts';
import { Air } from './fake-air.ts';
import { FakeTrack } from './fake-tracks.ts';
import type { FakePeerConnection } from './fake-webrtc.ts';
import { SimClock } from './sim-clock.ts';

export const ALL = { camera: true, microphone: true, screen: true };
const LATENCY = 40;
/** What the end that says something hears of it. */
const HEARD = {
  sent: 'sent',
  lost: 'sent',
  untold: 'unsent',
  unsent: 'unsent',
  denied: 'denied',
  refused: 'refused',
} as const;

/** One end, with what is said to the other in between. */
export class End {
  readonly peer: Peer;
  readonly place = { ways: 1 };
  readonly said: Signal[] = [];
  sending: Sending = { tracks: NO_TRACKS, allowed: ALL, wantsPictures: true, receivers: 1 };
  reaches = true;
  mayConnect = (): boolean => true;
  /** What becomes of a signal; arrives where it is 'sent', or 'untold': then this end does not hear that it did. */
  rule: (signal: Signal) => Sent | 'lost' | 'untold' = () => 'sent';
  /** ms by which descriptions arrive later than all else. */
  late = 0;
  /** Its descriptions do not say which offer they are about. */
  withoutNumbers = false;
  other: End | null = null;
  readonly #clock: SimClock;

  constructor(clock: SimClock, air: Air, isPolite: boolean) {
    this.#clock = clock;
    this.peer = new Peer({
      isPolite,
      peerConnection: air.at(this.place),
      iceServers: () => Promise.resolve([{ urls: ['stun:stun.example'] }]),
      send: (signal) => this.#send(signal),
      reaches: () => this.reaches,
      sending: () => this.sending,
      mayConnect: () => this.mayConnect(),
      timers: clock,
      changed: () => undefined,
    });
  }

  #send(given: Signal): Promise<Sent> {
    const signal: Signal =
      this.withoutNumbers && given.kind === 'description' ? { ...given, offer: undefined } : given;
    this.said.push(signal);
    return new Promise((resolve) => {
      this.#clock.after(LATENCY, () => {
        const sent = this.rule(signal);
        const after = LATENCY + (signal.kind === 'description' ? this.late : 0);
        if (sent === 'sent' || sent === 'untold')
          this.#clock.after(after, () => this.other?.peer.receive(signal));
        this.#clock.after(LATENCY, () => resolve(HEARD[sent]));
      });
    });
  }

  give(source: Source): FakeTrack {
    const track = new FakeTrack(source === 'camera' || source === 'screen' ? 'video' : 'audio');
    this.change({ tracks: { ...this.sending.tracks, [source]: track.real } });
    return track;
  }
  change(sending: Partial<Sending>): void {
    this.sending = { ...this.sending, ...sending };
    this.peer.apply();
  }
  offers(): number {
    return this.said.filter((signal) => signal.kind === 'description' && signal.type === 'offer').length;
  }
}

/** Two ends of one connection, on two machines. */
export function pair() {
  const clock = new SimClock();
  const air = new Air(clock);
  const bold = new End(clock, air, false);
  const polite = new End(clock, air, true);
  bold.other = polite;
  polite.other = bold;
  const open = () => air.all.filter(({ signalingState }) => signalingState !== 'closed');
  const of = (end: End): FakePeerConnection => {
    const found = open().find(({ place }) => place === end.place);
    if (found === undefined) throw new Error('no connection');
    return found;
  };
  /** What comes out at an end as this source. */
  const arrives = (end: End, source: Source): string | null => {
    const track = end.peer.tracks[source];
    const section = of(end)
      .getTransceivers()
      .find(({ receiver }) => receiver.track.real === track);
    return section?.mid == null ? null : (of(end).arriving(section.mid)?.id ?? null);
  };
  return { clock, air, bold, polite, open, of, arrives };
}

/** ms in which all that is said is said. */
export const SOON = 1_000;

import type { PeerConnectionConstructor } from '../../../../src/client/call/transport.ts';
import { type Between, FakePeerConnection } from './fake-webrtc.ts';
import type { SimClock } from './sim-clock.ts';

/** The air between all of one test. */
export class Air implements Between {
  readonly clock: SimClock;
  readonly random: () => number;
  readonly all: FakePeerConnection[] = [];
  sessions = 1_000;
  /** Nobody reaches anybody. */
  isCut = false;

  constructor(clock: SimClock, random: () => number = () => 0.5) {
    this.clock = clock;
    this.random = random;
  }

  /** The constructor that one page has. `place`: whose machine it is, for cutting it off. */
  at(place: { ways: number }): PeerConnectionConstructor {
    const air = this;
    class Here extends FakePeerConnection {
      constructor(configuration: RTCConfiguration) {
        super(air, place, configuration);
      }
    }
    return Here as unknown as PeerConnectionConstructor;
  }

  /** Looks who has found whom. */
  look(): void {
    for (const connection of this.all) connection.look();
  }

  other(connection: FakePeerConnection): FakePeerConnection | undefined {
    return this.all.find((one) => one !== connection && one.isWith(connection) && connection.isWith(one));
  }
}

import type { Engine } from '../engine/engine.ts';
import { type Executor, follow, followLater, gathering } from '../engine/outbox.ts';
import type { LinkBatch } from '../platform/user-rpc.ts';
import type { Person } from '../protocol/index.ts';
import { linkCarried, linkGone } from './features/links.ts';
import type { Host } from './host.ts';
import { linkOf, nextBatch } from './links.ts';
import { cardOfSelf } from './view.ts';

/** What goes to somebody, and from whom. */
interface Trip {
  readonly from: Person;
  readonly to: string;
  readonly batch: LinkBatch;
  /** The newest number that they are known to have taken. */
  readonly reached: number;
}

/** ms after which one that hangs is given up, so that it holds up nobody else's; it is tried again. */
const PATIENCE = 10_000;
/** Trips one after another before it is written that they were made. */
const TRIPS = 10;

const tripTo = ({ state, epoch }: Engine, to: string, reached: number): Trip => ({
  from: cardOfSelf(state),
  to,
  batch: nextBatch(state, epoch, to, reached),
  reached,
});

/** What has come meanwhile and is on disk by now. */
const nextTrip = (engine: Engine, { to }: Trip, reached: number): Promise<Trip> =>
  new Promise((resolve) => engine.consistent(() => tripTo(engine, to, reached), resolve));

/**
 * Carries to another person's object what waits for it, and what comes in the meantime: who writes much waits for
 * the trips alone, and not for it to be written each time that one was made. What is not on disk stays here: it might be
 * taken there and be forgotten here, and its number be given once more.
 */
export const carryTo = (host: Host): Executor =>
  gathering(
    (data): Trip | null => {
      const { to } = data as { readonly to: string };
      const engine = host.engine();
      return engine === null ? null : tripTo(engine, to, linkOf(engine.state, to).carried);
    },
    async (first) => {
      const engine = host.engine();
      const peers = host.env.USERS;
      if (first === null || engine === null || peers === undefined) throw new Error('nobody can be reached');
      const { to } = first;
      let trip = first;
      for (let trips = 0; trips < TRIPS && trip.batch.items.length > 0; trips += 1) {
        const taken = await peers.getByName(to).take(trip.from, to, trip.batch);
        if (!taken.ok && trip.reached > first.reached) break;
        if (!taken.ok) throw new Error(taken.error.message);
        if ('gone' in taken.value) return follow(linkGone, { account: to });
        trip = await nextTrip(engine, trip, Math.max(trip.reached, taken.value.upTo));
      }
      // Whether more waits is looked at by the command: something may have come since.
      return followLater(linkCarried, { to, upTo: trip.reached });
    },
    PATIENCE,
  );

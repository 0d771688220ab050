import type { EventType, RoomEvent } from '../protocol/registry.ts';
import type { Emitter } from './emitter.ts';
import type { Resync } from './line.ts';

/** Events that wait for a loop that is slower than they come. */
export const WAITING = 1_000;

/**
 * In a loop over events: some were not told one by one, and the state shows what came of them. `slow`: the loop fell so
 * far behind that those which waited for it were let go. Otherwise see `Resync`.
 */
export interface Missed {
  readonly t: 'resync';
  readonly reason: Resync['reason'] | 'slow';
}

/** Events of these types as a loop takes them; of all where none is named. */
export type Told<T extends EventType> = RoomEvent<T> | Missed;

/** What loops run over. */
interface Source {
  readonly emitter: Emitter;
  /** Whether the connection is over for good. */
  readonly isOver: () => boolean;
}

/** Sleeps until it is woken. Nothing comes between looking whether there is something to do and going to sleep. */
class Sleeper {
  #wake = (): void => undefined;
  readonly wake = (): void => this.#wake();

  sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** The events from now on, in their order, until the connection is over. */
export async function* eventsOf<T extends EventType>(
  { emitter, isOver }: Source,
  types: readonly T[],
): AsyncGenerator<Told<T>, void, undefined> {
  let waiting: Told<T>[] = [];
  const sleeper = new Sleeper();
  const isWanted = ({ t }: { readonly t: string }): boolean =>
    types.length === 0 || types.some((wanted) => wanted === t);
  const put = (told: Told<T>): void => {
    if (waiting.length >= WAITING) waiting = [{ t: 'resync', reason: 'slow' }];
    waiting.push(told);
    sleeper.wake();
  };
  const stops = [
    // What is emitted under these names has these types; see `RoomConnection.on`.
    emitter.on('on event', (event) => isWanted(event as RoomEvent) && put(event as Told<T>)),
    emitter.on('on resync', (info) => put({ t: 'resync', reason: (info as Resync).reason })),
    emitter.on('on connection', sleeper.wake),
  ];
  try {
    while (true) {
      const told = waiting.shift();
      if (told !== undefined) yield told;
      else if (isOver()) return;
      else await sleeper.sleep();
    }
  } finally {
    for (const stop of stops) stop();
  }
}

/**
 * The state as it is, and then after each change, until the connection is over. Whoever is slow gets the newest one and
 * none of those between.
 */
export async function* statesOf<S>(
  { emitter, isOver }: Source,
  state: () => S,
): AsyncGenerator<S, void, undefined> {
  const sleeper = new Sleeper();
  const stop = emitter.on('change', sleeper.wake);
  let told: S | undefined;
  try {
    while (true) {
      const now = state();
      if (now !== told) {
        told = now;
        yield now;
      } else if (isOver()) return;
      else await sleeper.sleep();
    }
  } finally {
    stop();
  }
}

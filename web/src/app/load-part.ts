import { ParleyError } from '../../../src/client/index.ts';

/**
 * Loads a part of the page that is not needed from the start. Without a network, or after a new version was deployed, it can't
 * be had: then it rejects as a request does that does not get through, so whoever tries those again tries this again.
 */
export const loadPart = <T>(part: () => Promise<T>): Promise<T> =>
  part().catch((error: unknown) => {
    throw error instanceof ParleyError ? error : new ParleyError('network', { detail: String(error) });
  });

/** What went wrong; told from there being nothing wrong, whatever was thrown. */
export interface Fault {
  readonly error: unknown;
}

interface PartState<T> {
  readonly loaded: T | null;
  /** Why the last try was in vain. */
  readonly fault: Fault | null;
  /** It is on its way. */
  readonly isComing: boolean;
}

/** A part of the page that is loaded when it is wanted: one for all who show it, and once it is there it stays. */
export class Part<T> {
  readonly #load: () => Promise<T>;
  readonly #listeners = new Set<() => void>();
  #state: PartState<T> = { loaded: null, fault: null, isComing: false };

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** The same object until something changes. */
  get state(): PartState<T> {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Fetches it, also after a try that was in vain, unless it is there or on its way. Resolves when it is known whether it came. */
  async load(): Promise<void> {
    const { loaded, isComing, fault } = this.#state;
    if (loaded !== null || isComing) return;
    this.#change({ loaded, fault, isComing: true });
    await loadPart(this.#load).then(
      (part) => this.#change({ loaded: part, fault: null, isComing: false }),
      (error: unknown) => this.#change({ loaded: null, fault: { error }, isComing: false }),
    );
  }

  /**
   * The same for one that was in vain before. What is in vain now is not there any more, as after a deploy: the whole page anew
   * brings it, if it can be had itself.
   */
  async loadOrReload(): Promise<void> {
    const { loaded } = this.#state;
    await this.load();
    if (this.#state.loaded === loaded && (await isServed())) location.reload();
  }

  #change(state: PartState<T>): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** The page can be had anew. It is not asked for by its own address, which answers only those who go there. */
const isServed = (): Promise<boolean> =>
  fetch('/', { method: 'HEAD', cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );

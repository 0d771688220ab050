/** Listeners by name. One that throws does not keep the others, or the caller, from going on. */
export class Emitter {
  readonly #listeners = new Map<string, Set<(value: unknown) => void>>();

  /** Returns a function that takes the listener off again. */
  on(name: string, listener: (value: unknown) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    // A set holds each function once; a wrapper makes two subscriptions of one function two.
    const own = (value: unknown): void => listener(value);
    listeners.add(own);
    return () => {
      listeners.delete(own);
    };
  }

  emit(name: string, value?: unknown): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        listener(value);
      } catch (error) {
        // Reported as what it is, an uncaught error of the listener's author.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

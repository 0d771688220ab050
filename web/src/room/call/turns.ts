/** Work on the same thing is done one after the other, whatever comes of it. */
export class Turns<Key> {
  readonly #last = new Map<Key, Promise<unknown>>();

  take<T>(key: Key, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const turn = before === undefined ? work() : before.then(work);
    const end = (): void => {
      if (this.#last.get(key) === last) this.#last.delete(key);
    };
    // It is for whoever has asked to know what went wrong.
    const last = turn.then(end, end);
    this.#last.set(key, last);
    return turn;
  }
}

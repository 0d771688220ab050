import { unref } from './http.ts';

/** ms between two words on how far the same conversation has been read. */
const EVERY = 2_000;

interface Mark {
  /** How far it was read, by what was said last. */
  said: number;
  /** How far it has been read since; said when the time is over. */
  read: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * Says how far conversations have been read: at once, and after that not more often than every two seconds for each,
 * the newest only. Whoever scrolls through a hundred messages says it a few times.
 */
export class Reading {
  readonly #say: (conversation: string, upTo: number) => Promise<unknown>;
  readonly #marks = new Map<string, Mark>();

  /** `say` rejects where it was refused; then it is said again with the next message that is read. */
  constructor(say: (conversation: string, upTo: number) => Promise<unknown>) {
    this.#say = say;
  }

  /** It has been read up to here. */
  read(conversation: string, upTo: number): void {
    const mark = this.#marks.get(conversation) ?? { said: 0, read: 0, timer: undefined };
    this.#marks.set(conversation, mark);
    mark.read = Math.max(mark.read, upTo);
    if (mark.timer === undefined) this.#sayNow(conversation, mark);
  }

  /** Nothing is said any more. */
  end(): void {
    for (const mark of this.#marks.values()) clearTimeout(mark.timer);
    this.#marks.clear();
  }

  #sayNow(conversation: string, mark: Mark): void {
    if (mark.read <= mark.said) return;
    const before = mark.said;
    mark.said = mark.read;
    this.#say(conversation, mark.read).catch(() => {
      mark.said = Math.min(mark.said, before);
    });
    mark.timer = setTimeout(() => {
      mark.timer = undefined;
      this.#sayNow(conversation, mark);
    }, EVERY);
    unref(mark.timer);
  }
}

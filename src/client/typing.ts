import { TYPING_FOR } from '../protocol/constants.ts';
import { unref } from './http.ts';
import type { Typing } from './view-meeting.ts';

/** Notices who has not said for a while that they still write. By this machine's own clock: the server's may differ. */
export class TypingTimers {
  readonly #lapsed: (member: string, since: Typing) => void;
  readonly #timers = new Map<
    string,
    { readonly since: Typing; readonly timer: ReturnType<typeof setTimeout> }
  >();
  #known: ReadonlyMap<string, Typing> | null = null;

  constructor(lapsed: (member: string, since: Typing) => void) {
    this.#lapsed = lapsed;
  }

  /** Looks at who writes now. */
  follow(typing: ReadonlyMap<string, Typing>): void {
    if (typing === this.#known) return;
    this.#known = typing;
    for (const [member, { since, timer }] of this.#timers) {
      if (typing.get(member) === since) continue;
      clearTimeout(timer);
      this.#timers.delete(member);
    }
    for (const [member, since] of typing) {
      if (this.#timers.has(member)) continue;
      const timer = setTimeout(() => {
        this.#timers.delete(member);
        this.#lapsed(member, since);
      }, TYPING_FOR);
      unref(timer);
      this.#timers.set(member, { since, timer });
    }
  }
}

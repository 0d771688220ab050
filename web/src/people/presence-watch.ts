/** ms without a touch of keyboard, mouse or screen after which somebody counts as away. */
export const AWAY_AFTER = 300_000;

export type Presence = 'online' | 'away';

/** What tells whether somebody is at the page. */
export interface Signs {
  /** Whether the page can be seen now. */
  isVisible(): boolean;
  /** ms. */
  now(): number;
  /** Runs `check` after so many ms; returns what calls it off. */
  later(check: () => void, ms: number): () => void;
}

/**
 * Whether somebody is at the page: not while it is hidden, and not when nothing was touched for five minutes. `tell` is
 * called on each change.
 */
export class PresenceWatch {
  readonly #signs: Signs;
  readonly #tell: (presence: Presence) => void;
  #touchedAt: number;
  #said: Presence = 'online';
  #stop: (() => void) | null = null;

  constructor(signs: Signs, tell: (presence: Presence) => void) {
    this.#signs = signs;
    this.#tell = tell;
    this.#touchedAt = signs.now();
    this.look();
  }

  get presence(): Presence {
    return this.#said;
  }

  /** Somebody has touched something. */
  touched(): void {
    this.#touchedAt = this.#signs.now();
    if (this.#said === 'away') this.look();
  }

  /** The page was hidden or is seen again, or the time has come to look. */
  look(): void {
    this.end();
    const isVisible = this.#signs.isVisible();
    const left = this.#touchedAt + AWAY_AFTER - this.#signs.now();
    const presence = isVisible && left > 0 ? 'online' : 'away';
    if (presence === 'online') this.#stop = this.#signs.later(() => this.look(), left);
    if (presence === this.#said) return;
    this.#said = presence;
    this.#tell(presence);
  }

  end(): void {
    this.#stop?.();
    this.#stop = null;
  }
}

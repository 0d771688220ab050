import type { TokenResponse } from '../protocol/http.ts';
import { type Http, ParleyError, unref, waitingHelps } from './http.ts';
import { isCount, isText, shape } from './shape.ts';

/** The longest time a timer can be set to, ms. */
const LONGEST_TIMER = 2_147_483_647;
/** ms: a token is never renewed more often, whatever this machine's clock says of its end. */
const RENEW_LEAST = 60_000;

const isToken = shape<TokenResponse>({ token: isText, tokenExpiresAt: isCount });

/** Who you are in a room: a member token, renewed when half of its time is over. */
export class MemberToken {
  readonly #http: Http;
  readonly #path: string;
  readonly #changed: () => void;
  #text: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  /** `path` is the room's path below `/v1`. */
  constructor(options: { http: Http; path: string; text: string | undefined; changed: () => void }) {
    this.#http = options.http;
    this.#path = options.path;
    this.#text = options.text;
    this.#changed = options.changed;
  }

  get text(): string | undefined {
    return this.#text;
  }

  /** Takes one that came over the socket; its end is told with the next one that comes over HTTP. */
  replace(text: string): void {
    this.#text = text;
  }

  keep({ token, tokenExpiresAt }: { readonly token: string; readonly tokenExpiresAt: number }): void {
    this.#text = token;
    this.#changed();
    this.#renewIn((tokenExpiresAt - Date.now()) / 2);
  }

  /** Nothing is renewed any more. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #renewIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    this.#timer = setTimeout(() => void this.#renew(), Math.min(LONGEST_TIMER, Math.max(RENEW_LEAST, ms)));
    unref(this.#timer);
  }

  async #renew(): Promise<void> {
    try {
      this.keep(await this.#http.json({ path: `${this.#path}/token`, bearer: this.#text }, isToken));
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      // Refused for good: the socket stays open, and the next return will say why.
      if (waitingHelps(error)) this.#renewIn(error.retry ?? 0);
    }
  }
}

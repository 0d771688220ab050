import type { LinkResponse } from '../protocol/http.ts';
import { isCount, isText, shape } from './shape.ts';

export const isLink = shape<LinkResponse>({ url: isText, expiresAt: isCount });

/** ms before its end at which a link is no longer handed out: a page needs time to load the picture. */
const LINK_MARGIN = 30_000;

/** Signed addresses of pictures or files, each asked for once for as long as it is good. */
export class Links {
  readonly #ask: (of: string) => Promise<LinkResponse>;
  readonly #links = new Map<string, { readonly url: Promise<string>; goodUntil: number }>();

  constructor(ask: (of: string) => Promise<LinkResponse>) {
    this.#ask = ask;
  }

  url(of: string): Promise<string> {
    const known = this.#links.get(of);
    if (known !== undefined && Date.now() < known.goodUntil) return known.url;
    const answer = this.#ask(of);
    const link = { url: answer.then(({ url }) => url), goodUntil: Number.POSITIVE_INFINITY };
    this.#links.set(of, link);
    answer.then(
      ({ expiresAt }) => {
        link.goodUntil = expiresAt - LINK_MARGIN;
      },
      () => {
        if (this.#links.get(of) === link) this.#links.delete(of);
      },
    );
    return link.url;
  }
}

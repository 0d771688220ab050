import * as v from 'valibot';
import type { IceResponse, IceServer } from '../protocol/ice.ts';

/** What an operator has for calls that find no direct way. */
export type TurnSettings =
  /** Cloudflare's TURN service: the id of a key, its token, and where its API is. */
  | { readonly kind: 'cloudflare'; readonly key: string; readonly token: string; readonly api: string }
  /** A TURN server of one's own that shares a secret with us. */
  | { readonly kind: 'own'; readonly urls: readonly string[]; readonly secret: string }
  /** STUN alone, or (no addresses) nothing. */
  | { readonly kind: 'stun'; readonly urls: readonly string[] };

/** Where members get the way into TURN from. Rejects where the service can't be reached or refuses. */
export interface Turn {
  /** Credentials of one member, from `now` (ms) on. */
  issue(member: string, now: number): Promise<IceResponse>;
}

/** ms for an answer of Cloudflare's API. */
const WITHIN = 5_000;
/** Browsers refuse port 53, and wait for it before they go on. */
const REFUSED_PORT = /:53(?:\?|$)/;

const encoder = new TextEncoder();

const AnswerSchema = v.object({
  iceServers: v.array(
    v.object({
      urls: v.union([v.string(), v.array(v.string())]),
      username: v.optional(v.string()),
      credential: v.optional(v.string()),
    }),
  ),
});

/**
 * The password of a user name that carries its end, as coturn (`use-auth-secret`) and others check it: base64 of the
 * HMAC-SHA1 of the name (draft-uberti-behave-turn-rest-00, section 2.2).
 */
async function passwordOf(username: string, secret: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-1' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  const digest = await crypto.subtle.sign('HMAC', key, encoder.encode(username));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

async function ask(
  { key, token, api }: Extract<TurnSettings, { kind: 'cloudflare' }>,
  ttl: number,
  fetcher: typeof fetch,
): Promise<IceServer[]> {
  const response = await fetcher(
    `${api}/turn/keys/${encodeURIComponent(key)}/credentials/generate-ice-servers`,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ttl }),
      signal: AbortSignal.timeout(WITHIN),
    },
  );
  if (!response.ok)
    throw new Error(`unable to get TURN credentials; the service answered ${response.status}`);
  const { iceServers } = v.parse(AnswerSchema, await response.json());
  return iceServers
    .map(({ urls, ...rest }) => ({
      ...rest,
      urls: (typeof urls === 'string' ? [urls] : urls).filter((url) => !REFUSED_PORT.test(url)),
    }))
    .filter(({ urls }) => urls.length > 0);
}

/** `ttl`: seconds for which credentials are good. */
export function createTurn(settings: TurnSettings, ttl: number, fetcher: typeof fetch = fetch): Turn {
  return {
    async issue(member, now) {
      const expiresAt = now + ttl * 1_000;
      switch (settings.kind) {
        case 'cloudflare':
          return { iceServers: await ask(settings, ttl, fetcher), expiresAt };
        case 'own': {
          const username = `${Math.floor(expiresAt / 1_000)}:${member}`;
          const credential = await passwordOf(username, settings.secret);
          return { iceServers: [{ urls: [...settings.urls], username, credential }], expiresAt };
        }
        case 'stun':
          return {
            iceServers: settings.urls.length === 0 ? [] : [{ urls: [...settings.urls] }],
            expiresAt,
          };
      }
    },
  };
}

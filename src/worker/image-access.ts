import type { Context } from 'hono';
import * as v from 'valibot';
import {
  fail,
  ImageIdSchema,
  type LinkResponse,
  type Outcome,
  type Refusal,
  refuse,
  succeed,
} from '../protocol/index.ts';
import { memberOf } from './caller.ts';
import type { AppTypes } from './services.ts';

/** The picture that the path names. */
export function imageOf(c: Context<AppTypes>): Outcome<string> {
  const id = v.safeParse(ImageIdSchema, c.req.param('id'));
  return id.success ? succeed(id.output) : fail('image_unknown');
}

/** `guess`: the refusal counts against the address, as somebody who tries until something fits. */
export type Reader =
  | { readonly ok: true; readonly member: string | null }
  | { readonly ok: false; readonly error: Refusal; readonly guess: boolean };

/** What a link is signed for: a picture or a file, and, where it is theirs alone, the member whom it was given to. */
const signed = (thing: string, holder: string | null): string =>
  holder === null ? thing : `${thing} for ${holder}`;

/**
 * Whether the signed link that a request came with opens a picture or file of `owner` (a room's code, an account); null: it
 * has none. `holder`: whom it says that it was given to; null: it names nobody.
 */
export async function linkOpens(
  c: Context<AppTypes>,
  owner: string,
  thing: string,
  holder: string | null = null,
): Promise<{ readonly ok: true } | Extract<Reader, { readonly ok: false }> | null> {
  const signature = c.req.query('sig');
  if (signature === undefined) return null;
  const expiry = c.req.query('exp') ?? '';
  const { tokens, clock } = c.get('services');
  const expiresAt = /^\d{1,15}$/.test(expiry) ? Number(expiry) : null;
  if (expiresAt === null || !(await tokens.verifyLink(owner, signed(thing, holder), expiresAt, signature))) {
    return { ok: false, error: refuse('link_invalid'), guess: true };
  }
  // A page that was left open asks for all its pictures again: that is nobody guessing.
  if (expiresAt <= clock.now())
    return { ok: false, error: refuse('link_invalid', { detail: 'expired' }), guess: false };
  return { ok: true };
}

/** Who reads a room's picture: whoever has a signed link (`member` null: the link vouches), or a member by token. */
export async function readerOf(c: Context<AppTypes>, code: string, image: string): Promise<Reader> {
  const link = await linkOpens(c, code, image);
  if (link !== null) return link.ok ? { ok: true, member: null } : link;
  const member = await memberOf(c, code);
  return member.ok ? { ok: true, member: member.value } : { ok: false, error: member.error, guess: true };
}

interface LinkOptions {
  /** For how long it is good at least; it is at most twice as long. */
  readonly seconds?: number;
  /** Whom it is given to. */
  readonly holder?: string;
}

/** A signed link to a picture or file of `owner` at a path of this server. */
export async function linkResponse(
  c: Context<AppTypes>,
  owner: string,
  thing: string,
  path: string,
  { seconds = c.get('services').settings.linkTtlSeconds, holder }: LinkOptions = {},
): Promise<LinkResponse> {
  const { tokens, clock } = c.get('services');
  const expiresAt = linkExpiry(clock.now(), seconds);
  const url = new URL(path, c.req.url);
  url.searchParams.set('exp', String(expiresAt));
  if (holder !== undefined) url.searchParams.set('for', holder);
  url.searchParams.set('sig', await tokens.signLink(owner, signed(thing, holder ?? null), expiresAt));
  return { url: url.href, expiresAt };
}

/** The end of a link that is made now, in ms: the same for all links of a period, so that browsers can cache by address. */
export function linkExpiry(now: number, ttlSeconds: number): number {
  const period = ttlSeconds * 1_000;
  return Math.ceil((now + period) / period) * period;
}

/** The protocol version this code speaks. Within a version fields are only added; unknown ones are ignored. */
export const PROTOCOL_VERSION = 1;

/** Every version the server accepts, newest first. */
export const SUPPORTED_VERSIONS: readonly number[] = [PROTOCOL_VERSION];

/** WebSocket subprotocol that names the version; the server answers with it. */
export const SUBPROTOCOL = `parley.v${PROTOCOL_VERSION}`;

const VERSION_PREFIX = 'parley.v';
const TICKET_PREFIX = 'parley.ticket.';

/** The subprotocol entry that carries a ticket, so that no secret stands in a URL. */
export const ticketSubprotocol = (ticket: string): string => `${TICKET_PREFIX}${ticket}`;

export type Offer =
  | { readonly ok: true; readonly ticket: string | null; readonly answer: string | null }
  | { readonly ok: false; readonly offered: readonly string[] };

/**
 * Reads a `Sec-WebSocket-Protocol` request header. A client that offers no `parley.v…` entry speaks version 1
 * (wscat and small devices). `answer` is the entry the server must echo, or null where none was offered.
 */
export function readOffer(header: string | null): Offer {
  const entries = (header ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const ticket =
    entries.find((entry) => entry.startsWith(TICKET_PREFIX))?.slice(TICKET_PREFIX.length) ?? null;
  const versions = entries.filter((entry) => entry.startsWith(VERSION_PREFIX));
  if (versions.length === 0) return { ok: true, ticket, answer: null };
  const answer = versions.find((entry) =>
    SUPPORTED_VERSIONS.some((known) => entry === `${VERSION_PREFIX}${known}`),
  );
  return answer === undefined ? { ok: false, offered: versions } : { ok: true, ticket, answer };
}

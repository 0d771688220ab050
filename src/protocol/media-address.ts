import { fail, type Outcome, succeed } from './errors.ts';
import { LIMITS } from './limits.ts';

type Block = readonly [first: number, bits: number];

const ipv4 = (text: string): number | null => {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
};

/** IPv4 blocks that are nobody's public address (RFC 6890 and the registry that it made at IANA). */
const NOT_PUBLIC: readonly Block[] = (
  [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    // Multicast, reserved and broadcast.
    ['224.0.0.0', 3],
  ] as const
).map(([text, bits]) => [ipv4(text) ?? 0, bits]);

const isPublicIpv4 = (address: number): boolean =>
  !NOT_PUBLIC.some(([first, bits]) => Math.floor(address / 2 ** (32 - bits)) === first / 2 ** (32 - bits));

/**
 * Parts of the one public block of IPv6 (2000::/3) that lead elsewhere: 2001::/23, which the IETF keeps for itself (Teredo
 * among it), documentation, and 6to4, which holds an IPv4 address.
 */
const IPV6_ELSEWHERE = /^(2001:1?[0-9a-f]{1,2}:|2001:db8:|2002:|3fff:)/;

/** `text` is as `URL` writes it: compressed, lower case, without brackets. */
function isPublicIpv6(text: string): boolean {
  // "2001::1" leaves out the groups that tell a tunnel from others.
  if (/^2001::/.test(text)) return false;
  return /^[23][0-9a-f]{3}:/.test(text) && !IPV6_ELSEWHERE.test(text);
}

/** Endings of names that only a local network, or this very machine, gives a meaning (RFC 6761, 6762, 8375, 9476 and usage). */
const LOCAL_NAME =
  /(^|\.)(localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa|test|invalid|example|onion|alt)$/;

function isPublicHost(host: string): boolean {
  if (host.startsWith('[')) return isPublicIpv6(host.slice(1, -1));
  const address = ipv4(host);
  if (address !== null) return isPublicIpv4(address);
  const name = host.replace(/\.+$/, '');
  // A name without a dot is one of the network that somebody happens to be in.
  return name.includes('.') && !LOCAL_NAME.test(name);
}

/** Why an address can't be taken; null: it can. */
function wrongWith(url: URL): string | null {
  if (url.protocol !== 'https:') return 'it must begin with https://';
  if (url.username !== '' || url.password !== '') return 'it must not hold a user name or password';
  if (url.port !== '') return 'it must be of the usual port';
  return isPublicHost(url.hostname) ? null : 'it must be of a public host';
}

/**
 * Reads the address of a video or audio on another server, in its one spelling. It is never fetched by this server; but
 * what is in the list is opened by the browser of everybody who is there, so it must not lead into their own network. It is
 * the name that is checked: what it resolves to, and where its server sends them on, can't be known.
 */
export function readMediaAddress(text: string): Outcome<string> {
  if (text.length > LIMITS.mediaAddressLength || !URL.canParse(text))
    return fail('address_refused', { detail: 'it must be a whole address, https://…' });
  const url = new URL(text);
  const detail = wrongWith(url);
  // Written out it can be longer than it was given.
  if (detail === null && url.href.length > LIMITS.mediaAddressLength)
    return fail('address_refused', {
      detail: `it must have at most ${LIMITS.mediaAddressLength} characters`,
    });
  return detail === null ? succeed(url.href) : fail('address_refused', { detail });
}

import { fail, type Outcome, succeed } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { Media } from './permissions.ts';

/**
 * What a session description says that matters to a room: its sections, and which of them send. RFC 8866 (SDP), with
 * RFC 3264 (port 0: rejected), RFC 5888 (mid) and RFC 9143 (bundle-only). Whoever gets the description must not see a
 * section send that is not seen to here: where browsers read differently from what is written, or from each other, it sends
 * or is refused.
 */
export interface SdpSection {
  /** Its name, the same on both sides; null: only a section that is rejected may have none. */
  readonly mid: string | null;
  readonly kind: 'audio' | 'video';
  /** Whoever wrote the description sends in it. */
  readonly sends: boolean;
}

const invalid = (detail: string) => fail('signal_invalid', { detail });

const DIRECTIONS: Readonly<Record<string, boolean>> = {
  sendrecv: true,
  sendonly: true,
  recvonly: false,
  inactive: false,
};
const KINDS = ['audio', 'video'] as const;
const LINE = /^[a-z]=[^\r\0]*$/;
/** `m=<kind> <port> <protocol> <formats>`. A port such as 00 is no 0 to Chromium. */
const MEDIA_LINE = /^([a-z]+) (0|[1-9]\d{0,4}) [A-Z][A-Z\d/-]* \S/;
/** `:` and a token of RFC 4566, no longer than anybody makes one. */
const MID = /^:[\w!#$%&'*+.^`{|}~-]{1,32}$/;
const NAME = /^[^:\s]+/;
/** The attributes that are read. To some their case is nothing, others know them in this one alone. */
const READ: ReadonlySet<string> = new Set([...Object.keys(DIRECTIONS), 'mid', 'bundle-only']);

/** A section as far as it was read. */
interface Part {
  /** null: what stands before the first section. */
  readonly kind: SdpSection['kind'] | null;
  readonly port: number;
  mid: string | null;
  /** Whether its own direction sends; null: it has none. */
  sends: boolean | null;
  bundleOnly: boolean;
}

const part = (kind: Part['kind'], port: number): Part => ({
  kind,
  port,
  mid: null,
  sends: null,
  bundleOnly: false,
});

/** Reads an attribute into its part. What is wrong with it; null: nothing. */
function readAttribute(into: Part, text: string): string | null {
  const [name = ''] = NAME.exec(text) ?? [];
  if (name === '') return 'an attribute has no name';
  if (!READ.has(name))
    return READ.has(name.toLowerCase()) ? `attribute ${name} must be in small letters` : null;
  const rest = text.slice(name.length);
  const sends = Object.hasOwn(DIRECTIONS, name) ? DIRECTIONS[name] : undefined;
  if (sends !== undefined) {
    if (into.sends !== null || rest !== '')
      return 'a section has more than one direction, or one that is unclear';
    into.sends = sends;
  }
  if (name === 'bundle-only') into.bundleOnly = true;
  if (name === 'mid') {
    if (into.mid !== null || !MID.test(rest)) return 'a section has more than one mid, or one that is none';
    into.mid = rest.slice(1);
  }
  return null;
}

/** Begins a section; a text says why it is none that a call has. */
function readMediaLine(text: string): Part | string {
  const [, kind = '', port = ''] = MEDIA_LINE.exec(text) ?? [];
  const found = KINDS.find((one) => one === kind);
  if (found !== undefined) return part(found, Number(port));
  return kind === ''
    ? 'an m= line can not be read'
    : 'only audio and video are called with; leave out data channels';
}

/** The lines of a description, taken apart into what stands before the first section and the sections. */
function readParts(sdp: string, most: number): Outcome<readonly Part[]> {
  const lines = sdp.split(/\r?\n/);
  if (lines.pop() !== '') return invalid('the last line has no end');
  if (lines[0] !== 'v=0') return invalid('it does not begin with v=0');
  const parts: Part[] = [part(null, 0)];
  for (const line of lines) {
    if (!LINE.test(line)) return invalid('a line is none of SDP');
    const text = line.slice(2);
    if (line.startsWith('m=')) {
      const begun = readMediaLine(text);
      if (typeof begun === 'string') return invalid(begun);
      if (parts.push(begun) > most + 1) return invalid(`it has more than ${most} sections`);
      continue;
    }
    const current = parts.at(-1);
    const wrong = line.startsWith('a=') && current !== undefined ? readAttribute(current, text) : null;
    if (wrong !== null) return invalid(wrong);
  }
  return succeed(parts);
}

/**
 * The sections of a description, in their order. Refused with `signal_invalid`: what can't be read, sections of other
 * kinds than audio and video (a data channel), without a mid, or with one that another has too, and more than `most`.
 */
export function readSdp(sdp: string, most: number = LIMITS.signalSections): Outcome<readonly SdpSection[]> {
  const parts = readParts(sdp, most);
  if (!parts.ok) return parts;
  const [, ...sections] = parts.value;
  const read: SdpSection[] = [];
  const mids = new Set<string>();
  for (const { kind, port, mid, sends, bundleOnly } of sections) {
    // Port 0 rejects a section, unless it says that it only shares the port of another one.
    const isRejected = port === 0 && !bundleOnly;
    if (kind === null || (mid === null && !isRejected)) return invalid('a section has no mid');
    if (mid !== null && mids.has(mid)) return invalid('two sections have the same mid');
    if (mid !== null) mids.add(mid);
    // Without a word it sends, also where the description as a whole says otherwise: Chromium does not heed that.
    read.push({ mid, kind, sends: !isRejected && (sends ?? true) });
  }
  return succeed(read);
}

/** A screen may come with its sound. */
const KINDS_OF: Readonly<Record<Media, readonly SdpSection['kind'][]>> = {
  camera: ['video'],
  microphone: ['audio'],
  screen: ['video', 'audio'],
};

/**
 * What a description sends, by what its writer declares each section to be (`declared`, by mid): each medium once.
 * Refused with `signal_invalid`: what `readSdp` refuses, and a section that sends and is not declared, or declared to be what
 * it can't be. Who may send what is up to the caller.
 */
export function sentMedia(
  sdp: string,
  declared: Readonly<Record<string, Media>>,
  most: number = LIMITS.signalSections,
): Outcome<readonly Media[]> {
  const sections = readSdp(sdp, most);
  if (!sections.ok) return sections;
  const sent = new Set<Media>();
  for (const { mid, kind, sends } of sections.value) {
    if (!sends || mid === null) continue;
    const media = Object.hasOwn(declared, mid) ? declared[mid] : undefined;
    if (media === undefined) return invalid(`section ${mid} sends and is not declared in media`);
    if (!KINDS_OF[media].includes(kind)) return invalid(`section ${mid} is ${kind} and declared as ${media}`);
    sent.add(media);
  }
  return succeed(Array.from(sent));
}

/**
 * How a server speaks.
 * - parley: frames of events that say which range they cover; the first frame is `ready`.
 * - peer: one event per frame, no greeting.
 * - party: as peer, at the address that partyserver's router serves.
 * - socket.io: one event per frame, a digit or two before it that say what it is; greets twice, and asks for a sign of
 *   life.
 */
export type Dialect = 'parley' | 'peer' | 'party' | 'socket.io';

/** Where the socket of a server without rooms of its own making is opened. */
export const PATHS = {
  peer: '/',
  party: '/parties/rooms/room',
  'socket.io': '/socket.io/?EIO=4&transport=websocket',
} as const satisfies Record<Exclude<Dialect, 'parley'>, string>;

/** The texts of engine.io and socket.io: who has opened asks to come in; whose sign of life is asked for gives it. */
export const SOCKET_IO = {
  opened: '0{',
  comeIn: '40',
  isIn: '40{',
  ping: '2',
  pong: '3',
  event: '42["m",',
} as const;

/** Bytes of a frame's beginning that `messagesIn` looks at. */
export const HEAD_BYTES = 80;

/** Stands before a message's number, nine digits, in each text. */
export const MARKER = '"text":"~';
export const NUMBER_DIGITS = 9;

const WORDS = (
  'about after again agree all answer any ask back because before bring camera can change chat close come could ' +
  'day document does end every file find first for friday from give good group have hear help here idea know last ' +
  'later let like link look make meet minute more need new next no now number open other our page people picture ' +
  'plan please point question room same say screen see send share should show so some soon still sure take talk ' +
  'team thank that then there think this time today tomorrow try turn two until use wait want week well what when ' +
  'where which will with work would write year yes'
).split(' ');

/**
 * A chat text of so many bytes: the message's number and words drawn by it, so that texts differ as people's do and
 * compression has the work that it would have.
 */
export function chatText(number: number, bytes: number): string {
  let text = `~${String(number).padStart(NUMBER_DIGITS, '0')}`;
  let state = (number + 1) * 2_654_435_761;
  while (text.length < bytes) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    text += ` ${WORDS[(state >>> 16) % WORDS.length]}`;
  }
  return text.slice(0, bytes);
}

/** The frame by which a member says it; `n` counts the commands of that member from 1. */
export function chatCommand(dialect: Dialect, number: number, n: number, bytes: number): string {
  const command = `{"t":"chat.send","n":${n},"body":{"kind":"text","text":"${chatText(number, bytes)}"}}`;
  return dialect === 'socket.io' ? `${SOCKET_IO.event}${command}]` : command;
}

/** The event that every member gets for it. */
export function chatEvent(number: number, seq: number, n: number, bytes: number): string {
  const body = `{"kind":"text","text":"${chatText(number, bytes)}"}`;
  return `{"seq":${seq},"t":"chat.sent","at":1700000000000,"by":"m_ABCDEFGHIJKLMNOPQRSTUV","n":${n},"body":${body}}`;
}

/** What the beginning of a frame tells. */
export type Range = {
  /** Position that the frame follows on; -1 where the dialect has none. */
  prev: number;
  /** Events in the frame. */
  count: number;
};

const EVENTS_START = '{"t":"events","prev":';
const LAST_FIELD = ',"last":';
const PARLEY_IGNORED = ['{"t":"ready"', '{"t":"live"', '{"t":"ok"', '{"t":"private"'];

/**
 * How many events a frame holds, read from its first bytes alone: nobody parses the rest. Parley's frames name
 * their range there; a peer's frame is one event. Throws on a frame that has no place in a run, an error above all.
 */
export function rangeOf(dialect: Dialect, frame: Buffer, start: number, end: number): Range {
  if (dialect !== 'parley') return { prev: -1, count: 1 };
  if (frame.toString('latin1', start, Math.min(end, start + EVENTS_START.length)) !== EVENTS_START) {
    const head = frame.toString('latin1', start, Math.min(end, start + HEAD_BYTES));
    if (PARLEY_IGNORED.some((known) => head.startsWith(known))) return { prev: -1, count: 0 };
    throw new Error(`unable to count; a frame begins with ${head}`);
  }
  const [prev, afterPrev] = digits(frame, start + EVENTS_START.length, end);
  const [last] = digits(frame, afterPrev + LAST_FIELD.length, end);
  return { prev, count: last - prev };
}

function digits(bytes: Buffer, start: number, end: number): [value: number, after: number] {
  let value = 0;
  let at = start;
  for (; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (at === start) throw new Error('unable to count; a number is missing at the head of a frame');
  return [value, at];
}

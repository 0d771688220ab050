import { COMMAND_TEXTS, EVENT_TEXTS } from '../../src/protocol/descriptions/index.ts';
import {
  CLOSE,
  type COMMANDS,
  can,
  commandSpec,
  DEFAULT_POLICY,
  ERRORS,
  eventSpec,
  INBOX_COMMANDS,
  INBOX_EVENTS,
  LIMITS,
  PERMISSIONS,
  type Permission,
  type Policy,
  ROLES,
  ROOM_COMMANDS,
  ROOM_EVENTS,
  type Role,
  SERVER_FRAMES,
} from '../../src/protocol/index.ts';
import { commandTypes, definitions, eventTypes, type Json } from './json-schema.ts';
import { fieldsText, typeText } from './type-text.ts';

/** A Markdown table. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text: string): string => `\`${text}\``;

const AUTHORITY = { host: 'the host', hosts: 'host and co-host' } as const;

function whoMay(t: keyof typeof COMMANDS): string {
  const { authority, needs } = commandSpec(t);
  if (authority !== null) return AUTHORITY[authority];
  // Where it depends on the fields the text says how.
  const needed = COMMAND_TEXTS[t].needs ?? needs({}).join(', ');
  return needed === '' ? 'everybody in the room' : `permission: ${needed}`;
}

/** The commands that rooms take, or those of an inbox, which is its person's alone. */
function commands(defs: Readonly<Record<string, Json>>, where: 'room' | 'inbox'): string {
  const isRoom = where === 'room';
  const shown = commandTypes.filter((t) => Object.hasOwn(isRoom ? ROOM_COMMANDS : INBOX_COMMANDS, t));
  return table(
    ['`t`', 'kind, rate', ...(isRoom ? ['who may'] : []), 'fields', '`result` in `ok`', 'what it does'],
    shown.map((t) => {
      const { kind, rate } = commandSpec(t);
      const result = defs[`result.${t}`];
      return [
        code(t),
        `${kind}, ${rate}`,
        ...(isRoom ? [whoMay(t)] : []),
        fieldsText(defs[`command.${t}`] ?? {}) || '–',
        result === undefined ? '–' : typeText(result),
        COMMAND_TEXTS[t].summary,
      ];
    }),
  );
}

const events = (defs: Readonly<Record<string, Json>>, told: object): string =>
  table(
    ['`t`', 'class', 'fields', 'what it says'],
    eventTypes
      .filter((t) => Object.hasOwn(told, t))
      .map((t) => {
        const spec = eventSpec(t);
        return [code(t), spec.class, fieldsText(defs[`event.${t}`] ?? {}) || '–', EVENT_TEXTS[t]];
      }),
  );

const frames = (defs: Readonly<Record<string, Json>>): string =>
  table(
    ['`t`', 'fields'],
    Object.keys(SERVER_FRAMES).map((t) => [code(t), fieldsText(defs[`frame.${t}`] ?? {})]),
  );

const OBJECTS = ['Room', 'Member', 'Account', 'RosterPage', 'Snapshot', 'Body', 'Event'] as const;

const objects = (defs: Readonly<Record<string, Json>>): string =>
  table(
    ['name', 'what it holds'],
    OBJECTS.map((name) => {
      const def = defs[name] ?? {};
      return [code(name), def.properties === undefined ? typeText(def) : fieldsText(def)];
    }),
  );

const http = (defs: Readonly<Record<string, Json>>): string =>
  table(
    ['body', 'fields'],
    Object.keys(defs)
      .filter((name) => name.startsWith('http.'))
      .map((name) => [code(name.slice('http.'.length)), fieldsText(defs[name] ?? {})]),
  );

const errors = (): string =>
  table(
    ['`code`', 'HTTP', 'waiting helps', 'message'],
    Object.entries(ERRORS).map(([name, { status, retry, message }]) => [
      code(name),
      String(status),
      retry ? 'yes' : '',
      message,
    ]),
  );

const closeCodes = (): string =>
  table(
    ['code', 'name', 'come back?', 'reason'],
    Object.entries(CLOSE).map(([name, { code: number, comeBack, reason }]) => [
      String(number),
      code(name),
      comeBack ? 'yes, and resume' : 'no',
      reason,
    ]),
  );

const policyOf = (open: boolean): Policy => {
  const policy: Record<Permission, boolean> = { ...DEFAULT_POLICY };
  for (const permission of PERMISSIONS) policy[permission] = open;
  return policy;
};

function mayByRole(role: Role, permission: Permission): string {
  const member = { role, rights: {} };
  if (can(member, policyOf(false), permission)) return 'always';
  return can(member, policyOf(true), permission) ? 'unless locked' : 'no';
}

const permissions = (): string =>
  table(
    ['permission', ...ROLES, 'open at first'],
    PERMISSIONS.map((permission) => [
      code(permission),
      ...ROLES.map((role) => mayByRole(role, permission)),
      DEFAULT_POLICY[permission] ? 'yes' : 'no',
    ]),
  );

const LIMIT_TEXTS: Readonly<Record<keyof typeof LIMITS, string>> = {
  nameLength: 'characters (Unicode code points) of a name',
  sfuTracks: 'tracks that one request about the SFU names',
  sfuSections: 'sections of one connection to the SFU',
  sfuDescriptionLength: 'UTF-16 units of a description that goes to the SFU',
  sfuBodyBytes: 'bytes of the body that it comes in',
  userNameLeast: 'characters of a user name at least',
  userNameLength: 'characters of a user name at most',
  passwordLeast: 'characters (UTF-16 units) of a password at least',
  passwordLength: 'characters (UTF-16 units) of a password at most',
  avatarBytes: 'bytes of an account’s picture',
  devices: 'devices of one account that are known',
  meetings: 'rooms on the list of one account',
  favourites: 'favourites of one account',
  favouriteIdLength: 'characters of a favourite’s id',
  logins: 'logins of one account at a time',
  contacts: 'contacts of one account, with those it has asked',
  contactQuestions: 'people whom one account may have asked without an answer',
  contactsAsking: 'people whose question may wait for one account’s answer',
  contactNoteLength: 'characters said with the question',
  blocked: 'people whom one account may have blocked',
  peopleFound: 'people found by one search',
  peopleSearchLeast: 'characters that a search by a beginning needs',
  conversationsPage: 'conversations on a page, and in a snapshot',
  onlinePage: 'people on a page of those who are online',
  roomNameLength: 'characters of a room’s name',
  textLength: 'characters of a chat text',
  captionLength: 'characters of a picture’s caption',
  fileNameLength: 'characters of a file’s name',
  files: 'files of one room, with those on their way',
  filesPage: 'files on a page',
  filesRecent: 'files in a snapshot',
  uploads: 'unfinished uploads of one person in one room',
  uploadsTold: 'uploads of one member that others are told of at a time',
  mentions: 'members that one message may mention',
  messageEmoji: 'different emoji on one message',
  messageReactions: 'reactions on one message',
  pins: 'pinned messages of one room',
  slowSeconds: 'seconds between two messages of a member in slow mode',
  frameLength: 'UTF-16 units of a text frame from a client',
  binaryImageBytes: 'bytes of a picture in a binary frame',
  binaryHeaderBytes: 'bytes of a binary frame’s JSON header',
  bodyBytes: 'bytes of a JSON request body',
  capacity: 'seats that may be asked for a room',
  people: 'people who may ever come into one room',
  rosterWhole: 'members up to which a snapshot holds the whole roster',
  rosterPage: 'members on a page of the roster',
  historyRecent: 'messages in a snapshot',
  historyPage: 'messages on a page of history',
  pollQuestionLength: 'characters of a poll’s question',
  pollOptionLength: 'characters of one of its options',
  pollOptions: 'options of a poll',
  polls: 'polls of one room',
  pollsOpen: 'polls of one room that are open at the same time',
  pollVotes: 'votes that one room keeps, over all its polls',
  breakouts: 'breakout rooms of one set',
  breakoutMinutes: 'minutes after which breakout rooms end at the latest',
  breakoutMoves: 'members that one command sends to breakout rooms',
  callsAtOnce: 'calls that ring at one person, or that one person has placed, at a time',
  ringsAnHour: 'calls from one person, and from groups in their name, that are heard within an hour',
  ring: 'people whom a group’s meeting calls',
  breakoutCountdown: 'seconds of the countdown before breakout rooms end',
  broadcastLength: 'characters said to all breakout rooms at once',
  reasonLength: 'characters of the reason given to somebody who is put out',
  hostGraceSeconds: 'seconds that a room may wait for its host',
  enrolled: 'people who belong to one group',
  enrolledPage: 'people on a page of a group’s list',
  groupAdmins: 'admins of one group',
  enrolPending: 'open requests to join one group, and open invitations',
  enrolRefused: 'people whom one group remembers to have removed or turned away',
  unread: 'unread messages and mentions that are counted',
  watchItems: 'videos and audios on the list of one room',
  watchListLength: 'UTF-16 units of that list in JSON, as a snapshot tells it',
  watchTitleLength: 'characters of the title of one',
  subtitleLabelLength: 'characters of the label of its subtitles',
  watchSubtitles: 'subtitles of one of them',
  posterLength: 'UTF-16 units of its poster, a `data:` URL',
  mediaAddressLength: 'UTF-16 units of an outside address',
  mediaDuration: 'ms of what is watched, at most',
  sdpLength: 'UTF-16 units of a session description',
  signalSections: 'sections of one',
  midLength: 'characters of the name of a section',
  candidateLength: 'characters of an ICE candidate',
  fragmentLength: 'characters of its username fragment',
  retentionSeconds: 'seconds for which an ended room can be kept',
};

const limits = (): string =>
  table(
    ['limit', 'of what'],
    Object.entries(LIMIT_TEXTS).map(([name, text]) => [
      LIMITS[name as keyof typeof LIMITS].toLocaleString('en'),
      text,
    ]),
  );

/** The tables of docs/protocol.md by the name of their marker. */
export function protocolTables(): Readonly<Record<string, string>> {
  const defs = definitions();
  return {
    commands: commands(defs, 'room'),
    events: events(defs, ROOM_EVENTS),
    'inbox-commands': commands(defs, 'inbox'),
    'inbox-events': events(defs, INBOX_EVENTS),
    frames: frames(defs),
    objects: objects(defs),
    http: http(defs),
    errors: errors(),
    'close-codes': closeCodes(),
    permissions: permissions(),
    limits: limits(),
  };
}

import fc from 'fast-check';
import {
  COMMANDS,
  type CommandType,
  INBOX_COMMANDS,
  ROOM_COMMANDS,
  type RoomCommandType,
} from '../../../src/protocol/index.ts';
import { faults, key, odd } from './faults.ts';
import { encodeJson, ODD, ODD_KEYS } from './json-text.ts';
import { type Known, validOf } from './values.ts';

/** A command as a client would give it: `t` and fields. */
export interface Given {
  readonly t: CommandType;
  readonly [field: string]: unknown;
}

export const ALL_TYPES = Object.keys(COMMANDS) as readonly CommandType[];
/** What rooms take, and what inboxes take. */
export const ROOM_TYPES = Object.keys(ROOM_COMMANDS) as readonly RoomCommandType[];
export const INBOX_TYPES = Object.keys(INBOX_COMMANDS) as readonly (keyof typeof INBOX_COMMANDS)[];

/** Commands that the protocol takes: each of its types as often as the others. */
export const validCommands = (known: Known, types = ALL_TYPES): fc.Arbitrary<Given> =>
  fc.oneof(
    ...types.map((t) =>
      validOf(COMMANDS[t].schema, known).map((fields): Given => ({ ...(fields as object), t })),
    ),
  );

/** JSON that nobody meant to be a command, and text that is none. */
const anything = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc
    .tuple(fc.constantFrom<string>(...ALL_TYPES, ...ODD_KEYS), fc.dictionary(key, odd, { maxKeys: 4 }))
    .map(([t, fields]) => encodeJson({ ...fields, t })),
  odd.map(encodeJson),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

export type TextKind = 'valid' | 'nearly valid' | 'random';
export interface TextFrame {
  readonly kind: TextKind;
  readonly text: string;
}

const numbered = (commands: fc.Arbitrary<Given>, numbers: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  fc
    .tuple(commands, fc.option(numbers, { nil: undefined }))
    .map(([command, n]) => (n === undefined ? command : { ...command, n }));

/** How many of each kind there are, to one another. */
type Mix = Readonly<Record<TextKind, number>>;
const MIX: Mix = { valid: 3, 'nearly valid': 5, random: 2 };

/** Text frames: some that are right, some with one thing wrong, some that are nothing at all. */
export function textFrames(
  known: Known,
  { types = ALL_TYPES, mix = MIX }: { readonly types?: readonly CommandType[]; readonly mix?: Mix } = {},
): fc.Arbitrary<TextFrame> {
  const valid = validCommands(known, types);
  const number = fc.integer({ min: 1, max: 1_000 });
  const as = (kind: TextKind, texts: fc.Arbitrary<string>) => ({
    weight: mix[kind],
    arbitrary: texts.map((text): TextFrame => ({ kind, text })),
  });
  const nearly = fc
    .tuple(numbered(valid, fc.oneof(number, fc.constantFrom(...ODD))), faults)
    .map(([command, spoil]) => spoil(command));
  return fc.oneof(
    as('valid', numbered(valid, number).map(encodeJson)),
    as('nearly valid', nearly),
    as('random', anything),
  );
}

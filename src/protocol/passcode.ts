import * as v from 'valibot';
import { defineCommand, defineEvent } from './define.ts';

/** UTF-16 units. Short enough to be said aloud; what is shorter than this is guessed in no time. */
const LEAST = 4;
const MOST = 64;

/** A passcode as somebody types it: NFC, so that one who types it on another machine types the same. */
export const PasscodeSchema = v.pipe(
  v.string(),
  v.maxLength(MOST * 4),
  v.transform((text) => text.normalize('NFC')),
  v.minLength(LEAST),
  v.maxLength(MOST),
);

export const passcodeCommands = {
  'passcode.set': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { passcode: v.nullable(PasscodeSchema) },
  }),
};

export const passcodeEvents = {
  'passcode.changed': defineEvent({
    class: 'durable',
    fields: { passcode: v.boolean() },
  }),
};

export const passcodeSnapshot = {
  /** Whether a passcode is asked for. */
  passcode: v.optional(v.boolean()),
};

import type { Prepare } from '../engine/feature.ts';
import { randomId } from '../platform/codes.ts';
import { hashPasscode, sha256Now } from '../platform/secret-hash.ts';
import type { CommandFields, CommandType } from '../protocol/index.ts';
import type { DrawnInvite } from './invite-rows.ts';

/** Draws what makes an invitation. */
export const drawInvite = (): DrawnInvite => {
  const secret = randomId('');
  return {
    id: randomId('v_'),
    secret,
    hash: sha256Now(secret),
  };
};

/**
 * What handlers can't do, because they are pure and what they are given may be logged: draw secrets, and put a hash in
 * the place of a text that must be kept nowhere. Done after the gate, so that it costs nothing to those who may not.
 */
const PREPARE: { readonly [T in CommandType]?: (fields: CommandFields<T>) => object } = {
  'passcode.set': ({ passcode }) => ({ passcode: passcode === null ? null : hashPasscode(passcode) }),
  'invite.create': (fields) => ({ ...fields, ...drawInvite() }),
  'group.meet': (fields) => ({
    ...fields,
    meeting: randomId('c_'),
    invites: { cohost: drawInvite(), member: drawInvite() },
  }),
};

export const prepare: Prepare = (t, fields) => {
  const make: ((fields: never) => object) | undefined = PREPARE[t];
  // The schema has made sure that these fields belong to this command.
  return make === undefined ? fields : make(fields as never);
};

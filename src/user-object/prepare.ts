import type { Prepare } from '../engine/feature.ts';
import { randomId } from '../platform/codes.ts';
import type { CommandFields, CommandType } from '../protocol/index.ts';

/** What handlers can't do, because they are pure: draw ids. */
const PREPARE: { readonly [T in CommandType]?: (fields: CommandFields<T>) => object } = {
  'meeting.invite': (fields) => ({ ...fields, call: randomId('c_') }),
};

export const prepare: Prepare = (t, fields) => {
  const make: ((fields: never) => object) | undefined = PREPARE[t];
  // The schema has made sure that these fields belong to this command.
  return make === undefined ? fields : make(fields as never);
};

import {
  applyInternal,
  decide,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  internalEvent,
  note,
} from '../../engine/feature.ts';
import { isPasscodeHash } from '../../platform/secret-hash.ts';
import {
  countMiss,
  forgetAllMisses,
  forgetMisses,
  hasMissed,
  missTable,
  PASSCODE_KEY,
  passcodeTable,
  storedPasscode,
} from '../passcode-rows.ts';

const passcodeKept = internalEvent<{ readonly hash: string | null }>('passcode.kept');
const passcodeMissed = internalEvent<{ readonly address: string | null }>('passcode.missed');
const passcodeKnown = internalEvent<{ readonly address: string | null }>('passcode.known');

/** Takes note of a try, wrong or right. */
export const notePasscodeTry: InternalCommand<{
  readonly address: string | null;
  readonly isRight: boolean;
}> = internalCommand('passcode.try', ({ state, fields: { address, isRight } }) => {
  if (!isRight) return decide({ events: [note(passcodeMissed, { address })] });
  return decide(hasMissed(state, address) ? { events: [note(passcodeKnown, { address })] } : {});
});

/** A secret that everybody who comes in anew has to know. */
export const passcode: Feature = {
  name: 'passcode',
  tables: [passcodeTable, missTable],
  commands: {
    'passcode.set': ({ state, fields }) => {
      const { passcode: hash } = fields;
      // The shell has put the hash in the place of the text; anything else must never get into the log.
      if (hash !== null && !isPasscodeHash(hash))
        throw new Error('a passcode came without having been hashed');
      if (hash === null && storedPasscode(state) === null) return decide({});
      return decide({
        events: [note(passcodeKept, { hash }), happen('passcode.changed', { passcode: hash !== null })],
      });
    },
  },
  internalCommands: [notePasscodeTry],
  internalEvents: [passcodeKept, passcodeMissed, passcodeKnown],
  apply: [
    applyInternal(passcodeKept, (state, { hash }) => {
      if (hash === null) state.table(passcodeTable).delete(PASSCODE_KEY);
      else state.table(passcodeTable).set(PASSCODE_KEY, { hash });
      forgetAllMisses(state);
    }),
    applyInternal(passcodeMissed, (state, { address, at }) => countMiss(state, address, at)),
    applyInternal(passcodeKnown, (state, { address }) => forgetMisses(state, address)),
  ],
  snapshot: (state) => ({ passcode: storedPasscode(state) !== null }),
};

import { apply, applyInternal, type Feature } from '../../engine/feature.ts';
import type { State } from '../../engine/state.ts';
import { readMoved } from '../enrolment-moves.ts';
import { findGroup } from '../enrolment-rows.ts';
import { MOVED_KEY, type MovedRow, movedIn, movedTable, READERS } from '../hint-rows.ts';

function move(state: State, to: Partial<MovedRow>): void {
  // Not `set`: a message is to cost no row beside its own.
  if (findGroup(state) !== undefined)
    state.table(movedTable).restore(MOVED_KEY, { ...movedIn(state), ...to });
}

/** Notes that something was said in a group, or read, for those who are elsewhere; the shell tells them (hints.ts). */
export const hints: Feature = {
  name: 'hints',
  tables: [movedTable],
  commands: {},
  apply: [
    apply('chat.sent', (state, { seq, to, mentions = [] }) => {
      if (to === undefined) move(state, { message: seq, ...(mentions.length === 0 ? {} : { mention: seq }) });
    }),
    apply('image.shared', (state, { seq }) => move(state, { message: seq })),
    apply('file.shared', (state, { seq }) => move(state, { message: seq })),
    applyInternal(readMoved, (state, { account }) => {
      const { readers, reads } = movedIn(state);
      move(state, { readers: [...readers, account].slice(-READERS), reads: reads + 1 });
    }),
  ],
};

import { apply, type Decision, decide, type Feature, happen, on } from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import { fail } from '../../protocol/index.ts';
import { callOf, putRecording, recordingOf, recordingTables } from '../call-rows.ts';
import { hasAuthority } from '../gate.ts';
import { findPresent } from '../tables.ts';

/** Ends the recording of somebody who can't or may not record any more. */
const cutShort = (state: StateView, member: string): Decision =>
  recordingOf(state)?.by === member
    ? { events: [happen('recording.changed', { recording: null }, { by: null })] }
    : {};

/** Recording: a host's client makes it, and everybody sees that it does. */
export const recording: Feature = {
  name: 'recording',
  tables: recordingTables,
  commands: {
    'recording.start': ({ state, actor, now }) => {
      // Whoever only holds the host key sees and hears nothing that could be recorded.
      if (actor.kind !== 'member') return fail('not_allowed', { detail: 'join the room to take part' });
      const known = recordingOf(state);
      if (known?.by === actor.id) return decide({});
      if (known !== null) return fail('recording_taken', { detail: known.by });
      if (callOf(state, actor.id) === null)
        return fail('not_allowed', { detail: 'enter the call to record it' });
      const begun = { by: actor.id, since: now };
      return decide({ events: [happen('recording.changed', { recording: begun })] });
    },
    'recording.stop': ({ state }) =>
      decide(
        recordingOf(state) === null ? {} : { events: [happen('recording.changed', { recording: null })] },
      ),
  },
  apply: [
    apply('recording.changed', (state, { recording }) => putRecording(state, recording)),
    apply('room.ended', (state) => putRecording(state, null)),
  ],
  on: [
    on('member.left', ({ state }, { member }) => cutShort(state, member)),
    // Whose line has dropped is in no call for the moment, and records on.
    on('call.changed', ({ state }, { member, call, by }) =>
      call === null && by === member ? cutShort(state, member) : {},
    ),
    on('role.changed', ({ state }, { member }) => {
      const row = findPresent(state, member);
      return row !== undefined && hasAuthority(row.role) ? {} : cutShort(state, member);
    }),
  ],
};

import {
  apply,
  decide,
  type EventDraft,
  type Feature,
  happen,
  on,
  onInternal,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import { fail } from '../../protocol/index.ts';
import { callOf, callSnapshotOf, callTables, fitIn, moded, modeOf, putMode } from '../call-rows.ts';
import { sessionOpened } from '../internal-events.ts';
import { changed, isOff, mediaOf, OFF } from '../media-state.ts';
import { findPresent, memberTable, present, settingsOf } from '../tables.ts';

const entered = (member: string, call: string): EventDraft =>
  happen('call.changed', { member, call }, { about: member });

/** Somebody is in the call no longer; `by` them, where they wished it and it is for good. */
const exited = (state: StateView, member: string, by: string | null = null): readonly EventDraft[] =>
  callOf(state, member) === null
    ? []
    : [happen('call.changed', { member, call: null }, { about: member, by, forget: true })];

/**
 * A call that all have left is direct again. Who is away has not left it: when a server is killed that is everybody, and they
 * are to find it as it was.
 */
function whenLast(state: StateView, leaving: string): readonly EventDraft[] {
  if (modeOf(state) === 'direct') return [];
  const goesOn = present(state).some(
    ({ id, presence }) => id !== leaving && (presence === 'away' || callOf(state, id) !== null),
  );
  return goesOn ? [] : [moded('direct')];
}

/** Whoever runs the server has taken the SFU away. */
const withoutSfu = (state: StateView): readonly EventDraft[] =>
  modeOf(state) === 'sfu' && !settingsOf(state).sfu ? [moded('direct')] : [];

/** The call: who takes part in picture and sound, and how they travel. The pictures themselves never pass through here. */
export const call: Feature = {
  name: 'call',
  tables: callTables,
  commands: {
    'call.enter': ({ state, fields, actor }) => {
      if (actor.kind !== 'member' || findPresent(state, actor.id)?.presence !== 'online')
        return fail('member_gone');
      if (callOf(state, actor.id) === fields.call) return decide({});
      const fits = fitIn(state, actor.id, mediaOf(state, actor.id));
      return fits.ok ? decide({ events: [...fits.value, entered(actor.id, fields.call)] }) : fits;
    },
    'call.exit': ({ state, actor }) => {
      if (actor.kind !== 'member' || findPresent(state, actor.id)?.presence !== 'online')
        return fail('member_gone');
      if (callOf(state, actor.id) === null) return decide({});
      const off = isOff(mediaOf(state, actor.id)) ? [] : [changed(actor.id, OFF)];
      return decide({
        events: [...off, ...exited(state, actor.id, actor.id), ...whenLast(state, actor.id)],
      });
    },
  },
  apply: [
    apply('call.moded', (state, { mode }) => putMode(state, mode)),
    apply('room.ended', (state) => putMode(state, 'direct')),
  ],
  on: [
    on('member.away', ({ state }, { member }) => ({ events: exited(state, member) })),
    on('member.left', ({ state }, { member }) => ({
      events: [...exited(state, member), ...whenLast(state, member)],
    })),
    // A new session enters anew.
    onInternal(sessionOpened, ({ state }, { member }) => ({
      events: [...withoutSfu(state), ...exited(state, member)],
    })),
    on('room.reopened', ({ state }) => ({
      events: Array.from(state.table(memberTable).keys()).flatMap((id) => exited(state, id)),
    })),
  ],
  snapshot: (state) => ({ call: callSnapshotOf(state) }),
};

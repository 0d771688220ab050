import {
  type Decision,
  decide,
  type EventDraft,
  type Feature,
  happen,
  on,
  onInternal,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import { can, fail } from '../../protocol/index.ts';
import { sessionOpened } from '../internal-events.ts';
import { findPresent, memberTable, present, theRoom } from '../tables.ts';

/** Whether everybody is told that this member is writing. Who is told in private keeps it to themself. */
const isTyping = (state: StateView, member: string): boolean =>
  state.latest('typing.changed', member) !== undefined;

const changed = (member: string, typing: boolean): EventDraft =>
  happen('typing.changed', { member, typing }, { about: member, ...(typing ? {} : { forget: true }) });

const stopped = (state: StateView, member: string): Decision =>
  isTyping(state, member) ? { events: [changed(member, false)] } : {};

/** Nobody is seen to write what they may not send. */
function withdrawn(state: StateView, id: string): readonly EventDraft[] {
  const member = state.table(memberTable).get(id);
  const stays = member === undefined || !isTyping(state, id) || can(member, theRoom(state).policy, 'chat');
  return stays ? [] : [changed(id, false)];
}

/** Who is writing a message, to all or to one. Clients let it lapse by themselves, so it needs no deadline. */
export const typing: Feature = {
  name: 'typing',
  tables: [],
  commands: {
    'typing.set': ({ state, fields, actor }) => {
      if (actor.kind !== 'member' || findPresent(state, actor.id)?.presence !== 'online')
        return fail('member_gone');
      const { typing, to } = fields;
      if (to === undefined) {
        // Saying so again keeps it alive; saying twice that it is over says nothing.
        return typing ? decide({ events: [changed(actor.id, true)] }) : decide(stopped(state, actor.id));
      }
      if (findPresent(state, to) === undefined) return fail('member_unknown', { detail: to });
      if (to === actor.id) return decide({});
      const told = happen('typing.changed', { member: actor.id, typing, to }, { about: actor.id, to: [to] });
      return decide({ events: [told] });
    },
  },
  apply: [],
  on: [
    on('chat.sent', ({ state }, { by, to }) =>
      by === undefined || to !== undefined ? {} : stopped(state, by),
    ),
    on('policy.changed', ({ state }) => ({
      events: present(state).flatMap(({ id }) => withdrawn(state, id)),
    })),
    on('rights.changed', ({ state }, { member }) => ({ events: withdrawn(state, member) })),
    on('role.changed', ({ state }, { member }) => ({ events: withdrawn(state, member) })),
    on('member.away', ({ state }, { member }) => stopped(state, member)),
    on('member.left', ({ state }, { member }) => stopped(state, member)),
    onInternal(sessionOpened, ({ state }, { member }) => stopped(state, member)),
    // The end of the meeting is no leaving; what stood then must not be there when it is opened again.
    on('room.reopened', ({ state }) => ({
      events: Array.from(state.table(memberTable).keys()).flatMap((id) => stopped(state, id).events ?? []),
    })),
  ],
};

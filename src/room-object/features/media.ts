import {
  type Decision,
  decide,
  type EventDraft,
  type Feature,
  on,
  onInternal,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import { can, fail, MEDIA } from '../../protocol/index.ts';
import { switchOn } from '../call-rows.ts';
import { sessionOpened } from '../internal-events.ts';
import { changed, isOff, isSame, mediaOf, OFF, settle } from '../media-state.ts';
import { findPresent, memberTable, present, theRoom } from '../tables.ts';

/** Switches off what a member may no longer use. Nothing is ever switched on for anybody. */
function withdrawn(state: StateView, id: string): readonly EventDraft[] {
  const member = state.table(memberTable).get(id);
  const before = mediaOf(state, id);
  if (member === undefined || isOff(before)) return [];
  const { policy } = theRoom(state);
  const after = { ...before };
  for (const media of MEDIA) after[media] = before[media] && can(member, policy, media);
  const settled = settle(after);
  return isSame(before, settled) ? [] : [changed(id, settled)];
}

const allOff = (state: StateView, id: string): Decision =>
  isOff(mediaOf(state, id)) ? {} : { events: [changed(id, OFF)] };

/** Camera, microphone and screen as members announce them and the room enforces them. */
export const media: Feature = {
  name: 'media',
  tables: [],
  commands: {
    'media.set': ({ state, fields, actor }) => {
      // What is switched on belongs to a connection: without one there is nothing to see or hear.
      if (actor.kind !== 'member' || findPresent(state, actor.id)?.presence !== 'online')
        return fail('member_gone');
      const before = mediaOf(state, actor.id);
      const after = settle({
        camera: fields.camera ?? before.camera,
        microphone: fields.microphone ?? before.microphone,
        screen: fields.screen ?? before.screen,
        speaking: fields.speaking ?? before.speaking,
      });
      if (isSame(before, after)) return decide({});
      const fits = switchOn(state, actor.id, after);
      return fits.ok ? decide({ events: [...fits.value, changed(actor.id, after)] }) : fits;
    },
  },
  apply: [],
  on: [
    on('policy.changed', ({ state }) => ({
      events: present(state).flatMap((member) => withdrawn(state, member.id)),
    })),
    on('rights.changed', ({ state }, event) => ({ events: withdrawn(state, event.member) })),
    on('role.changed', ({ state }, event) => ({ events: withdrawn(state, event.member) })),
    on('member.away', ({ state }, event) => allOff(state, event.member)),
    on('member.left', ({ state }, event) => allOff(state, event.member)),
    // Who was there when the meeting ended has nothing on in the next.
    on('room.reopened', ({ state }) => ({
      events: Array.from(state.table(memberTable).keys()).flatMap((id) => allOff(state, id).events ?? []),
    })),
    // A new session begins with everything off: what the old one announced ended with it.
    onInternal(sessionOpened, ({ state }, event) => allOff(state, event.member)),
  ],
};

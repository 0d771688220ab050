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
import { can, fail, MEDIA, type Media } from '../../protocol/index.ts';
import { sessionOpened } from '../internal-events.ts';
import { findPresent, memberTable, present, theRoom } from '../tables.ts';

type MediaState = Readonly<Record<Media | 'speaking', boolean>>;

const OFF: MediaState = { camera: false, microphone: false, screen: false, speaking: false };

/** What a member has on. Kept with the session, not on disk: it ends with it. */
function mediaOf(state: StateView, member: string): MediaState {
  const fields = state.latest('media.changed', member)?.fields;
  if (fields === undefined) return OFF;
  return {
    camera: fields.camera === true,
    microphone: fields.microphone === true,
    screen: fields.screen === true,
    speaking: fields.speaking === true,
  };
}

const isOff = (media: MediaState): boolean => !MEDIA.some((one) => media[one]);

const changed = (member: string, media: MediaState): EventDraft =>
  happen('media.changed', { member, ...media }, { about: member, ...(isOff(media) ? { forget: true } : {}) });

const isSame = (a: MediaState, b: MediaState): boolean =>
  a.camera === b.camera &&
  a.microphone === b.microphone &&
  a.screen === b.screen &&
  a.speaking === b.speaking;

/** Who speaks has a microphone on; without one the flag falls with it. */
const settle = (media: MediaState): MediaState => ({
  ...media,
  speaking: media.speaking && media.microphone,
});

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
      if (actor.kind !== 'member' || findPresent(state, actor.id) === undefined) return fail('member_gone');
      const before = mediaOf(state, actor.id);
      const after = settle({
        camera: fields.camera ?? before.camera,
        microphone: fields.microphone ?? before.microphone,
        screen: fields.screen ?? before.screen,
        speaking: fields.speaking ?? before.speaking,
      });
      return decide(isSame(before, after) ? {} : { events: [changed(actor.id, after)] });
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
    // A new session begins with everything off: what the old one announced ended with it.
    onInternal(sessionOpened, ({ state }, event) => allOff(state, event.member)),
  ],
};

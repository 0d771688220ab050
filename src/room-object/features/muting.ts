import {
  apply,
  applyInternal,
  callOff,
  deadline,
  decide,
  type EventDraft,
  type Feature,
  happen,
  internalCommand,
  note,
  on,
} from '../../engine/feature.ts';
import { defineTable, type State, type StateView } from '../../engine/state.ts';
import {
  can,
  fail,
  MEDIA,
  type Media,
  type MediaRequest,
  MUTED_AT_ONCE,
  type Outcome,
  REQUEST_FOR,
  succeed,
} from '../../protocol/index.ts';
import { isByCohost, isHostByRight } from '../authority-rows.ts';
import { AWAITED, hear, isUnheard, markUnheard, switchOn, unhear } from '../call-rows.ts';
import { hasAuthority } from '../gate.ts';
import { mediaStopped, sessionLost, sessionOpened } from '../internal-events.ts';
import { changed, isOff, isSame, mediaOf, settle } from '../media-state.ts';
import { findPresent, type MemberRow, memberTable, present, theRoom } from '../tables.ts';

type Pair = Pick<MediaRequest, 'member' | 'media'>;

/** Requests without an answer: at most one for each member and medium. */
const requestTable = defineTable<MediaRequest>('media-requests');

const keyOf = ({ member, media }: Pair): string => `${member} ${media}`;
const requestDeadline = (pair: Pair): string => `media-request ${keyOf(pair)}`;

const forget = (state: State, pair: Pair): void => state.table(requestTable).delete(keyOf(pair));

const requestsTo = (state: StateView, member: string): readonly Readonly<MediaRequest>[] =>
  MEDIA.flatMap((media) => state.table(requestTable).get(keyOf({ member, media })) ?? []);

/** Who is told of a request: who was asked, and who asked. */
const parties = ({ member, by }: Pick<MediaRequest, 'member' | 'by'>): string[] =>
  by === null ? [member] : [member, by];

/** A request that nobody answered in time. */
const lapse = internalCommand<Pair>('media.lapse', ({ state, fields }) => {
  const found = state.table(requestTable).get(keyOf(fields));
  if (found === undefined) return decide({});
  const { request, member, media } = found;
  const event = happen('media.lapsed', { request, member, media }, { to: parties(found), by: null });
  return decide({ events: [event] });
});

type Targets = readonly Readonly<MemberRow>[];

/** Those whom a stop is meant for. Of several that are named, one may have left meanwhile. */
function targets(
  state: StateView,
  members: 'all' | readonly string[],
  except: readonly string[],
): Outcome<Targets> {
  const spared = new Set(except);
  if (members === 'all')
    return succeed(present(state).filter(({ id, role }) => !hasAuthority(role) && !spared.has(id)));
  const found = members.flatMap((id) => findPresent(state, id) ?? []);
  if (found.length === 0) return fail('member_unknown', { detail: members[0] ?? '' });
  return succeed(Array.from(new Set(found)).filter(({ id }) => !spared.has(id)));
}

interface Stopped {
  readonly media: Media[];
  readonly members: string[];
}

/** Tells everybody, also whoever is away just now and hears of it later. An event has a limit of its own. */
function told({ media, members }: Stopped): readonly EventDraft[] {
  const events: EventDraft[] = [note(mediaStopped, { members, media })];
  for (let at = 0; at < members.length; at += MUTED_AT_ONCE)
    events.push(happen('media.stopped', { members: members.slice(at, at + MUTED_AT_ONCE), media }));
  return events;
}

/** Switches off what of these is on, or may be. */
function stop(
  state: StateView,
  members: Targets,
  media: readonly Media[],
  now: number,
): readonly EventDraft[] {
  const off: EventDraft[] = [];
  const stopped = new Map<string, Stopped>();
  for (const member of members) {
    const { id } = member;
    const before = mediaOf(state, id);
    const asked = MEDIA.filter((one) => media.includes(one));
    const on = asked.filter((one) => before[one]);
    // Of whose line is lost, or just back, the room can't know: picture and sound go on without it.
    const over = isUnheard(member, now) ? asked : on;
    if (over.length === 0) continue;
    if (on.length > 0)
      off.push(changed(id, settle({ ...before, ...Object.fromEntries(on.map((one) => [one, false])) })));
    const alike = stopped.get(over.join());
    if (alike === undefined) stopped.set(over.join(), { media: over, members: [id] });
    else alike.members.push(id);
  }
  return [...Array.from(stopped.values()).flatMap(told), ...off];
}

/** What hosts may do about the camera, microphone and screen of others: switch off, and ask. Never switch on. */
export const muting: Feature = {
  name: 'muting',
  tables: [requestTable],
  commands: {
    'media.stop': ({ state, fields, actor, now }) => {
      const meant = targets(state, fields.members, fields.except ?? []);
      if (!meant.ok) return meant;
      if (isByCohost(state, actor) && meant.value.some(({ id }) => isHostByRight(state, id)))
        return fail('role_required', { detail: 'host' });
      return decide({ events: stop(state, meant.value, fields.media, now) });
    },
    'media.request': ({ state, fields, actor, now }) => {
      const { member, media } = fields;
      if (findPresent(state, member) === undefined) return fail('member_unknown', { detail: member });
      if (mediaOf(state, member)[media] || state.table(requestTable).has(keyOf(fields))) return decide({});
      const by = actor.kind === 'member' ? actor.id : null;
      return decide({
        events: [happen('media.requested', { member, media }, { to: parties({ member, by }) })],
        deadlines: [deadline(requestDeadline(fields), now + REQUEST_FOR, lapse, { member, media })],
      });
    },
    'media.answer': ({ state, fields: { request, accept }, actor }) => {
      const self = actor.kind === 'member' ? findPresent(state, actor.id) : undefined;
      if (self?.presence !== 'online') return fail('member_gone');
      const found = requestsTo(state, self.id).find((one) => one.request === request);
      if (found === undefined) return fail('request_unknown', { detail: String(request) });
      const { media } = found;
      // Refused, it stays open: a host may grant it and need not ask anew.
      if (accept && !can(self, theRoom(state).policy, media)) return fail('not_allowed', { detail: media });
      const answer = { request, member: self.id, media, accepted: accept };
      const before = mediaOf(state, self.id);
      const after = { ...before, [media]: before[media] || accept };
      // Refused, it stays open here, too: somebody may switch a camera off.
      const fits = switchOn(state, self.id, after);
      if (!fits.ok) return fits;
      return decide({
        events: [
          happen('media.answered', answer, { to: parties(found) }),
          ...fits.value,
          ...(isSame(before, after) ? [] : [changed(self.id, after)]),
        ],
        deadlines: [callOff(requestDeadline(found))],
      });
    },
  },
  internalCommands: [lapse],
  internalEvents: [mediaStopped, sessionLost],
  apply: [
    apply('media.requested', (state, { member, media, seq, at, by }) =>
      state
        .table(requestTable)
        .set(keyOf({ member, media }), { request: seq, member, media, by: by ?? null, at }),
    ),
    apply('media.answered', forget),
    apply('media.lapsed', forget),
    apply('member.away', (state, { member, at }) => unhear(state, member, at, null)),
    applyInternal(sessionLost, (state, { member }) => markUnheard(state, member, null)),
    applyInternal(sessionOpened, (state, { member, at }) => unhear(state, member, at, at + AWAITED)),
    // That they are out because their line is lost is told as nobody's doing.
    apply('call.changed', (state, { member, by }) => {
      if (by === member) hear(state, member);
    }),
    // Not everybody who has something on is in the call. With a new session all is off by itself.
    apply('media.changed', (state, { member, by, ...media }) => {
      if (by === member && !isOff(media)) hear(state, member);
    }),
    // That they left is told to all, and says it.
    apply('member.left', (state, { member }) => {
      hear(state, member);
      for (const media of MEDIA) forget(state, { member, media });
    }),
    apply('room.ended', (state) => {
      for (const member of Array.from(state.table(memberTable).keys())) hear(state, member);
      for (const row of Array.from(state.table(requestTable).values())) forget(state, row);
    }),
  ],
  on: [
    on('member.left', (_, { member }) => ({
      deadlines: MEDIA.map((media) => callOff(requestDeadline({ member, media }))),
    })),
  ],
  own: (state, member) => ({
    requests: Array.from(state.table(requestTable).values()).filter(
      (request) => request.member === member || request.by === member,
    ),
  }),
};

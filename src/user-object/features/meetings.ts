import { effectTable } from '../../engine/deadlines.ts';
import {
  apply,
  applyInternal,
  callOff,
  deadline,
  decide,
  type EffectDraft,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  internalEvent,
  note,
  onInternal,
} from '../../engine/feature.ts';
import type { StateView } from '../../engine/state.ts';
import type { HostedNews, StayNews } from '../../platform/room-news.ts';
import type { Meeting, Schedule } from '../../protocol/index.ts';
import { placeCall } from '../call-rows.ts';
import { type Credentials, mayReach, mayWriteHere } from '../direct-items.ts';
import { selfChanged } from '../internal-events.ts';
import { type FromPeer, sendTo } from '../links.ts';
import {
  forgetting,
  goneDeadline,
  listing,
  type MeetingRow,
  meetingsInOrder,
  meetingTable,
  putMeeting,
  toMeeting,
  unknownMeeting,
} from '../meeting-rows.ts';
import { CARD_EFFECT, type CardData, cardEffectId, stayBegan, stayEnded, stayTable } from '../stay-rows.ts';

/** ms after which somebody is taken to have left a meeting that says nothing any more: it was lost. A day. */
const LONGEST_STAY = 86_400_000;
const lapseDeadline = (code: string): string => `stay ${code}`;

/** News of a room were heard: what is older counts no more. */
const newsHeard = internalEvent<{
  readonly code: string;
  readonly about: keyof MeetingRow['heard'];
  /** ms by the room's clock. */
  readonly told: number;
}>('meeting.news-heard');

const findMeeting = (state: StateView, code: string): Readonly<MeetingRow> | undefined =>
  state.table(meetingTable).get(code);

const noted = (meeting: Meeting) => happen('meeting.noted', { meeting });

const isSame = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What news of any kind say of the room. */
const about = (
  row: Readonly<MeetingRow> | undefined,
  { code, name, schedule, endedAt, at }: StayNews | HostedNews,
): Meeting => ({
  ...(row === undefined ? unknownMeeting(code, name, at) : toMeeting(row)),
  name,
  schedule,
  endedAt,
});

/** A room tells that this person is in with a first device, or has left with the last. */
export const tellStay: InternalCommand<StayNews> = internalCommand(
  'meeting.tell-stay',
  ({ state, fields: news, now }) => {
    const { code, name, isIn, at } = news;
    const row = findMeeting(state, code);
    const isKnown = state.table(stayTable).has(code);
    const isOld = row !== undefined && (row.heard.stay > at || (row.heard.stay === at && isIn === isKnown));
    if (isOld) return decide({});
    const heard = note(newsHeard, { code, about: 'stay', told: at });
    if (isIn) {
      const meeting = { ...about(row, news), enteredAt: at, leftAt: null, at };
      const { events, deadlines } = listing(state, meeting, noted(meeting), now);
      return decide({
        events: [note(stayBegan, { code, name, since: at }), ...events, heard],
        deadlines: [...deadlines, deadline(lapseDeadline(code), now + LONGEST_STAY, lapse, { code })],
      });
    }
    // What was taken off the list while they were in stays off.
    const meeting = { ...about(row, news), leftAt: at, at };
    return decide({
      events: [
        ...(isKnown ? [note(stayEnded, { code })] : []),
        ...(row === undefined ? [] : [noted(meeting), heard]),
      ],
      deadlines: [callOff(lapseDeadline(code))],
    });
  },
);

/** Nothing was heard of a meeting for too long. */
const lapse: InternalCommand<{ readonly code: string }> = internalCommand(
  'meeting.lapse',
  ({ state, fields: { code }, now }) => {
    const row = findMeeting(state, code);
    if (!state.table(stayTable).has(code)) return decide({});
    return decide({
      events: [
        note(stayEnded, { code }),
        ...(row === undefined ? [] : [noted({ ...toMeeting(row), leftAt: now })]),
      ],
    });
  },
);

/** A room tells how it is, to somebody who hosts it, or does no longer. */
export const tellHosted: InternalCommand<HostedNews> = internalCommand(
  'meeting.tell-hosted',
  ({ state, fields: news, now }) => {
    const { code, isHost, at, endedAt, keptUntil } = news;
    const row = findMeeting(state, code);
    if (row !== undefined && row.heard.hosted > at) return decide({});
    // Neither a room that is over nor somebody else's is brought back onto a list that it was taken off.
    if (row === undefined && (endedAt !== null || !isHost)) return decide({});
    const meeting = { ...about(row, news), hosted: isHost };
    if (row !== undefined && isSame(toMeeting(row), meeting)) return decide({});
    const isOfUse = isHost || meeting.enteredAt !== null || meeting.invitedBy !== null;
    if (!isOfUse) return decide(forgetting([code]));
    const { events, deadlines } = listing(state, meeting, noted(meeting), now);
    const gone =
      keptUntil === null
        ? callOff(goneDeadline(code))
        : deadline(goneDeadline(code), Math.max(keptUntil, now), forget, { code });
    return decide({
      events: [...events, note(newsHeard, { code, about: 'hosted', told: at })],
      deadlines: [...deadlines, gone],
    });
  },
);

/** A room that was ended is kept no longer. */
const forget: InternalCommand<{ readonly code: string }> = internalCommand(
  'meeting.gone',
  ({ state, fields: { code } }) => {
    const row = findMeeting(state, code);
    return decide(row === undefined || row.endedAt === null ? {} : forgetting([code]));
  },
);

/** An invitation as one person's object carries it to the other's. */
interface InvitationItem extends Credentials {
  readonly code: string;
  readonly name: string;
  readonly schedule: Schedule | null;
  readonly invite?: string;
}

/** Rooms on the list by one person's invitation alone: nobody crowds out by them what others are on it for. */
const INVITATIONS = 20;

/** The oldest of somebody's invitations, which make place for one more. */
function spentInvitations(state: StateView, account: string): string[] {
  return Array.from(state.table(meetingTable).values())
    .filter((row) => row.invitedBy?.id === account && row.enteredAt === null && !row.hosted)
    .sort((a, b) => b.at - a.at)
    .slice(INVITATIONS - 1)
    .map(({ code }) => code);
}

/** Somebody invites this person. */
const takeInvitation: InternalCommand<FromPeer<InvitationItem>> = internalCommand(
  'meeting.invited',
  ({ state, fields, now }) => {
    const { from: account, card, code, name, schedule, invite } = fields;
    if (!mayWriteHere(state, account, fields)) return decide({});
    const { id, userName, name: called, avatar } = card;
    const from = { id, userName, name: called, avatar };
    const row = findMeeting(state, code);
    // Whoever knows the room knows better what it is called, and when it is.
    const known = row === undefined ? { ...unknownMeeting(code, name, now), schedule } : toMeeting(row);
    const meeting: Meeting = {
      ...known,
      invitedBy: from,
      ...(invite === undefined ? {} : { invite }),
      at: now,
    };
    const told = happen('meeting.invited', { meeting, from });
    const spent = row === undefined ? spentInvitations(state, account) : [];
    if (spent.length === 0) return decide(listing(state, meeting, told, now));
    const { events, deadlines } = forgetting(spent);
    return decide({ events: [...events, told], deadlines });
  },
);

/** The id of a call, which the shell has drawn and put beside the fields; see prepare.ts. */
function drawnWith(fields: object): string {
  const { call } = fields as { readonly call?: unknown };
  if (typeof call !== 'string') throw new Error('a call came without an id');
  return call;
}

/** The rooms that this person is in are to be told what they are called now, and of their picture. */
const tellCard = (state: StateView, before: string): EffectDraft[] =>
  Array.from(state.table(stayTable).keys(), (code) => {
    const id = cardEffectId(code);
    // One that could not be told yet goes by an older name.
    const waiting = state.table(effectTable).get(id)?.data as CardData | undefined;
    const former = Array.from(new Set([...(waiting?.former ?? []), before]));
    return { id, kind: CARD_EFFECT, data: { code, former } satisfies CardData };
  });

/** Rooms that this person is in, was in, hosts, or is invited to. */
export const meetings: Feature = {
  name: 'meetings',
  tables: [meetingTable, stayTable],
  commands: {
    'meeting.forget': ({ state, fields: { code } }) =>
      decide(findMeeting(state, code) === undefined ? {} : forgetting([code])),
    'meeting.invite': ({ state, fields, now }) => {
      const { to, code, name, ring } = fields;
      const permitted = mayReach(state, to);
      if (!permitted.ok) return permitted;
      const invite = fields.invite === undefined ? {} : { invite: fields.invite };
      if (ring === true) {
        const call = drawnWith(fields);
        const placed = placeCall(state, { call, to, code, name, ...invite, ...permitted.value }, now);
        return placed.ok ? decide(placed.value) : placed;
      }
      const schedule = findMeeting(state, code)?.schedule ?? null;
      const item: InvitationItem = { code, name, schedule, ...invite, ...permitted.value };
      return decide(sendTo(state, to, takeInvitation.name, item));
    },
  },
  internalCommands: [tellStay, lapse, tellHosted, forget, takeInvitation],
  internalEvents: [stayBegan, stayEnded, newsHeard],
  apply: [
    applyInternal(stayBegan, (state, { code, name, since }) =>
      state.table(stayTable).set(code, { name, since }),
    ),
    applyInternal(stayEnded, (state, { code }) => state.table(stayTable).delete(code)),
    apply('meeting.noted', (state, { meeting }) => putMeeting(state, meeting)),
    apply('meeting.invited', (state, { meeting }) => putMeeting(state, meeting)),
    apply('meeting.forgotten', (state, { code }) => state.table(meetingTable).delete(code)),
    applyInternal(newsHeard, (state, { code, about, told }) => {
      const row = findMeeting(state, code);
      if (row !== undefined)
        state.table(meetingTable).set(code, { ...row, heard: { ...row.heard, [about]: told } });
    }),
  ],
  on: [onInternal(selfChanged, ({ state }, { before }) => ({ effects: tellCard(state, before.name) }))],
  snapshot: (state) => {
    const list = meetingsInOrder(state);
    return list.length === 0 ? {} : { meetings: list };
  },
};

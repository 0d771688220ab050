import { effectTable } from '../../engine/deadlines.ts';
import {
  applyInternal,
  type Decision,
  decide,
  type EffectDraft,
  type EventDraft,
  type Feature,
  happen,
  type InternalCommand,
  internalCommand,
  note,
  onInternal,
} from '../../engine/feature.ts';
import type { State, StateView } from '../../engine/state.ts';
import type { GroupNews } from '../../platform/room-news.ts';
import { fail, type MyGroup, type Person, type Standing } from '../../protocol/index.ts';
import {
  GROUP_NEWS_COST,
  groupAllowance,
  INVITATION_COST,
  inviterAllowance,
  spend,
} from '../allowance-rows.ts';
import {
  type Counted,
  countOf,
  GROUPS_OPEN,
  GROUPS_OVER,
  groupStood,
  groupTable,
  isOtherEpoch,
  isUnreadNews,
  knownGroup,
  myGroups,
  otherGroupTable,
} from '../group-rows.ts';
import { deviceOpened, selfRemoved } from '../internal-events.ts';
import { learn } from '../links.ts';
import { isBlocked, settingsOf, theSelf } from '../tables.ts';

/** The effect that asks all groups how this person stands in them now. */
export const LOOK_EFFECT = 'group.look';
export interface LookData {
  /** Codes of those that are still to be asked; absent: all. */
  readonly left?: readonly string[];
}
const lookEffect = (data: LookData): EffectDraft => ({ id: LOOK_EFFECT, kind: LOOK_EFFECT, data });
/** The effect that enrols this person in everybody's group. */
export const EVERYBODY_EFFECT = 'group.everybody';
/** The effect that tells a group that this account is gone. */
export const FORGET_EFFECT = 'group.forget';
export interface ForgetData {
  readonly group: string;
  readonly account: string;
  /** ms; when the account went. Absent: drafted by a version that did not say. */
  readonly at?: number;
}

const STANDING = 'group.standing';

const isOver = ({ state }: MyGroup): boolean => state === 'none' || state === 'deleted';

/** What follows from how somebody stands now. Of what was never open, or stands so already, nobody is told. */
function stand(
  state: StateView,
  group: MyGroup,
  count: Counted,
  by: Person | null,
  isCertain = false,
): readonly EventDraft[] {
  const known = knownGroup(state, group.group);
  const isNewCount = known !== undefined && (isCertain || isOtherEpoch(count, known));
  if (known !== undefined && count.version < known.version && !isNewCount) return [];
  const before = known?.group;
  const isSame =
    before !== undefined &&
    before.state === group.state &&
    before.role === group.role &&
    before.name === group.name;
  // So that what was said before this and comes late is known for that.
  if (isSame)
    return isNewCount || count.version > (known?.version ?? 0)
      ? [note(groupStood, { group: before, ...count })]
      : [];
  const wasOver = before === undefined || isOver(before);
  return [
    note(groupStood, { group, ...count }),
    ...(isOver(group) && wasOver ? [] : [happen(STANDING, { standing: group, from: by }, { by: null })]),
  ];
}

/**
 * What a group, and whoever invites to it, spend when they tell this person's devices something; null: it has been too much
 * of late. Farewells cost nothing, there is one at most.
 */
function payForNews(
  state: StateView,
  { group, state: stood, by }: GroupNews,
  now: number,
): EventDraft[] | null {
  if (stood === 'deleted') return [];
  const paid = [spend(state, groupAllowance(group), GROUP_NEWS_COST, now)];
  if (stood === 'invited' && by !== null)
    paid.push(spend(state, inviterAllowance(by.id), INVITATION_COST, now));
  const events = paid.filter((event) => event !== null);
  return events.length < paid.length ? null : events;
}

/**
 * A group tells how this person stands in it. Whom they have blocked invites them to nothing. Where it tells too much it is
 * to tell later how they stand then: what was said and taken back meanwhile is not heard.
 */
export const tellGroup: InternalCommand<GroupNews> = internalCommand(
  'group.tell',
  ({ state, fields: news, now }) => {
    const { by } = news;
    if (news.state === 'invited' && by !== null && isBlocked(state, by.id)) return decide({});
    const isNewInvitation = news.state === 'invited' && knownGroup(state, news.group) === undefined;
    if (isNewInvitation && state.table(otherGroupTable).count('open') >= GROUPS_OPEN) return decide({});
    const group: MyGroup = {
      group: news.group,
      name: news.name,
      state: news.state,
      role: news.role,
      invitedBy: news.state === 'invited' ? by : null,
      everybody: news.everybody,
      at: news.at,
    };
    const events = stand(state, group, countOf(news), by);
    const isTold = events.some(({ t }) => t === STANDING);
    const paid = isTold ? payForNews(state, news, now) : [];
    if (paid === null) return fail('busy');
    const isNew = events.length > 0 && by !== null && by.id !== theSelf(state).id;
    return decide({ events: [...paid, ...(isNew ? learn(state, by) : []), ...events] });
  },
);

/**
 * A group has answered how this person stands: what is new in it, and what had not come through before. `known`: the
 * version that was known when it was asked. One that counts less by then was put back to an earlier day.
 */
export const heardStanding: InternalCommand<{ readonly standing: Standing; readonly known?: number }> =
  internalCommand('group.heard-standing', ({ state, fields: { standing, known: asked }, now }) => {
    const { group, name, role, everybody, head, read, unread, mentions, lastMessage } = standing;
    const before = knownGroup(state, group);
    const known = before?.group;
    const count = countOf(standing);
    const wasPutBack = asked !== undefined && count.version < asked;
    const isNewCount = wasPutBack || (before !== undefined && isOtherEpoch(count, before));
    const at = known?.state === 'enrolled' ? known.at : now;
    const mine: MyGroup = { group, name, state: 'enrolled', role, invitedBy: null, everybody, at };
    const isSame = known?.state === 'enrolled' && known.role === role && known.name === name;
    return decide({
      events: [
        // Nothing is written when nothing is new: people look whenever they come.
        ...(isSame && !isNewCount ? [] : stand(state, mine, count, null, wasPutBack)),
        ...(isNewCount || isUnreadNews(state, standing)
          ? [
              happen(
                'group.unread',
                { group, name, head, read, unread, mentions, lastMessage },
                { about: group, by: null },
              ),
            ]
          : []),
      ],
    });
  });

/** A group has answered that this person does not belong to it, or that it is no more. */
export const heardGone: InternalCommand<{ readonly code: string; readonly state: 'none' | 'deleted' }> =
  internalCommand('group.heard-gone', ({ state, fields, now }) => {
    const known = knownGroup(state, fields.code);
    if (known?.group.state !== 'enrolled') return decide({});
    const group = { ...known.group, state: fields.state, role: null, at: now };
    return decide({ events: stand(state, group, countOf(known), null) });
  });

/** These groups could not be asked yet, because others took their time: they are next. */
export const lookOn: InternalCommand<{ readonly left: readonly string[] }> = internalCommand(
  'group.look-on',
  ({ state, fields: { left } }) =>
    // Drafted anew meanwhile, it asks all of them.
    decide(state.table(effectTable).has(LOOK_EFFECT) ? {} : { effects: [lookEffect({ left })] }),
);

/** What this person is in everybody's group by the settings; null: there is no such group. */
export function roleAmongEverybody(state: StateView): 'admin' | 'member' | null {
  const { everybody } = settingsOf(state);
  if (everybody === null) return null;
  const { id, userName } = theSelf(state);
  const names = [id, ...(userName === null ? [] : [userName.toLowerCase()])];
  return names.some((name) => everybody.administrators.has(name)) ? 'admin' : 'member';
}

/** Has this person enrolled in everybody's group, where that, or their role, or its name is not so yet. */
function joinEverybody(state: StateView): EffectDraft[] {
  const role = roleAmongEverybody(state);
  if (role === null) return [];
  const name = settingsOf(state).everybody?.name;
  const isSo = Array.from(state.table(groupTable).values()).some(
    (row) => row.everybody && row.role === role && row.name === name,
  );
  return isSo ? [] : [{ id: EVERYBODY_EFFECT, kind: EVERYBODY_EFFECT, data: {} }];
}

function whenOpened(state: StateView, first: boolean): Decision {
  if (!first) return {};
  const look = state.table(groupTable).size > 0 ? [lookEffect({})] : [];
  return { effects: [...look, ...joinEverybody(state)] };
}

/** Each group that knows this person hears that they are gone, also where they were before and have written something. */
function whenRemoved(state: StateView, at: number): Decision {
  const { id: account } = theSelf(state);
  const left = Array.from(state.table(otherGroupTable).among('over')).filter((row) => row.state === 'none');
  const codes = [...myGroups(state).map(({ group }) => group), ...left.map(({ code }) => code)];
  return {
    effects: codes.map((group) => ({
      id: `${FORGET_EFFECT} ${group}`,
      kind: FORGET_EFFECT,
      data: { group, account, at } satisfies ForgetData,
    })),
  };
}

function forgetOldest(state: State): void {
  const others = state.table(otherGroupTable);
  while (others.count('over') > GROUPS_OVER) {
    const [oldest] = others.among('over');
    if (oldest === undefined) return;
    others.delete(oldest.code);
  }
}

/** The groups of this person, as their objects tell of them. */
export const groups: Feature = {
  name: 'groups',
  tables: [groupTable, otherGroupTable],
  commands: {},
  internalCommands: [tellGroup, heardStanding, heardGone, lookOn],
  internalEvents: [groupStood],
  apply: [
    applyInternal(groupStood, (state, { group, ...count }) => {
      const { group: code, name, everybody, at, role } = group;
      const row = { code, name, everybody, at, ...countOf(count) };
      // Anew, so that rows stand in the order in which they came to be.
      state.table(otherGroupTable).delete(code);
      if (group.state === 'enrolled') {
        state.table(groupTable).set(code, { ...row, role: role ?? 'member' });
        return;
      }
      state.table(groupTable).delete(code);
      state.table(otherGroupTable).set(code, { ...row, state: group.state, invitedBy: group.invitedBy });
      forgetOldest(state);
    }),
  ],
  on: [
    onInternal(deviceOpened, ({ state }, { first }) => whenOpened(state, first)),
    onInternal(selfRemoved, ({ state, now }) => whenRemoved(state, now)),
  ],
  snapshot: (state) => ({ groups: myGroups(state) }),
};

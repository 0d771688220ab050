// Invitations to rooms, from one person's object to another's.
import { beforeEach, describe, expect, test } from 'vitest';
import type { StayNews } from '../../../src/platform/room-news.ts';
import type { CommandInput, Meeting, Schedule } from '../../../src/protocol/index.ts';
import { groupTable } from '../../../src/user-object/group-rows.ts';
import { meetingTable } from '../../../src/user-object/meeting-rows.ts';
import { hear } from '../../../src/user-object/news.ts';
import { accountId, cardOf, type Inbox, refused, World } from './harness.ts';

const CODE = 'abc-defg-hij';
let world: World;
let ada: Inbox;
beforeEach(() => {
  world = new World(['ada', 'ben']);
  ada = world.of('ada');
});

/** They are in the room. */
const stay = (more: Partial<StayNews>, to: Inbox) =>
  hear(to, {
    kind: 'stay',
    code: CODE,
    name: 'Physics',
    schedule: null,
    endedAt: null,
    at: ada.now,
    isIn: true,
    ...more,
  });
const opening = (opensAt: number): Schedule => ({ opensAt, expiresAt: null, maxMinutes: null, title: null });
const list = (of: Inbox) => (of.snapshot().meetings ?? []) as Meeting[];
const BLANK = {
  code: CODE,
  name: 'Physics',
  hosted: false,
  schedule: null,
  enteredAt: null,
  leftAt: null,
  endedAt: null,
  invitedBy: null,
};

describe('an invitation', () => {
  const invite = (more: Partial<CommandInput<'meeting.invite'>> = {}) =>
    ada.command('ada', { t: 'meeting.invite', to: accountId('ben'), code: CODE, name: 'Physics', ...more });

  test('comes onto the list of whoever is invited, with who invites', () => {
    world.befriend('ada', 'ben');
    stay({ schedule: opening(7) }, ada);
    expect(invite({ invite: 'secret_1' })).toMatchObject({ ok: true });
    world.carry();
    const ben = world.of('ben');
    const meeting = {
      ...BLANK,
      schedule: opening(7),
      invitedBy: cardOf('ada'),
      invite: 'secret_1',
      at: ben.now,
    };
    expect(ben.take().told).toMatchObject([{ t: 'meeting.invited', meeting, from: cardOf('ada') }]);
    expect(list(ben)).toEqual([meeting]);
  });

  test('to a room that they know leaves what they know better', () => {
    world.befriend('ada', 'ben');
    const ben = world.of('ben');
    stay({ name: 'As it is called' }, ben);
    world.pass(1);
    invite({ name: 'Something else' });
    world.carry();
    expect(list(ben)).toMatchObject([
      { name: 'As it is called', enteredAt: ben.now - 1_000, invitedBy: cardOf('ada'), at: ben.now },
    ]);
    expect(list(ben)[0]).not.toHaveProperty('invite');
  });

  test('with a ring calls them, and is no line on a list', () => {
    world.befriend('ada', 'ben');
    ada.take();
    const ringing = invite({ n: 1, ring: true, invite: 'secret_1' } as object);
    expect(ringing).toMatchObject({ ok: true });
    const { told } = ada.take();
    expect(told).toMatchObject([{ t: 'call.placed', n: 1, to: accountId('ben'), code: CODE }]);
    world.carry();
    const ben = world.of('ben');
    expect(ben.take().told).toMatchObject([
      { t: 'call.ringing', call: told[0]?.call, from: cardOf('ada'), code: CODE, invite: 'secret_1' },
    ]);
    expect(list(ben)).toEqual([]);
  });

  test('waits for somebody who can not be reached', () => {
    world.befriend('ada', 'ben');
    world.cut('ben');
    invite();
    world.carryOnce('ada', 'ben');
    world.reach('ben');
    world.pass(10);
    expect(list(world.of('ben'))).toHaveLength(1);
  });

  test('is for people whom one may write to', () => {
    expect(invite()).toMatchObject(refused('person_unknown'));
    world.introduce('ada', 'ben');
    const before = ada.everything();
    expect(invite()).toMatchObject(refused('not_contact'));
    expect(invite({ ring: true })).toMatchObject(refused('not_contact'));
    expect(invite({ to: accountId('ada') })).toMatchObject(refused('person_self'));
    expect(ada.everything()).toBe(before);
    world.befriend('ada', 'ben');
    ada.command('ada', { t: 'person.block', account: accountId('ben') });
    expect(invite()).toMatchObject(refused('person_blocked'));
  });

  test('is for people of the same group, as it stands with the one who is invited', () => {
    world.introduce('ada', 'ben');
    const group = { code: 'grp-defg-hij', name: 'Choir', everybody: false, version: 1, at: 0 };
    const belongs = (name: string) =>
      world
        .of(name)
        .state.table(groupTable)
        .set(group.code, { ...group, role: 'member' });
    belongs('ada');
    expect(invite()).toMatchObject({ ok: true });
    expect(invite({ ring: true })).toMatchObject({ ok: true });
    world.carry();
    expect(list(world.of('ben'))).toEqual([]);
    expect(world.of('ben').told()).not.toContain('call.ringing');
    belongs('ben');
    expect(invite()).toMatchObject({ ok: true });
    world.carry();
    expect(list(world.of('ben'))).toHaveLength(1);
  });

  test('is for everybody where the server says so', () => {
    world = new World(['ada', 'ben'], { PEOPLE_ACCESS: 'everybody' });
    ada = world.of('ada');
    world.introduce('ada', 'ben');
    expect(invite()).toMatchObject({ ok: true });
    world.carry();
    expect(list(world.of('ben'))).toHaveLength(1);
  });

  test('of somebody who was blocked looks as if it had arrived, and does nothing', () => {
    world.befriend('ada', 'ben');
    const ben = world.of('ben');
    ben.command('ben', { t: 'person.block', account: accountId('ada') });
    world.carry();
    ben.take();
    expect(invite()).toMatchObject({ ok: true });
    world.carry();
    expect(list(ben)).toEqual([]);
    expect(ben.told()).toEqual([]);
  });

  test('of somebody who may not write is dropped where it arrives', () => {
    world.introduce('ada', 'ben');
    const row = { account: accountId('ben'), state: 'contact', since: 0, note: '' } as const;
    ada.state.table({ name: 'contacts' }).set(row.account, row);
    invite();
    world.carry();
    expect(list(world.of('ben'))).toEqual([]);
  });

  test('of one person takes up so much of the list and no more', () => {
    world = new World(['ada', 'ben', 'cleo']);
    ada = world.of('ada');
    world.befriend('ada', 'ben', 'cleo');
    const ben = world.of('ben');
    const nth = (index: number) => `abc-defg-hi${String.fromCharCode(97 + index)}`;
    world.of('cleo').command('cleo', { t: 'meeting.invite', to: ben.id, code: nth(25), name: 'Hers' });
    invite({ code: nth(0) });
    world.carry();
    stay({ code: nth(0) }, ben);
    for (let index = 1; index < 22; index += 1) {
      world.pass(1);
      invite({ code: nth(index) });
    }
    world.carry();
    expect(list(ben)).toHaveLength(22);
    const codes = list(ben).map(({ code }) => code);
    expect(codes).not.toContain(nth(1));
    // What they went to, and what somebody else invited them to, is not counted.
    expect(codes).toEqual(expect.arrayContaining([nth(0), nth(2), nth(21), nth(25)]));
    ben.take();
    world.pass(1);
    // To be invited once more to the same room takes no place.
    invite({ code: nth(2) });
    world.carry();
    expect(ben.told()).toEqual(['meeting.invited']);
    expect(list(ben)).toHaveLength(22);
  });

  test.each<Partial<CommandInput<'meeting.invite'>>>([
    { code: 'Physics' },
    { name: '' },
    { to: 'ben' },
    { invite: 'with blanks' },
    { invite: 'x'.repeat(65) },
  ])('that makes no sense changes nothing: %j', (fields) => {
    world.befriend('ada', 'ben');
    const before = ada.everything();
    expect(invite(fields)).toMatchObject(refused('invalid'));
    expect(ada.everything()).toBe(before);
  });

  test('that is forgotten is gone', () => {
    world.befriend('ada', 'ben');
    invite();
    world.carry();
    const ben = world.of('ben');
    ben.command('ben', { t: 'meeting.forget', code: CODE });
    expect(ben.state.table(meetingTable).size).toBe(0);
  });
});

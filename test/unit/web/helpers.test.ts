import { describe, expect, test } from 'vitest';
import { ParleyError } from '../../../src/client/index.ts';
import { CLOSE, type CloseName, type Member } from '../../../src/protocol/index.ts';
import { explainClose } from '../../../web/src/room/connection/explain-close.ts';
import { doorNotice } from '../../../web/src/room/door-notice.ts';
import { isPicture } from '../../../web/src/room/images/is-picture.ts';
import { thumbnailSize } from '../../../web/src/room/images/thumbnail-size.ts';
import { findMembers, sortMembers } from '../../../web/src/room/roster/order.ts';
import { fromLocalInput, toLocalInput } from '../../../web/src/ui/local-time.ts';
import { hueOf, initialOf } from '../../../web/src/ui/person.ts';
import { checkName, checkRoomName, readCapacity } from '../../../web/src/ui/validate.ts';

const member = (id: string, name: string, role: Member['role'], joinedAt: number): Member => ({
  id,
  name,
  role,
  account: null,
  presence: 'online',
  joinedAt,
  rights: {},
});

describe('what is entered', () => {
  test('is checked as a name by the rule of the server', () => {
    expect(checkName(' Ada ')).toBeNull();
    expect(checkName('  ')).toBe('home.nameMissing');
    expect(checkName('a\u202eb')).toBe('home.nameWrong');
    expect(checkName('x'.repeat(65))).toBe('home.nameWrong');
    expect(checkRoomName('x'.repeat(65))).toBeNull();
    expect(checkRoomName('x'.repeat(121))).toBe('home.nameWrong');
  });

  test('is read as a time by the clock on the wall, and shown as the same', () => {
    const time = new Date(2026, 1, 3, 9, 5).getTime();
    expect(toLocalInput(time)).toBe('2026-02-03T09:05');
    expect(fromLocalInput(toLocalInput(time))).toBe(time);
    expect([fromLocalInput(''), fromLocalInput('soon'), toLocalInput(null)]).toEqual([null, null, '']);
  });

  test('is read as a number of seats, or left to the server', () => {
    expect(readCapacity(' ')).toBe('default');
    expect(readCapacity('12')).toBe(12);
    for (const wrong of ['0', '-1', '1.5', 'ten', '10001']) expect(readCapacity(wrong)).toBeNull();
  });
});

describe('the door', () => {
  const open = {
    code: 'abc-defg-hij',
    name: 'Tea',
    status: 'open',
    members: 1,
    capacity: 2,
    createdAt: 0,
  } as const;

  test('is open where nothing stands against it', () => {
    expect(doorNotice(open, null, open.code)).toBeNull();
    expect(doorNotice(open, 'host_key_wrong', open.code)).toBeNull();
  });

  test('says why there is no way in, and whether looking again can help', () => {
    expect(doorNotice(null, 'room_not_found', open.code)).toMatchObject({
      title: 'door.notFoundTitle',
      final: true,
    });
    expect(doorNotice({ ...open, status: 'ended' }, null, open.code)).toMatchObject({
      text: 'door.endedText',
      final: true,
    });
    expect(doorNotice(null, 'room_ended', open.code)).toMatchObject({ text: 'door.endedTextUnknown' });
    expect(doorNotice({ ...open, status: 'full' }, null, open.code)).toMatchObject({
      text: 'door.fullText',
      final: false,
    });
    expect(doorNotice(open, 'room_full', open.code)).toMatchObject({ title: 'door.fullTitle' });
  });
});

const CLOSE_NAMES = Object.keys(CLOSE).filter((name): name is CloseName => Object.hasOwn(CLOSE, name));

describe('a closed connection', () => {
  const closed = (name: CloseName | null, error?: ParleyError, said?: string) =>
    explainClose({
      status: 'closed',
      code: 1006,
      reason: '',
      name,
      ...(error === undefined ? {} : { error }),
      ...(said === undefined ? {} : { said }),
    });

  test('is explained, with a way back where there is one', () => {
    expect(closed('left')).toMatchObject({ title: 'over.leftTitle', back: 'over.comeBack' });
    expect(closed('ended')).toMatchObject({ title: 'over.endedTitle', back: null });
    expect(closed('replaced')).toMatchObject({ back: 'over.useHere' });
    expect(closed('flood')).toMatchObject({ text: 'over.closedFlood', back: 'over.comeBack' });
    expect(closed(null)).toMatchObject({ text: 'over.closedOther', back: 'over.comeBack' });
    expect(closed('refused', undefined, '')).toMatchObject({
      text: 'over.refusedText',
      back: 'over.askAgain',
    });
    expect(closed('refused', undefined, 'No.')).toMatchObject({ text: 'over.refusedSaid' });
    expect(closed('removed')).toMatchObject({ text: 'over.removedText', back: 'over.askAgain' });
    expect(closed('removed', undefined, 'No.')).toMatchObject({ text: 'over.removedSaid' });
    expect(closed('banned', undefined, 'No.')).toMatchObject({ text: 'over.bannedSaid', back: null });
    expect(closed(null, new ParleyError('banned', { message: '' }))).toMatchObject({
      text: 'over.bannedText',
      back: null,
    });
  });

  test('is explained in words of its own for every close code that is final', () => {
    const texts = CLOSE_NAMES.filter((name) => !CLOSE[name].comeBack).map((name) => closed(name).text);
    expect(texts).not.toContain('over.closedOther');
    expect(new Set(texts).size).toBe(texts.length);
  });

  test('leaves something to hosts after the end, however they learn of it, as long as it is kept', () => {
    const left = (...how: Parameters<typeof closed>) => closed(...how).after;
    expect([left('ended'), left('left')]).toEqual(['ended', 'left']);
    expect(left(null, new ParleyError('room_ended', { message: '' }))).toBe('ended');
    expect(left(null, new ParleyError('room_not_found', { message: '' }))).toBeUndefined();
    for (const name of CLOSE_NAMES)
      if (name !== 'ended' && name !== 'left') expect(left(name)).toBeUndefined();
  });

  test('tells what the try to come back met', () => {
    expect(closed(null, new ParleyError('room_ended', { message: '' }))).toMatchObject({
      title: 'over.endedTitle',
      back: null,
      after: 'ended',
    });
    expect(closed(null, new ParleyError('member_gone', { message: '' }))).toMatchObject({
      title: 'over.goneTitle',
    });
  });
});

describe('pictures', () => {
  test('keep their proportions as thumbnails and are never enlarged', () => {
    expect(thumbnailSize({ width: 3200, height: 1600 })).toEqual({ width: 320, height: 160 });
    expect(thumbnailSize({ width: 100, height: 2400 })).toEqual({ width: 48, height: 240 });
    expect(thumbnailSize({ width: 100, height: 80 })).toEqual({ width: 100, height: 80 });
    expect(thumbnailSize({ width: 0, height: 0 })).toEqual({ width: 240, height: 240 });
  });

  test('are known by their type; a file without one is left to the server', () => {
    expect(isPicture({ type: 'image/avif' })).toBe(true);
    expect(isPicture({ type: '' })).toBe(true);
    expect(isPicture({ type: 'image/svg+xml' })).toBe(false);
  });
});

describe('people', () => {
  const people = [
    member('c', 'Cyd', 'member', 3),
    member('b', 'Bo', 'member', 2),
    member('v', 'Vi', 'viewer', 1),
    member('h', 'Hal', 'host', 4),
    member('me', 'Me', 'viewer', 5),
  ];

  test('stand in order: you, then by role, then as they came', () => {
    expect(sortMembers(people, 'me').map(({ id }) => id)).toEqual(['me', 'h', 'b', 'c', 'v']);
  });

  test('are found by a part of their name', () => {
    expect(findMembers(people, ' CY ').map(({ id }) => id)).toEqual(['c']);
    expect(findMembers(people, '')).toBe(people);
  });

  test('have an initial as they read it, and always the same colour', () => {
    expect(initialOf(' ada')).toBe('A');
    expect(initialOf('👩‍👩‍👧 Smith')).toBe('👩‍👩‍👧');
    expect(initialOf('')).toBe('?');
    expect(hueOf('m_1', 6)).toBe(hueOf('m_1', 6));
    const used = new Set(Array.from({ length: 100 }, (_, index) => hueOf(`m_${index}`, 6)));
    expect(used.size).toBe(6);
  });
});

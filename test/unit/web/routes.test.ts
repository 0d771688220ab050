import { describe, expect, test } from 'vitest';
import { inviteLink } from '../../../src/client/index.ts';
import {
  groupPath,
  matchRoute,
  PEOPLE_PATH,
  personPath,
  readInvite,
  readInviteSecret,
  roomPath,
} from '../../../web/src/app/routes.ts';

describe('matchRoute', () => {
  test('reads a room code in any spelling into its one spelling', () => {
    expect(matchRoute('/r/ABCDEFGHIJ')).toEqual({
      name: 'room',
      code: 'abc-defg-hij',
      written: 'ABCDEFGHIJ',
    });
    expect(matchRoute('/r/eu-abc-defg-hij/')).toMatchObject({ name: 'room', code: 'eu-abc-defg-hij' });
  });

  test('tells a code that can be none from a path that leads nowhere', () => {
    expect(matchRoute('/r/what')).toEqual({ name: 'room', code: null, written: 'what' });
    expect(matchRoute('/r/%E0%A4%A')).toMatchObject({ name: 'room', code: null });
    expect(matchRoute('/elsewhere')).toEqual({ name: 'unknown' });
    expect(matchRoute('/r/abc-defg-hij/more')).toEqual({ name: 'unknown' });
    expect(matchRoute('/')).toEqual({ name: 'home' });
  });
});

describe('the place of people', () => {
  const account = `a_${'x'.repeat(22)}`;

  test('shows the lists, a conversation or a group', () => {
    expect(matchRoute(PEOPLE_PATH)).toEqual({ name: 'people', open: null });
    expect(matchRoute(`${PEOPLE_PATH}/`)).toEqual({ name: 'people', open: null });
    expect(matchRoute(personPath(account))).toEqual({ name: 'people', open: { kind: 'person', account } });
    expect(matchRoute(groupPath('ABCDEFGHIJ'))).toEqual({
      name: 'people',
      open: { kind: 'group', code: 'abc-defg-hij' },
    });
  });

  test('is nowhere else', () => {
    for (const path of [
      '/people/with/ada',
      '/people/with/',
      '/people/group/what',
      '/people/more',
      '/persons',
    ])
      expect(matchRoute(path)).toEqual({ name: 'unknown' });
  });
});

describe('readInvite', () => {
  test('takes a code as people write it', () => {
    expect(readInvite(' Abc Defg Hij ')).toBe('abc-defg-hij');
  });

  test('finds the code in a pasted link, whatever stands around it', () => {
    expect(readInvite(`https://meet.example${roomPath('abc-defg-hij')}?x=1#y`)).toBe('abc-defg-hij');
    expect(readInvite('Come: http://127.0.0.1:8787/r/eu-abc-defg-hij see you')).toBe('eu-abc-defg-hij');
  });

  test('takes nothing else', () => {
    expect(readInvite('https://meet.example/')).toBeNull();
    expect(readInvite('abc-defg-hi1')).toBeNull();
    expect(readInvite('')).toBeNull();
  });
});

describe('readInviteSecret', () => {
  test('finds the secret in the link of an invitation, and nowhere else', () => {
    const link = inviteLink('https://meet.example/r/abc-defg-hij', 'a-b_c');
    expect(readInviteSecret(link)).toBe('a-b_c');
    expect(readInviteSecret(`Come: ${link} see you`)).toBe('a-b_c');
    expect(readInvite(link)).toBe('abc-defg-hij');
    expect(readInviteSecret('')).toBeNull();
    expect(readInviteSecret('https://meet.example/r/abc-defg-hij?invite=x')).toBeNull();
  });
});

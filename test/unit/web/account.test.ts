import type { TFunction } from 'i18next';
import { describe, expect, test } from 'vitest';
import { ParleyError } from '../../../src/client/index.ts';
import { type Account, LIMITS, type Member } from '../../../src/protocol/index.ts';
import { checkNewPassword, checkUserName } from '../../../web/src/account/check.ts';
import { readDevice } from '../../../web/src/account/device-name.ts';
import { describeError } from '../../../web/src/app/errors.ts';
import { isForAccounts } from '../../../web/src/room/door-notice.ts';
import {
  groupDevices,
  hasAccounts,
  isSamePerson,
  otherPeople,
} from '../../../web/src/room/roster/devices.ts';

const member = (id: string, account: Account['id'] | null, joinedAt: number): Member => ({
  id,
  name: id,
  role: 'member',
  account,
  presence: 'online',
  joinedAt,
  rights: {},
});

describe('an account', () => {
  test('has a user name by the rule of the server', () => {
    for (const right of ['ada', ' ada ', 'Ada.L-1_x', '1up']) expect(checkUserName(right)).toBeNull();
    for (const wrong of ['ab', '-ada', 'ada lovelace', 'ad\u0430', 'a'.repeat(LIMITS.userNameLength + 1)])
      expect(checkUserName(wrong)).toBe('account.userNameWrong');
    expect(checkUserName(' ')).toBe('account.userNameMissing');
  });

  test('has a password that is neither too short nor too long', () => {
    expect(checkNewPassword('x'.repeat(LIMITS.passwordLeast - 1))).toBe('account.passwordShort');
    expect(checkNewPassword('x'.repeat(LIMITS.passwordLeast))).toBeNull();
    expect(checkNewPassword('x'.repeat(LIMITS.passwordLength + 1))).toBe('account.passwordLong');
  });

  test('is asked for at the door where the server says so, or has refused without', () => {
    const offer = { accounts: true, registration: true, provider: false, join: 'everybody' } as const;
    expect(isForAccounts(null, null)).toBe(false);
    expect(isForAccounts(offer, 'room_locked')).toBe(false);
    expect(isForAccounts({ ...offer, join: 'account' }, null)).toBe(true);
    expect(isForAccounts(null, 'account_required')).toBe(true);
  });
});

test('a time to wait is told in seconds, and a long one in minutes', () => {
  const t = ((key: string, values?: { count: number }) =>
    `${key} ${values?.count ?? ''}`) as unknown as TFunction;
  const told = (retry: number) => describeError(t, new ParleyError('rate_limited', { retry }));
  expect(told(900)).toBe('error.rate_limited ');
  expect(told(12_000)).toBe('error.rate_limited  error.wait 12');
  expect(told(90_000)).toBe('error.rate_limited  error.wait 90');
  expect(told(91_000)).toBe('error.rate_limited  error.waitMinutes 2');
});

describe('a device', () => {
  test.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox', 'Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
      'Chrome',
      'Windows',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0',
      'Edge',
      'Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15',
      'Safari',
      'macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1',
      'Safari',
      'iPhone',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 CriOS/140.0 Mobile Safari/604.1',
      'Chrome',
      'iPhone',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36',
      'Chrome',
      'Android',
    ],
    [
      'Mozilla/5.0 (X11; CrOS x86_64 1) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 OPR/120',
      'Opera',
      'ChromeOS',
    ],
    // Cut off before the browser is named.
    ['Mozilla/5.0 (Linux; Android 15', null, 'Android'],
    ['node', 'Node.js', null],
    ['', null, null],
  ])('that calls itself %j is named in plain words', (userAgent, browser, system) => {
    expect(readDevice(userAgent)).toEqual({ browser, system });
  });
});

describe('the roster', () => {
  const [laptop, guest, phone, other] = [
    member('laptop', 'a_1', 3),
    member('guest', null, 2),
    member('phone', 'a_1', 1),
    member('other', 'x_1', 4),
  ];

  test('has one line for all devices of an account, at the place of the first, and one for each guest', () => {
    const people = groupDevices([laptop, guest, phone, member('second guest', null, 5), other]);
    expect(people.map(({ id, devices }) => [id, devices.map((device) => device.id)])).toEqual([
      ['a_1', ['phone', 'laptop']],
      ['guest', ['guest']],
      ['second guest', ['second guest']],
      ['x_1', ['other']],
    ]);
  });

  test('says who is a guest only where somebody is none', () => {
    expect(hasAccounts([guest])).toBe(false);
    expect(hasAccounts([guest, other])).toBe(true);
  });

  test('knows one person by their account, and guests by themselves', () => {
    expect(isSamePerson(laptop, phone)).toBe(true);
    expect(isSamePerson(guest, guest)).toBe(true);
    expect(isSamePerson(guest, member('another', null, 1))).toBe(false);
    expect(isSamePerson(laptop, other)).toBe(false);
  });

  test('offers everybody else once', () => {
    const everybody = [phone, guest, laptop, other];
    expect(otherPeople(everybody, guest).map(({ id }) => id)).toEqual(['phone', 'other']);
    expect(otherPeople(everybody, laptop).map(({ id }) => id)).toEqual(['guest', 'other']);
  });
});

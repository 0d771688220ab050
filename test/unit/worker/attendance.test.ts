import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/platform/hash.ts';
import type { AttendanceResponse } from '../../../src/protocol/http.ts';
import { fail, succeed } from '../../../src/protocol/index.ts';
import { attachment, attendanceCsv } from '../../../src/worker/csv.ts';
import { ADA, bearer, CODE, NOW, problemOf, serve } from './fake-room.ts';

const MINUTE = 60_000;

const listOf = (name: string, roomName = 'Physics'): AttendanceResponse => ({
  room: { code: CODE, name: roomName, createdAt: NOW, endedAt: null },
  attendees: [
    {
      member: ADA,
      name,
      role: 'member',
      stays: [
        { joined: NOW, left: NOW + 10 * MINUTE },
        { joined: NOW + 20 * MINUTE, left: null },
      ],
      minutes: 15.5,
    },
  ],
});

describe('GET /v1/rooms/:code/attendance', () => {
  test('is JSON for a host', async () => {
    const server = serve({ attendance: async () => succeed(listOf('Ada')) });
    const headers = bearer(await server.token());
    const response = await server.fetch(`/v1/rooms/${CODE}/attendance`, { headers });
    expect(await response.json()).toEqual(listOf('Ada'));
    expect(server.calls.made).toEqual([{ method: 'attendance', args: [{ member: ADA }] }]);
  });

  test('is a CSV download where asked for, by host key too', async () => {
    const server = serve({ attendance: async () => succeed(listOf('Ada', 'Physik für "alle"/7b')) });
    server.time.now = NOW + 25.5 * MINUTE;
    const response = await server.fetch(`/v1/rooms/${CODE}/attendance?format=csv`, {
      headers: bearer('hk_x'),
    });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="Physik fur alle 7b attendance.csv"; ' +
        "filename*=UTF-8''Physik%20f%C3%BCr%20alle%207b%20attendance.csv",
    );
    expect(new Uint8Array(await response.clone().arrayBuffer()).slice(0, 3)).toEqual(
      new Uint8Array([0xef, 0xbb, 0xbf]),
    );
    expect(await response.text()).toBe(
      [
        'Name,Role,Member,Joined (UTC),Left (UTC),Minutes,Total minutes,Breakout room,Account',
        `Ada,member,${ADA},2026-11-20T09:00:00.000Z,2026-11-20T09:10:00.000Z,10,15.5,,`,
        `Ada,member,${ADA},2026-11-20T09:20:00.000Z,,5.5,15.5,,`,
        '',
      ].join('\r\n'),
    );
    expect(server.calls.made[0]?.args).toEqual([{ hostKeyHash: await sha256('hk_x') }]);
  });

  test('has stays in breakout rooms behind the others of a member', async () => {
    const list = listOf('Ada');
    const [ada] = list.attendees;
    if (ada === undefined) throw new Error('nobody attends');
    const breakouts = [{ breakout: 'Red, or so', joined: NOW, left: NOW + 5 * MINUTE }];
    const server = serve({
      attendance: async () => succeed({ ...list, attendees: [{ ...ada, breakouts }] }),
    });
    server.time.now = NOW + 25.5 * MINUTE;
    const response = await server.fetch(`/v1/rooms/${CODE}/attendance?format=csv`, {
      headers: bearer('hk_x'),
    });
    const lines = (await response.text()).split('\r\n');
    const begin = new Date(NOW).toISOString();
    const end = new Date(NOW + 5 * MINUTE).toISOString();
    expect(lines[3]).toBe(`Ada,member,${ADA},${begin},${end},5,15.5,"Red, or so",`);
  });

  test('says at the end whose device it was', () => {
    const list = listOf('Ada');
    const account = `a_${'a'.repeat(22)}`;
    const lines = attendanceCsv(
      { ...list, attendees: list.attendees.map((ada) => ({ ...ada, account })) },
      NOW,
    ).split('\r\n');
    expect(lines.slice(1, 3).map((line) => line.split(',').at(-1))).toEqual([account, account]);
  });

  test('is not for others', async () => {
    const server = serve({ attendance: async () => fail('role_required') });
    const headers = bearer(await server.token());
    expect(await problemOf(await server.fetch(`/v1/rooms/${CODE}/attendance`, { headers }))).toMatchObject({
      status: 403,
      code: 'role_required',
    });
    expect(await problemOf(await server.fetch(`/v1/rooms/${CODE}/attendance`))).toMatchObject({
      code: 'token_required',
    });
  });

  test('knows no other format', async () => {
    const server = serve();
    const response = await server.fetch(`/v1/rooms/${CODE}/attendance?format=xml`);
    expect(await problemOf(response)).toMatchObject({ status: 422, code: 'invalid' });
  });
});

/** The first cell of the first row below the header, as it stands in the file. */
const nameCell = (name: string): string => {
  const row = attendanceCsv(listOf(name), NOW).slice(1).split('\r\n').slice(1).join('\r\n');
  return row.slice(0, row.indexOf(',member,'));
};

describe('a cell of the CSV', () => {
  test.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '＝1',
    '＋1',
    '－1',
    '＠a',
    ' =1',
    '=HYPERLINK("http://x")',
  ])('that begins like a formula is shown as text: %j', (name) => {
    expect(nameCell(name)).toBe(`"'${name.replaceAll('"', '""')}"`);
  });

  test.each([
    ['Ada', 'Ada'],
    ['Lovelace, Ada', '"Lovelace, Ada"'],
    ['"Ada"', '"""Ada"""'],
    ['Ada\nLovelace', '"Ada\nLovelace"'],
    ['a;b', '"a;b"'],
    ['a=b', 'a=b'],
    ['王小明', '王小明'],
  ])('holds %j as %j', (name, expected) => {
    expect(nameCell(name)).toBe(expected);
  });
});

describe('the name of a download', () => {
  test.each([
    [
      '../../etc/passwd',
      `attachment; filename=".. .. etc passwd.csv"; filename*=UTF-8''..%20..%20etc%20passwd.csv`,
    ],
    ['王', `attachment; filename="meeting.csv"; filename*=UTF-8''%E7%8E%8B.csv`],
    [
      'a\r\nSet-Cookie: x',
      `attachment; filename="a Set-Cookie x.csv"; filename*=UTF-8''a%20Set-Cookie%20x.csv`,
    ],
    ["it's (1)*", `attachment; filename="it's (1).csv"; filename*=UTF-8''it%27s%20%281%29.csv`],
    ['???', `attachment; filename="meeting.csv"; filename*=UTF-8''meeting.csv`],
  ])('of %j breaks out of nothing', (name, expected) => {
    expect(attachment(name, 'csv')).toBe(expected);
  });

  test('is cut without splitting a character', () => {
    expect(
      () => new Headers({ 'content-disposition': attachment(`${'x'.repeat(79)}😀`, 'csv') }),
    ).not.toThrow();
  });
});

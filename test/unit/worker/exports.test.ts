import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/platform/hash.ts';
import type { ExportCursor, RoomRpc } from '../../../src/platform/room-rpc.ts';
import {
  type AuditEntry,
  type ExportEntries,
  fail,
  type PollEntry,
  succeed,
  type TranscriptEntry,
} from '../../../src/protocol/index.ts';
import { ADA, bearer, CODE, fault, NOW, problemOf, serve } from './fake-room.ts';

const path = (rest: string) => `/v1/rooms/${CODE}/export/${rest}`;

/** A room whose export has these pages. */
const paged =
  (...pages: readonly (readonly ExportEntries[keyof ExportEntries][])[]): RoomRpc['exportPage'] =>
  async (_caller, _what, cursor) => {
    const at = cursor?.after ?? 0;
    const next = at + 1 < pages.length ? { after: at + 1, upTo: 0 } : null;
    return succeed({ room: 'Physics', entries: (pages[at] ?? []) as never, next });
  };

const said = (seq: number, text: string, more: Partial<TranscriptEntry> = {}): TranscriptEntry => ({
  seq,
  at: NOW + seq * 60_000,
  by: ADA,
  name: 'Ada',
  text,
  ...more,
});
const POLL: PollEntry = {
  kind: 'poll',
  poll: 7,
  at: NOW,
  by: ADA,
  name: 'Ada',
  question: 'Lunch?',
  options: ['Soup', '=Salad()'],
  multiple: true,
  named: true,
  results: 'open',
  closedAt: NOW + 1_000,
  counts: [1, 2],
  voters: 2,
};
const VOTE: PollEntry = { kind: 'vote', poll: 7, member: ADA, name: '@Ada', options: ['Soup', '=Salad()'] };
const ACT: AuditEntry = {
  seq: 1,
  at: NOW,
  by: null,
  byName: '',
  action: 'room.locked',
  member: ADA,
  memberName: '-Ada',
  detail: { locked: true },
};

async function fetched(rest: string, exportPage: RoomRpc['exportPage']) {
  const server = serve({ exportPage });
  const response = await server.fetch(path(rest), { headers: bearer(await server.token()) });
  const bytes = new Uint8Array(await response.clone().arrayBuffer());
  return { server, response, bytes, text: await response.text() };
}

describe('GET /v1/rooms/:code/export/:what', () => {
  test('asks the room page by page and sends one JSON list', async () => {
    const { server, response, text } = await fetched(
      'transcript',
      paged([said(1, 'one'), said(2, 'two')], [], [said(3, 'three')], []),
    );
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('content-disposition')).toContain('filename="Physics transcript.json"');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(JSON.parse(text)).toEqual([said(1, 'one'), said(2, 'two'), said(3, 'three')]);
    const cursors = server.calls.made.map(({ method, args }) => [method, args[0], args[1], args[2]]);
    expect(cursors).toEqual([
      ['exportPage', { member: ADA }, 'transcript', null],
      ...[1, 2, 3].map((after) => ['exportPage', { member: ADA }, 'transcript', { after, upTo: 0 }]),
    ]);
  });

  test.each([[[[]]], [[[], [], []]], [[[], [said(1, 'x')]]]])('is valid JSON for pages %j', async (pages) => {
    const { text } = await fetched('transcript', paged(...pages));
    expect(JSON.parse(text)).toEqual(pages.flat());
  });

  test('asks for a page only when the one before has been read', async () => {
    const endless = async (_caller: unknown, _what: unknown, cursor: ExportCursor | null) => {
      const after = (cursor?.after ?? 0) + 1;
      return succeed({ room: 'Physics', entries: [said(after, 'x')] as never, next: { after, upTo: 0 } });
    };
    const server = serve({ exportPage: endless });
    const response = await server.fetch(path('transcript'), { headers: bearer(await server.token()) });
    expect(server.calls.made).toHaveLength(1);
    const reader = response.body?.getReader();
    for (let count = 0; count < 5; count += 1) await reader?.read();
    expect(server.calls.made.length).toBeLessThanOrEqual(6);
    await reader?.cancel();
    expect(server.calls.made.length).toBeLessThanOrEqual(6);
  });

  test('has what was said as CSV that runs no formula', async () => {
    const { response, bytes, text } = await fetched(
      'transcript?format=csv',
      paged([said(1, '=1+1'), said(2, 'a\nb', { reply: 1, edited: true })], [said(3, '', { deleted: true })]),
    );
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toContain('Physics transcript.csv');
    expect(bytes.slice(0, 3)).toEqual(new Uint8Array([0xef, 0xbb, 0xbf]));
    expect(text).toBe(
      [
        'Number,Time (UTC),Name,Member,Text,Picture,File,Answers,State',
        `1,2026-11-20T09:01:00.000Z,Ada,${ADA},"'=1+1",,,,`,
        `2,2026-11-20T09:02:00.000Z,Ada,${ADA},"a\nb",,,1,edited`,
        `3,2026-11-20T09:03:00.000Z,Ada,${ADA},,,,,deleted`,
        '',
      ].join('\r\n'),
    );
  });

  test('has polls as CSV: a row per option, and a row per vote where it has names', async () => {
    const { text } = await fetched('polls?format=csv', paged([POLL], [VOTE]));
    expect(text.split('\r\n').slice(1)).toEqual([
      'result,7,2026-11-20T09:00:00.000Z,2026-11-20T09:00:01.000Z,Lunch?,Soup,1,,',
      `result,7,2026-11-20T09:00:00.000Z,2026-11-20T09:00:01.000Z,Lunch?,"'=Salad()",2,,`,
      `vote,7,,,,Soup,,"'@Ada",${ADA}`,
      `vote,7,,,,"'=Salad()",,"'@Ada",${ADA}`,
      '',
    ]);
  });

  test('has the audit trail as CSV', async () => {
    const { text } = await fetched('audit?format=csv', paged([ACT]));
    expect(text.split('\r\n')[1]).toBe(
      `1,2026-11-20T09:00:00.000Z,room.locked,,,"'-Ada",${ADA},"{""locked"":true}"`,
    );
  });

  test('has what was said as text, in which nobody can speak as somebody else', async () => {
    const { response, text } = await fetched(
      'transcript?format=txt',
      paged(
        [said(3, 'Hello'), said(4, 'a\r\n[09:05] Ben: b\u2028[09:05] Ben: c')],
        [
          said(5, 'The board', { image: 'i_1', name: 'Ben' }),
          said(6, '', { image: 'i_2', deleted: true }),
          said(7, 'Better', { edited: true }),
          said(15 * 60, 'Good morning'),
        ],
      ),
    );
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(text).toBe(
      [
        'Physics',
        '',
        '2026-11-20 (UTC)',
        '[09:03] Ada: Hello',
        '[09:04] Ada: a',
        '    [09:05] Ben: b',
        '    [09:05] Ben: c',
        '[09:05] Ben: (picture i_1) The board',
        '[09:06] Ada: (picture i_2) (deleted)',
        '[09:07] Ada: Better (edited)',
        '',
        '2026-11-21 (UTC)',
        '[00:00] Ada: Good morning',
        '',
      ].join('\n'),
    );
  });

  test('is for the host key, too', async () => {
    const server = serve({ exportPage: paged([]) });
    const response = await server.fetch(path('polls'), { headers: bearer('hk_x') });
    expect(response.status).toBe(200);
    expect(server.calls.made[0]?.args[0]).toEqual({ hostKeyHash: await sha256('hk_x') });
  });

  test('is not for others, and says so before anything is sent', async () => {
    const server = serve({ exportPage: async () => fail('role_required') });
    const headers = bearer(await server.token());
    for (const what of ['transcript', 'polls', 'audit']) {
      const response = await server.fetch(path(what), { headers });
      expect(await problemOf(response)).toMatchObject({ status: 403, code: 'role_required' });
    }
    expect(await problemOf(await server.fetch(path('polls')))).toMatchObject({ code: 'token_required' });
  });

  test.each(['transcript?format=xml', 'polls?format=txt', 'audit?format=txt', 'polls?format='])(
    'does not come as %s',
    async (rest) => {
      const server = serve();
      const response = await server.fetch(path(rest), { headers: bearer(await server.token()) });
      expect(await problemOf(response)).toMatchObject({ status: 422, code: 'invalid' });
      expect(server.calls.made).toEqual([]);
    },
  );

  test.each(['everything', 'toString', 'transcript/more'])('does not know %s', async (what) => {
    const server = serve();
    const response = await server.fetch(path(what), { headers: bearer(await server.token()) });
    expect(await problemOf(response)).toMatchObject({ status: 404, code: 'not_found' });
  });

  test('takes no other method', async () => {
    const response = await serve().fetch(path('polls'), { method: 'POST' });
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await problemOf(response)).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });

  test('breaks off, and is no whole list, when the room can’t be asked any more', async () => {
    const first = paged([said(1, 'one')], [said(2, 'two')]);
    for (const second of [
      async () => fail('role_required'),
      () => Promise.reject(fault({ overloaded: true })),
    ]) {
      const server = serve({
        exportPage: (caller, what, cursor) => (cursor === null ? first(caller, what, cursor) : second()),
      });
      const response = await server.fetch(path('transcript'), { headers: bearer(await server.token()) });
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow();
      expect(server.lines).toMatchObject([{ level: 'warn', event: 'export.broken' }]);
    }
  });

  test('gets over a passing fault of the platform in the middle', async () => {
    const pages = paged([said(1, 'one')], [said(2, 'two')]);
    let faults = 0;
    const { text } = await fetched('transcript', (caller, what, cursor) => {
      if (cursor !== null && faults++ === 0) return Promise.reject(fault({ retryable: true }));
      return pages(caller, what, cursor);
    });
    expect(faults).toBe(2);
    expect(JSON.parse(text)).toEqual([said(1, 'one'), said(2, 'two')]);
  });
});

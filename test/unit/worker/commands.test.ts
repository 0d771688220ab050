import { describe, expect, test } from 'vitest';
import { fail, LIMITS, succeed } from '../../../src/protocol/index.ts';
import { ADA, bearer, CODE, fault, problemOf, serve } from './fake-room.ts';

const path = `/v1/rooms/${CODE}/commands`;
const chat = { t: 'chat.send', n: 4, body: { kind: 'text', text: 'hello' } };

describe('POST /v1/rooms/:code/commands', () => {
  test('runs a command for the bearer and puts in the events as they are', async () => {
    const event = '{"t":"chat.sent","seq":7,"at":1, "spaced":true}';
    const server = serve({ run: async () => succeed({ n: 4, events: [event, event] }) });
    const response = await server.send('POST', path, chat, bearer(await server.token()));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe(`{"events":[${event},${event}],"n":4}`);
    expect(server.calls.made).toEqual([
      {
        method: 'run',
        args: [{ member: ADA }, { t: 'chat.send', n: 4, fields: { body: { kind: 'text', text: 'hello' } } }],
      },
    ]);
  });

  test.each([
    [{ events: [] }, { events: [] }],
    [
      { events: [], n: 1, repeated: true as const },
      { events: [], n: 1, repeated: true },
    ],
    [
      { events: [], result: { members: [] } },
      { events: [], result: { members: [] } },
    ],
  ])('answers %j as JSON', async (outcome, expected) => {
    const server = serve({ run: async () => succeed(outcome) });
    const response = await server.send('POST', path, chat, bearer(await server.token()));
    expect(await response.json()).toEqual(expected);
  });

  test.each([
    ['an unknown command', { t: 'room.fly' }, 404, 'unknown_command'],
    ['no command', { hello: 1 }, 400, 'bad_frame'],
    ['a list', [chat], 400, 'bad_frame'],
    ['a wrong field', { ...chat, body: { kind: 'text', text: 7 } }, 422, 'invalid'],
    [
      'a text over the limit',
      { ...chat, body: { kind: 'text', text: 'x'.repeat(4_001) } },
      422,
      'text_too_long',
    ],
    ['a picture, which goes elsewhere', { t: 'image.upload', caption: '' }, 400, 'binary_unexpected'],
  ])('refuses %s before the room is asked', async (_, body, status, code) => {
    const server = serve();
    const response = await server.send('POST', path, body, bearer(await server.token()));
    expect(await problemOf(response)).toMatchObject({ status, code });
    expect(server.calls.made).toEqual([]);
  });

  test('tells how long to wait, in the header rounded up to seconds', async () => {
    const server = serve({ run: async () => fail('rate_limited', { retry: 1_200 }) });
    const response = await server.send('POST', path, chat, bearer(await server.token()));
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.json()).toEqual({
      type: 'urn:parley:error:rate_limited',
      title: expect.stringContaining('wait'),
      status: 429,
      code: 'rate_limited',
      retry: 1_200,
    });
  });

  test.each([
    ['a numbered command of a member', chat, true, 2],
    ['a command without a number', { ...chat, n: undefined }, true, 1],
    ['a command by host key, whose number counts for nobody', { t: 'room.end', n: 1 }, false, 1],
  ])('after a passing fault, tries %s the right number of times', async (_, command, asMember, times) => {
    let tried = 0;
    const server = serve({
      run: async () => {
        tried += 1;
        if (tried === 1) throw fault({ retryable: true });
        return succeed({ events: [] });
      },
    });
    const headers = bearer(asMember ? await server.token() : 'hk_secret');
    const response = await server.send('POST', path, command, headers);
    expect(response.status).toBe(times === 2 ? 200 : 503);
    expect(server.calls.stubs).toHaveLength(times);
  });
});

describe('bodies', () => {
  const post = async (
    body: BodyInit,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) => {
    const server = serve();
    const token = await server.token();
    return server.fetch(path, {
      method: 'POST',
      body,
      headers: { ...headers, ...bearer(token) },
      duplex: 'half',
    } as RequestInit);
  };

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'are not read as %s',
    async (type) => {
      const problem = await problemOf(await post(JSON.stringify(chat), { 'content-type': type }));
      expect(problem).toMatchObject({ status: 415, code: 'media_type' });
    },
  );

  test('need a type', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(chat));
    expect(await problemOf(await post(bytes, {}))).toMatchObject({ status: 415, code: 'media_type' });
  });

  test.each(['application/json; charset=utf-8', 'Application/JSON', 'application/parley+json'])(
    'are read as %s',
    async (type) => {
      expect((await post(JSON.stringify(chat), { 'content-type': type })).status).toBe(200);
    },
  );

  test.each([
    ['broken JSON', '{"t":'],
    ['nothing', ''],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
  ])('that hold %s are refused', async (_, body) => {
    expect(await problemOf(await post(body))).toMatchObject({ status: 400, code: 'bad_json' });
  });

  test('over the limit are refused by their bytes, and not read to the end', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(16_384).fill(0x20));
      },
    });
    expect(await problemOf(await post(endless))).toMatchObject({ status: 413, code: 'body_too_large' });
    expect(pulled).toBeLessThan(10);
  });

  test('at the limit are taken', async () => {
    const text = JSON.stringify(chat);
    const padded = text + ' '.repeat(LIMITS.bodyBytes - text.length);
    expect((await post(padded)).status).toBe(200);
    expect(await problemOf(await post(`${padded} `))).toMatchObject({ code: 'body_too_large' });
  });
});

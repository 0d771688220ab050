import { describe, expect, test } from 'vitest';
import { LATER_FRAMES, ROOM_FRAMES, readFrame } from '../../../src/client/frames.ts';
import { isCount, isText, listOf, optional, shape } from '../../../src/client/shape.ts';
import { ADA, ready, said } from './fake-server.ts';

const read = (frame: unknown) => readFrame(ROOM_FRAMES, JSON.stringify(frame));

describe('a shape', () => {
  const isPage = shape<{ names: string[]; next?: number }>({
    names: listOf(isText),
    next: optional(isCount),
  });

  test('takes what has the fields that it names, whatever else there is', () => {
    expect(isPage({ names: [] })).toBe(true);
    expect(isPage({ names: ['Ada'], next: 3, more: null })).toBe(true);
  });

  test.each([
    null,
    undefined,
    'names',
    [],
    {},
    { names: {} },
    { names: ['Ada', 1] },
    { names: [], next: null },
    { names: [], next: -1 },
    { names: [], next: 0.5 },
    { names: [], next: Number.MAX_SAFE_INTEGER + 1 },
  ])('refuses %j', (value) => {
    expect(isPage(value)).toBe(false);
  });
});

describe('a frame', () => {
  const first = ready();

  test('is taken with what a newer server says besides', () => {
    const newer = { ...first, weather: 'rain', self: { ...ADA, role: 'captain' } };
    expect(read(newer)).toEqual(newer);
    expect(read({ t: 'error', n: 1, code: 'from_the_future', message: 'unable' })).toMatchObject({ n: 1 });
  });

  test('of a newer server is ignored', () => {
    expect(read({ t: 'weather' })).toBe('unknown');
    expect(read({ t: 'toString' })).toBe('unknown');
  });

  test.each([
    ['an epoch', { epoch: undefined }],
    ['a position', { seq: '10' }],
    ['a position of its own', { private: -1 }],
    ['what was accepted', { acked: undefined }],
    ['who you are', { self: { ...ADA, id: 7 } }],
    ['your rights', { self: { ...ADA, rights: undefined } }],
    ['a policy', { policy: null }],
    ['events that are events', { latest: [{ t: 'media.changed' }] }],
    ['whether anything was missed', { recovered: 'no' }],
    ['a list of members', { snapshot: { ...first.snapshot, roster: { members: {}, count: 1 } } }],
    ['members with an id', { snapshot: { ...first.snapshot, roster: { members: [{}], count: 1 } } }],
    ['a count of members', { snapshot: { ...first.snapshot, roster: { members: [], count: -1 } } }],
    ['a history of events', { snapshot: { ...first.snapshot, history: [null] } }],
    ['names', { snapshot: { ...first.snapshot, names: [] } }],
  ])('that begins without %s is broken', (_, change) => {
    expect(read(first)).toEqual(first);
    expect(read({ ...first, ...change })).toBe('broken');
  });

  test.each([
    { t: 'events', prev: 1, last: 2 },
    { t: 'events', prev: 1, events: [] },
    { t: 'events', prev: 1, last: 2, events: [{ ...said(2, 'x'), seq: 'two' }] },
    { t: 'private', prev: null, last: 2, events: [] },
    { t: 'live', events: [{ t: 'typing.changed' }] },
    { t: 'error', n: 1, message: 'unable' },
    { t: 'ok', n: '1' },
    { t: 'position', seq: 1, private: 1 },
  ])('that follows and lacks what it is for is broken: %j', (frame) => {
    expect(readFrame(LATER_FRAMES, JSON.stringify(frame))).toBe('broken');
  });
});

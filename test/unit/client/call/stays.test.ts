import { describe, expect, test } from 'vitest';
import {
  afterStop,
  LINGER,
  nextEnd,
  nextStays,
  type Stays,
  type StaysView,
} from '../../../../src/client/call/stays.ts';
import type { Member } from '../../../../src/protocol/index.ts';
import { ADA, BEN } from '../fake-server.ts';

const NOBODY: Stays = new Map();
const OFF = { camera: false, microphone: false, screen: false };
const CAMERA = { ...OFF, camera: true };

const view = (ben: Partial<Member> | null, call: string | null, camera: boolean): StaysView => ({
  self: ADA,
  members: new Map([[ADA.id, ADA], ...(ben === null ? [] : [[BEN.id, { ...BEN, ...ben }] as const])]),
  media: new Map(camera ? [[BEN.id, { ...CAMERA, speaking: false, at: 1 }]] : []),
  calls: new Map([
    [ADA.id, { call: 'c_ada', at: 1 }],
    ...(call === null ? [] : [[BEN.id, { call, at: 1 }] as const]),
  ]),
});
const HERE = nextStays(NOBODY, view({}, 'c_ben', true), 0);
const AWAY = { presence: 'away' } as const;

describe('who is in the call', () => {
  test('are all that the room names, but yourself', () => {
    expect(HERE).toEqual(new Map([[BEN.id, { call: 'c_ben', on: CAMERA, until: null }]]));
  });

  test('who is away stays as they were, for as long as the room keeps their seat', () => {
    const away = nextStays(HERE, view(AWAY, null, false), 10);
    expect(away.get(BEN.id)).toEqual({ call: 'c_ben', on: CAMERA, until: Number.POSITIVE_INFINITY });
    expect(nextStays(away, view(AWAY, null, false), 1e9).get(BEN.id)).toEqual(away.get(BEN.id));
    expect(nextStays(away, view(null, null, false), 1e9)).toEqual(NOBODY);
  });

  test('who is away when you come is not known', () => {
    expect(nextStays(NOBODY, view(AWAY, null, false), 0)).toEqual(NOBODY);
  });

  test('who comes back counts as they were until they are in, and no longer than a moment', () => {
    const away = nextStays(HERE, view(AWAY, null, false), 10);
    const back = nextStays(away, view({}, null, false), 100);
    expect(back.get(BEN.id)).toEqual({ call: 'c_ben', on: CAMERA, until: 100 + LINGER });
    expect(nextEnd(back)).toBe(100 + LINGER);
    expect(nextStays(back, view({}, null, false), 100 + LINGER - 1).get(BEN.id)).toEqual(back.get(BEN.id));
    expect(nextStays(back, view({}, null, false), 100 + LINGER)).toEqual(NOBODY);
  });

  test('from the moment in which they are in the word of the room counts: also that their camera is off', () => {
    const back = nextStays(HERE, view({}, null, false), 100);
    expect(nextStays(back, view({}, 'c_ben', false), 200).get(BEN.id)).toEqual({
      call: 'c_ben',
      on: OFF,
      until: null,
    });
  });

  test('whose camera goes off while they are in goes dark at once', () => {
    expect(nextStays(HERE, view({}, 'c_ben', false), 1).get(BEN.id)?.on).toEqual(OFF);
  });

  test('another page of theirs is another stay', () => {
    expect(nextStays(HERE, view({}, 'c_new', true), 1).get(BEN.id)?.call).toBe('c_new');
  });

  test('who has left is gone', () => {
    expect(nextStays(HERE, view(null, null, false), 1)).toEqual(NOBODY);
  });

  test('what has not changed stays the same object', () => {
    expect(nextStays(HERE, view({}, 'c_ben', true), 5).get(BEN.id)).toBe(HERE.get(BEN.id));
  });

  test('of who is away a host stops what they go on sending; the rest goes on', () => {
    const both = nextStays(NOBODY, view({}, 'c_ben', true), 0);
    const away = nextStays(both, view(AWAY, null, false), 10);
    expect(afterStop(away, [BEN.id], ['microphone', 'screen']).get(BEN.id)?.on).toEqual(CAMERA);
    expect(afterStop(away, ['m_other'], ['camera']).get(BEN.id)?.on).toEqual(CAMERA);
    const stopped = afterStop(away, [BEN.id], ['camera']);
    expect(stopped.get(BEN.id)).toEqual({ call: 'c_ben', on: OFF, until: Number.POSITIVE_INFINITY });
    const back = nextStays(stopped, view({}, null, false), 100);
    expect(nextStays(back, view({}, null, false), 200).get(BEN.id)?.on).toEqual(OFF);
    // Of who is in the room says itself what is on.
    expect(afterStop(HERE, [BEN.id], ['camera'])).toEqual(HERE);
  });
});

import type { TFunction } from 'i18next';
import { expect, test } from 'vitest';
import type { Taken } from '../../../src/client/call/index.ts';
import { ParleyError } from '../../../src/client/index.ts';
import { takenText } from '../../../web/src/room/call/taken-text.ts';

const t = ((key: string, values: Record<string, unknown> = {}) =>
  [key, ...Object.values(values)].join(' ')) as unknown as TFunction;
const REFUSED = new ParleyError('call_full', { message: 'full' });

test.each<[Taken['media'], Taken['reason'], ParleyError | null, string | null]>([
  ['camera', 'ended', null, 'call.gone.camera'],
  ['screen', 'ended', null, null],
  ['microphone', 'room', null, null],
  ['camera', 'room', REFUSED, 'error.call_full'],
  ['camera', 'unknown', null, 'call.unsure media.camera'],
  ['microphone', 'unknown', null, 'call.unsure media.microphone'],
  ['screen', 'unknown', null, 'call.unsure media.screen'],
])('a %s that went off by itself (%s, %o): %s', (media, reason, error, text) => {
  expect(takenText(t, { media, reason, error })).toBe(text);
});

import { afterEach, expect, test, vi } from 'vitest';
import type { Log } from '../../../src/platform/log.ts';
import { readRoomSettings } from '../../../src/room-object/settings.ts';

// What is set up of an SFU: half of it is none, and takes no room down with it.

afterEach(() => vi.resetModules());

/** The SFU of several rooms of one process, one after another, and what stood in the log. */
async function opened(...rooms: Record<string, string>[]) {
  const { sfuOf } = await import('../../../src/room-object/sfu.ts');
  const lines: string[] = [];
  const log: Log = (level, event, fields) => lines.push(`${level} ${event} ${String(fields?.error)}`);
  return { sfus: rooms.map((vars) => sfuOf(vars, log)), lines };
}

const WHOLE = { SFU_APP_ID: 'app', SFU_APP_SECRET: 'secret' };

test('none is set up, or all of one is', async () => {
  const { sfus, lines } = await opened({}, { SFU_APP_ID: ' ' }, { SFU_APP_SECRET: 'secret' }, WHOLE);
  expect(sfus.map((sfu) => sfu === null)).toEqual([true, true, true, false]);
  expect(lines).toEqual([]);
  expect(readRoomSettings(WHOLE).sfu).toBe(true);
});

test.each([
  ['without its secret', { SFU_APP_ID: 'app' }, 'set the secret SFU_APP_SECRET'],
  ['with an address that is none', { ...WHOLE, REALTIME_URL: 'nowhere' }, 'REALTIME_URL'],
])('%s rooms go on as if there were none, and one line says what to do', async (_, vars, text) => {
  const { sfus, lines } = await opened(vars, vars, vars);
  expect(sfus).toEqual([null, null, null]);
  expect(lines).toEqual([expect.stringMatching(/^error sfu\.unusable /)]);
  expect(lines[0]).toContain(text);
  expect(readRoomSettings(vars).sfu).toBe(false);
});

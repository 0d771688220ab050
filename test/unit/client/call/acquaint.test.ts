import { describe, expect, test } from 'vitest';
import { acquaint } from '../../../../src/client/call/acquaint.ts';
import type { CallRoom } from '../../../../src/client/call/transport.ts';
import { ParleyError } from '../../../../src/client/http.ts';
import { settled } from './sim-clock.ts';

/** A room with a roster of many pages, of which none is known yet. */
function largeRoom(pages: readonly (readonly string[])[]) {
  const asked: (string | undefined)[] = [];
  const members = new Map<string, unknown>();
  let error: ParleyError | null = null;
  const room = {
    state: { members, connection: { status: 'online' } },
    roster: async (after?: string) => {
      asked.push(after);
      if (error !== null) throw error;
      const index = after === undefined ? 0 : Number(after);
      for (const id of pages[index] ?? []) members.set(id, {});
      return { next: index + 1 < pages.length ? String(index + 1) : null };
    },
  };
  return {
    room: room as unknown as CallRoom,
    asked,
    fail: (reason: ParleyError | null) => {
      error = reason;
    },
  };
}

describe('somebody in the call whom the known part of the roster does not hold', () => {
  test('is looked for page after page, until they are found', async () => {
    const { room, asked } = largeRoom([['a'], ['b'], ['c'], ['d']]);
    acquaint(room, ['a', 'c']);
    await settled();
    expect(asked).toEqual([undefined, '1', '2']);
  });

  test('is looked for once, though they can not be found', async () => {
    const { room, asked } = largeRoom([['a'], ['b']]);
    for (let number = 0; number < 5; number += 1) {
      acquaint(room, ['z']);
      await settled();
    }
    expect(asked).toEqual([undefined, '1']);
  });

  test('is looked for again where nobody could answer', async () => {
    const { room, asked, fail } = largeRoom([['a']]);
    fail(new ParleyError('network'));
    acquaint(room, ['a']);
    await settled();
    fail(null);
    acquaint(room, ['a']);
    await settled();
    expect(asked).toHaveLength(2);
  });

  test('who is known is not asked for', async () => {
    const { room, asked } = largeRoom([['a']]);
    acquaint(room, ['a']);
    await settled();
    acquaint(room, ['a']);
    await settled();
    expect(asked).toHaveLength(1);
  });
});

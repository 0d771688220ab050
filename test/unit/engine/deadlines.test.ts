import { describe, expect, test } from 'vitest';
import { changeDeadlines, dueDeadlines, nextDue } from '../../../src/engine/deadlines.ts';
import { State } from '../../../src/engine/state.ts';

describe('deadlines', () => {
  test('are set, moved and called off by their name, and come in the order of their times', () => {
    const state = new State();
    const set = (id: string, at: number | null) =>
      changeDeadlines(state, [{ id, at, command: id, data: {} }]);
    set('a', 30);
    set('b', 10);
    set('c', 20);
    set('a', 5);
    set('c', null);
    set('never', null);
    const never = () => false;
    expect(nextDue(state, 0, never)).toBe(5);
    expect(dueDeadlines(state, 9).map(([id]) => id)).toEqual(['a']);
    expect(dueDeadlines(state, 10).map(([id]) => id)).toEqual(['a', 'b']);
    expect(dueDeadlines(state, 4)).toEqual([]);
    expect(nextDue(new State(), 0, never)).toBe(Number.POSITIVE_INFINITY);
  });
});

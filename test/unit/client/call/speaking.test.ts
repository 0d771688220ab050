import { describe, expect, test } from 'vitest';
import { hear, SILENCE } from '../../../../src/client/call/speaking.ts';

/** What is heard after levels, one each 100 ms. */
function heard(...levels: number[]): boolean[] {
  let speech = SILENCE;
  return levels.map((level, index) => {
    speech = hear(speech, level, index * 100);
    return speech.speaks;
  });
}

describe('somebody speaks', () => {
  test('when it is loud for a moment', () => {
    expect(heard(0, 0.2, 0.2, 0.2)).toEqual([false, false, false, true]);
  });
  test('not when something knocks once', () => {
    expect(heard(0, 0.9, 0, 0.9, 0, 0.9, 0)).not.toContain(true);
  });
  test('also in the pauses between words', () => {
    expect(heard(0.2, 0.2, 0.2, 0, 0, 0, 0, 0.2, 0, 0, 0, 0, 0.2).slice(3)).not.toContain(false);
  });
  test('no more after almost a second of silence', () => {
    expect(heard(0.2, 0.2, 0.2, ...Array.from({ length: 9 }, () => 0)).at(-1)).toBe(false);
  });
  test('between the two levels it stays as it was', () => {
    expect(heard(...Array.from({ length: 20 }, () => 0.02))).not.toContain(true);
    expect(heard(0.2, 0.2, 0.2, ...Array.from({ length: 20 }, () => 0.02)).slice(3)).not.toContain(false);
  });
});

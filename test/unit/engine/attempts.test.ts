import { expect, test } from 'vitest';
import { Attempts } from '../../../src/engine/attempts.ts';

/** A life of an object in which a commit with these commands fails. */
function failing(epoch: string, ...numbers: number[]): boolean[] {
  const attempts = new Attempts(epoch);
  const taken = numbers.map((n) => attempts.take('ada', n));
  attempts.commit();
  attempts.failed();
  return taken;
}

test('a command that was in three commits that failed is refused', () => {
  for (let life = 0; life < 3; life += 1) expect(failing('a', 7)).toEqual([true]);
  expect(failing('a', 7, 8)).toEqual([false, true]);
  expect(failing('a', 8)).toEqual([true]);
});

test('what was committed before, or is taken while a commit is under way, bears no blame', () => {
  for (let life = 0; life < 5; life += 1) {
    const attempts = new Attempts('b');
    expect(attempts.take('ada', 1)).toBe(true);
    attempts.commit();
    attempts.committed();
    expect(attempts.take('ada', 2)).toBe(true);
    attempts.commit();
    expect(attempts.take('ada', 3)).toBe(true);
    attempts.failed();
    if (life >= 2) break;
  }
  const attempts = new Attempts('b');
  expect([1, 2, 3].map((n) => attempts.take('ada', n))).toEqual([true, false, true]);
});

test('a command that breaks the object before its commit is refused, and only that one', () => {
  for (let life = 0; life < 3; life += 1) {
    const attempts = new Attempts('c');
    attempts.take('ben', 1);
    attempts.take('ada', 1);
    attempts.broke();
    attempts.failed();
  }
  const attempts = new Attempts('c');
  expect(attempts.take('ben', 1)).toBe(true);
  expect(attempts.take('ada', 1)).toBe(false);
});

test('rooms are kept apart, and only so much is remembered', () => {
  for (let life = 0; life < 3; life += 1) failing('d', 1);
  expect(failing('e', 1)).toEqual([true]);
  failing('f', ...Array.from({ length: 10_000 }, (_, n) => n));
  expect(failing('d', 1)).toEqual([true]);
});

import { expect, test } from 'vitest';
import { Attempts } from '../../../src/engine/attempts.ts';

/** A life of an object in which these commands of Ada's come, and the commit that holds them fails. Answers which may be tried. */
function failing(epoch: string, ...numbers: number[]): boolean[] {
  const attempts = new Attempts(epoch);
  const allowed = numbers.map((n) => attempts.may('ada', n));
  for (const [index, n] of numbers.entries()) if (allowed[index]) attempts.taken('ada', n);
  attempts.commit();
  attempts.failed();
  return allowed;
}

test('a command that was alone in three commits that failed is refused', () => {
  for (let life = 0; life < 3; life += 1) expect(failing('a', 7)).toEqual([true]);
  expect(failing('a', 7, 8)).toEqual([false, true]);
  expect(failing('a', 8)).toEqual([true]);
});

test('three failures in company prove nothing against any of them', () => {
  for (let life = 0; life < 3; life += 1) failing('b', 1, 2, 3, 4, 5);
  expect(failing('b', 1, 2, 3, 4, 5)).toEqual([true, true, true, true, true]);
});

test('who is there each time is refused in the end, whoever was there with it', () => {
  for (let life = 0; life < 4; life += 1)
    expect(failing('c', 1, 10 + life, 20 + life, 30 + life)[0]).toBe(true);
  const attempts = new Attempts('c');
  expect(attempts.may('ada', 1)).toBe(false);
  expect(attempts.may('ada', 10)).toBe(true);
});

test('what was committed before, or is taken while a commit is under way, bears no blame', () => {
  for (let life = 0; life < 3; life += 1) {
    const attempts = new Attempts('d');
    attempts.taken('ada', 1);
    attempts.commit();
    attempts.committed();
    attempts.taken('ada', 2);
    attempts.commit();
    attempts.taken('ada', 3);
    attempts.failed();
  }
  const attempts = new Attempts('d');
  expect([1, 2, 3].map((n) => attempts.may('ada', n))).toEqual([true, false, true]);
});

test('a command that breaks the object before its commit is refused, and only that one', () => {
  for (let life = 0; life < 3; life += 1) {
    const attempts = new Attempts('e');
    attempts.taken('ben', 1);
    attempts.broke('ada', 1);
  }
  const attempts = new Attempts('e');
  expect(attempts.may('ben', 1)).toBe(true);
  expect(attempts.may('ada', 1)).toBe(false);
});

test('rooms are kept apart, and only so much is remembered', () => {
  for (let life = 0; life < 3; life += 1) failing('f', 1);
  expect(failing('g', 1)).toEqual([true]);
  failing('h', ...Array.from({ length: 10_000 }, (_, n) => n));
  expect(failing('f', 1)).toEqual([true]);
});

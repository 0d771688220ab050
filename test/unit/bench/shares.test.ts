import { expect, test } from 'vitest';
import { grownBeyond, sharesOf } from '../../../bench/files/shares.ts';

test('whoever takes as many times longer as there are others has had their share', () => {
  expect(sharesOf(50, [200, 200, 200, 200])).toEqual({ slowest: 1, fastest: 1 });
});

test('the slowest of many is told, however well the others did', () => {
  const { slowest, fastest } = sharesOf(10, [20, 30, 90]);
  expect(slowest).toBeCloseTo(3, 9);
  expect(fastest).toBeCloseTo(2 / 3, 9);
});

test('no share is made up where nothing was measured', () => {
  expect(() => sharesOf(0, [1])).toThrow('nothing was measured');
  expect(() => sharesOf(Number.NaN, [1])).toThrow('nothing was measured');
  expect(() => sharesOf(10, [])).toThrow('nothing was measured');
});

test('what a server held from the beginning does not count as what it grew by', () => {
  const large = { before: 150, most: 400 };
  const small = { before: 100, most: 320 };
  expect(grownBeyond(large, small)).toBe(30);
  expect(grownBeyond(small, large)).toBe(-30);
});

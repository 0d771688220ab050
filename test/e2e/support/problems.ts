import { expect } from 'vitest';
import { ERRORS, type ErrorCode } from '../../../src/protocol/index.ts';
import { type Answer, problemOf } from '../../support/raw-client.ts';

/** Servers of these tests hold nobody up for being refused, or for making rooms. */
export const OPEN = { RATE_REFUSALS_PER_MINUTE: '0', RATE_CREATIONS_PER_MINUTE: '0' };

/** What a test file has seen so far. */
export const provoked = new Set<ErrorCode>();

/** A problem over HTTP: complete, with the status of the table, and with a time to wait exactly where that helps. */
export function expectProblem(answer: Answer, code: ErrorCode): void {
  const problem = problemOf(answer);
  expect(problem.code, JSON.stringify(problem)).toBe(code);
  expect(answer.status).toBe(ERRORS[code].status);
  expect(problem.title).toBe(ERRORS[code].message);
  expect(problem.retry !== undefined).toBe(ERRORS[code].retry);
  expect(answer.headers.has('retry-after')).toBe(ERRORS[code].retry);
  provoked.add(code);
}

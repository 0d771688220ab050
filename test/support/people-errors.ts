import type { CloseName, ErrorCode } from '../../src/protocol/index.ts';

/** Errors of people. test/e2e/errors-people provokes each of them. */
export const PEOPLE_ERRORS: readonly ErrorCode[] = [
  'call_placed',
  'call_unknown',
  'device_unknown',
  'devices_full',
  'not_contact',
  'person_blocked',
  'person_self',
  'person_unknown',
  'person_unreachable',
];

/** Errors of groups. test/e2e/errors-groups provokes each of them. */
export const GROUP_ERRORS: readonly ErrorCode[] = [
  'enrolled_unknown',
  'group_declined',
  'group_differs',
  'group_fixed',
  'group_removed',
  'not_a_group',
  'not_enrolled',
  'owner_stays',
];

/** Close codes that only sockets of accounts get; test/e2e/errors-people provokes them. */
export const PEOPLE_CLOSES: readonly CloseName[] = ['signed_out'];

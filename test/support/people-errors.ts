import type { CloseName, ErrorCode } from '../../src/protocol/index.ts';

/** Errors of people and groups. test/e2e/errors-people provokes each of them. */
export const PEOPLE_ERRORS: readonly ErrorCode[] = [
  'call_placed',
  'call_unknown',
  'device_unknown',
  'devices_full',
  'enrolled_unknown',
  'group_declined',
  'group_differs',
  'group_fixed',
  'group_removed',
  'not_a_group',
  'not_contact',
  'not_enrolled',
  'owner_stays',
  'person_blocked',
  'person_self',
  'person_unknown',
  'person_unreachable',
];

/** Close codes that only sockets of accounts get; provoked there as well. */
export const PEOPLE_CLOSES: readonly CloseName[] = ['signed_out'];

import type { ErrorCode, Person } from '../../../src/protocol/index.ts';

/** An account by a short name: `accountId('ada')`. */
export const accountId = (name: string): string => `a_${name.padEnd(22, '_')}`;
/** A device by a short name: `deviceId('phone')`. */
export const deviceId = (name: string): string => `d_${name.padEnd(22, '_')}`;

/** Somebody as others see them, by their short name. */
export const cardOf = (name: string): Person => ({
  id: accountId(name),
  userName: name,
  name: name.charAt(0).toUpperCase() + name.slice(1),
  avatar: null,
});

export const refused = (code: ErrorCode) => ({ ok: false, error: { code } }) as const;

/*
 * What an answer of the server has to be like so that it can be of this protocol at all, and what the SDK's own book
 * stands on. The rest is the server's word: a newer one may say more, or give a field a value that is unknown here.
 * (The schemas of the protocol would say all of it, and were half of what a page that only chats had to load.)
 */

/** Tells whether a value is of a type, as far as that is looked at. */
export type Is<T> = (value: unknown) => value is T;
type Check = (value: unknown) => boolean;

export const isText: Is<string> = (value) => typeof value === 'string';
export const isFlag: Is<boolean> = (value) => typeof value === 'boolean';
/** A count, a position or a time. */
export const isCount: Is<number> = (value): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
export const isRecord: Is<object> = (value): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** It may be missing. */
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
export const nullable =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/** An object whose fields pass; what is not named is not looked at. */
export const shape =
  <T extends object>(fields: { readonly [K in keyof T]?: Check }): Is<T> =>
  (value): value is T =>
    isRecord(value) &&
    Object.entries<Check | undefined>(fields).every(([name, check]) => check?.(Reflect.get(value, name)));

import * as v from 'valibot';
import { AccountIdSchema } from './accounts.ts';

/** A device of one account: `d_` and 22 base64url characters (128 random bits). */
export const DeviceIdSchema = v.pipe(v.string(), v.regex(/^d_[\w-]{22}$/, 'must be a device id'));

/** Somebody with an account, as others see them. */
export const PersonSchema = v.object({
  id: AccountIdSchema,
  /** null: they come from the deployer's own provider, and have none here. */
  userName: v.nullable(v.string()),
  name: v.string(),
  /** Path of their picture on this server; null: none. */
  avatar: v.nullable(v.string()),
});
export type Person = v.InferOutput<typeof PersonSchema>;

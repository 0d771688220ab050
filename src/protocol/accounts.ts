import * as v from 'valibot';
import { TimeSchema } from './define.ts';
import { LIMITS } from './limits.ts';
import { NameSchema } from './text.ts';

/** An account: `a_` (ours) or `x_` (of the deployer's own provider) and 22 base64url characters. Can't be guessed. */
export const AccountIdSchema = v.pipe(v.string(), v.regex(/^[ax]_[\w-]{22}$/, 'must be an account id'));

/**
 * A user name: 3 to 32 letters, digits, dots, dashes and underscores, a letter or digit first. Capitals are kept for
 * showing; two names that differ in nothing else are the same.
 */
export const UserNameSchema = v.pipe(
  v.string(),
  v.trim(),
  v.regex(
    new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]{${LIMITS.userNameLeast - 1},${LIMITS.userNameLength - 1}}$`),
    `must be ${LIMITS.userNameLeast} to ${LIMITS.userNameLength} letters, digits, dots, dashes or underscores`,
  ),
);

/** A password as it is typed; what is too weak is refused with `password_weak` where one is chosen. */
const PasswordSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.passwordLength));

/** Somebody who exists before and after a meeting, as they and others see them. */
export const AccountSchema = v.object({
  id: AccountIdSchema,
  userName: v.string(),
  /** What they are called in rooms. */
  name: v.string(),
  /** Path of their picture on this server, for anybody who has it; null: none. */
  avatar: v.nullable(v.string()),
});
export type Account = v.InferOutput<typeof AccountSchema>;

/** GET /v1/accounts: what this server offers. */
export const AccountsOfferSchema = v.object({
  /** Whether one can log in here with a user name. */
  accounts: v.boolean(),
  /** Whether anybody may register. */
  registration: v.boolean(),
  /** Whether tokens of the deployer's own provider are taken. */
  provider: v.boolean(),
  /** Who may join: `account` keeps guests out. */
  join: v.picklist(['everybody', 'account']),
});
export type AccountsOffer = v.InferOutput<typeof AccountsOfferSchema>;

/** POST /v1/accounts. Without a name the user name is taken for one. */
export const RegisterRequestSchema = v.object({
  userName: UserNameSchema,
  password: PasswordSchema,
  name: v.optional(NameSchema),
});
export type RegisterRequest = v.InferInput<typeof RegisterRequestSchema>;

/** POST /v1/logins */
export const LogInRequestSchema = v.object({
  // Whatever can't be a user name is an unknown one, and is answered like one.
  userName: v.pipe(v.string(), v.trim(), v.maxLength(LIMITS.nameLength)),
  password: PasswordSchema,
});
export type LogInRequest = v.InferInput<typeof LogInRequestSchema>;

/** Both log in: the token goes into `Authorization: Bearer`. */
export const LogInResponseSchema = v.object({
  account: AccountSchema,
  /** `acc_` and a secret. Good until it expires, is logged out or ended; each use in its last six days renews it. */
  token: v.string(),
  expiresAt: TimeSchema,
});
export type LogInResponse = v.InferOutput<typeof LogInResponseSchema>;

/** GET and PATCH /v1/me, PUT and DELETE /v1/me/avatar */
export const AccountResponseSchema = v.object({ account: AccountSchema });
export type AccountResponse = v.InferOutput<typeof AccountResponseSchema>;

/** PATCH /v1/me */
export const AccountChangeSchema = v.object({ name: NameSchema });
export type AccountChange = v.InferInput<typeof AccountChangeSchema>;

/** POST /v1/me/password. All other logins end. */
export const PasswordChangeSchema = v.object({ current: PasswordSchema, next: PasswordSchema });
export type PasswordChange = v.InferInput<typeof PasswordChangeSchema>;

/** DELETE /v1/me: the password once more, so that a found phone is not enough. */
export const DeleteAccountSchema = v.object({ password: PasswordSchema });
export type DeleteAccount = v.InferInput<typeof DeleteAccountSchema>;

/** GET /v1/me/logins: the newest first. */
export const LoginsResponseSchema = v.object({
  logins: v.array(
    v.object({
      id: v.string(),
      /** What it was made with, as the client says it (User-Agent), shortened; '' where it says nothing. */
      device: v.string(),
      createdAt: TimeSchema,
      expiresAt: TimeSchema,
      /** The one that asks. */
      current: v.boolean(),
    }),
  ),
});
export type LoginsResponse = v.InferOutput<typeof LoginsResponseSchema>;

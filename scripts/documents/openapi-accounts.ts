// Accounts in the description of the HTTP API.
import type * as v from 'valibot';
import * as protocol from '../../src/protocol/index.ts';
import {
  ANYWHERE,
  answer,
  BODY,
  header,
  type Json,
  json,
  NOTHING,
  operation,
  PICTURE,
  refTo,
} from './openapi-parts.ts';

type ErrorCode = protocol.ErrorCode;

export const ACCOUNT_COMPONENTS: Readonly<Record<string, v.GenericSchema>> = {
  Account: protocol.AccountSchema,
  AccountsOffer: protocol.AccountsOfferSchema,
  RegisterRequest: protocol.RegisterRequestSchema,
  LogInRequest: protocol.LogInRequestSchema,
  LogInResponse: protocol.LogInResponseSchema,
  AccountResponse: protocol.AccountResponseSchema,
  AccountChange: protocol.AccountChangeSchema,
  PasswordChange: protocol.PasswordChangeSchema,
  DeleteAccount: protocol.DeleteAccountSchema,
  LoginsResponse: protocol.LoginsResponseSchema,
};

export const ACCOUNT_TOKEN: readonly Json[] = [{ accountToken: [] }];

const ME: readonly ErrorCode[] = ['login_required', 'accounts_off', ...ANYWHERE];
const AVATAR: readonly ErrorCode[] = ['images_off', ...ME];

const ACCOUNT_ANSWER = { '200': answer('The account as it is now.', json(refTo('AccountResponse'))) };
const body = (name: string) => ({ content: json(refTo(name)), required: true });

export const accountPaths: Json = {
  '/v1/accounts': {
    get: operation({
      summary: 'What this server offers: accounts, registration, tokens of a provider.',
      answers: { '200': answer('The offer.', json(refTo('AccountsOffer'))) },
      errors: ANYWHERE,
    }),
    post: operation({
      summary: 'Registers, and logs in.',
      body: body('RegisterRequest'),
      answers: {
        '201': answer('The account, and the token of its first login.', json(refTo('LogInResponse'))),
      },
      errors: [
        'registration_closed',
        'user_name_taken',
        'password_weak',
        'accounts_off',
        ...BODY,
        ...ANYWHERE,
      ],
    }),
  },
  '/v1/logins': {
    post: operation({
      summary: 'Logs in.',
      body: body('LogInRequest'),
      answers: {
        '200': answer('The account, and the token of the new login.', json(refTo('LogInResponse'))),
      },
      errors: ['login_wrong', 'accounts_off', ...BODY, ...ANYWHERE],
    }),
  },
  '/v1/me': {
    get: operation({
      summary: 'The account.',
      security: ACCOUNT_TOKEN,
      answers: ACCOUNT_ANSWER,
      errors: ME,
    }),
    patch: operation({
      summary: 'Changes the name. Rooms take it with the next join.',
      security: ACCOUNT_TOKEN,
      body: body('AccountChange'),
      answers: ACCOUNT_ANSWER,
      errors: [...BODY, ...ME],
    }),
    delete: operation({
      summary:
        'Deletes the account with its logins and its picture; for good. Of people of a provider: what is kept here.',
      security: ACCOUNT_TOKEN,
      // With the token of a provider nothing has to be sent.
      body: { ...body('DeleteAccount'), required: false },
      answers: NOTHING,
      errors: ['password_wrong', 'token_invalid', ...BODY, ...ME],
    }),
  },
  '/v1/me/password': {
    post: operation({
      summary: 'Changes the password, and ends all other logins.',
      security: ACCOUNT_TOKEN,
      body: body('PasswordChange'),
      answers: NOTHING,
      errors: ['password_wrong', 'password_weak', ...BODY, ...ME],
    }),
  },
  '/v1/me/logins': {
    get: operation({
      summary: 'Where one is logged in, the newest first.',
      security: ACCOUNT_TOKEN,
      answers: { '200': answer('The logins.', json(refTo('LoginsResponse'))) },
      errors: ME,
    }),
    delete: operation({
      summary: 'Ends all logins but the one that asks.',
      security: ACCOUNT_TOKEN,
      answers: NOTHING,
      errors: ME,
    }),
  },
  '/v1/me/logins/{id}': {
    delete: operation({
      summary: 'Ends a login; `current` logs out.',
      security: ACCOUNT_TOKEN,
      answers: NOTHING,
      errors: ['login_unknown', ...ME],
    }),
  },
  '/v1/me/avatar': {
    put: operation({
      summary: 'Puts a picture in the place of the one before. The type is told by the bytes.',
      security: ACCOUNT_TOKEN,
      parameters: [header('Content-Length', 'Its size in bytes.', true)],
      body: { content: PICTURE, required: true },
      answers: ACCOUNT_ANSWER,
      errors: ['length_required', 'image_too_large', 'image_type', 'image_broken_off', ...AVATAR],
    }),
    delete: operation({
      summary: 'Takes the picture away.',
      security: ACCOUNT_TOKEN,
      answers: ACCOUNT_ANSWER,
      errors: AVATAR,
    }),
  },
  '/v1/avatars/{key}': {
    get: operation({
      summary: 'The picture of an account, for anybody who has its address. Honours Range and preconditions.',
      answers: {
        '200': answer('The bytes; the same for ever.', PICTURE),
        '206': answer('The range asked for.', PICTURE),
        '304': answer('You have it already.'),
      },
      errors: ['avatar_unknown', 'precondition_failed', 'range_unsatisfiable', 'images_off', 'internal'],
    }),
  },
};

// Groups in the description of the HTTP API.
import type * as v from 'valibot';
import * as protocol from '../../src/protocol/index.ts';
import { ACCOUNT_TOKEN } from './openapi-accounts.ts';
import {
  answer,
  BODY,
  IDEMPOTENCY,
  type Json,
  json,
  ME,
  NOTHING,
  operation,
  refTo,
} from './openapi-parts.ts';

export const GROUP_COMPONENTS: Readonly<Record<string, v.GenericSchema>> = {
  CreateGroup: protocol.CreateGroupSchema,
  Standing: protocol.StandingSchema,
  Glimpse: protocol.GlimpseSchema,
  GroupResponse: protocol.GroupResponseSchema,
  LookResponse: protocol.LookResponseSchema,
  EnrolRequestBody: protocol.EnrolRequestBodySchema,
  EnrolResponse: protocol.EnrolResponseSchema,
  MyGroup: protocol.MyGroupSchema,
  MyGroupsResponse: protocol.MyGroupsResponseSchema,
};

export const groupPaths: Json = {
  '/v1/groups': {
    post: operation({
      summary: 'Founds a group, which is yours. Its room is entered by `POST /v1/rooms/{code}/join`.',
      security: ACCOUNT_TOKEN,
      parameters: [IDEMPOTENCY],
      body: { content: json(refTo('CreateGroup')), required: true },
      answers: { '201': answer('How you stand in it.', json(refTo('GroupResponse'))) },
      errors: ['create_refused', 'idempotency_mismatch', ...BODY, ...ME],
    }),
  },
  '/v1/groups/{code}': {
    get: operation({
      summary:
        'How you stand in a group; of one that you do not belong to, what you may know. One by invitation is not found by whoever has none.',
      security: ACCOUNT_TOKEN,
      answers: { '200': answer('The group.', json(refTo('LookResponse'))) },
      errors: ['room_not_found', ...ME],
    }),
  },
  '/v1/groups/{code}/enrol': {
    post: operation({
      summary: 'Accepts an invitation, comes in where the group is open, or asks to belong.',
      security: ACCOUNT_TOKEN,
      body: { content: json(refTo('EnrolRequestBody')), required: false },
      answers: {
        '200': answer('You belong to it.', json(refTo('EnrolResponse'))),
        '202': answer('Owner and admins are asked.', json(refTo('EnrolResponse'))),
      },
      errors: ['room_not_found', 'quota_exceeded', ...BODY, ...ME],
    }),
    delete: operation({
      summary: 'Leaves the group, turns an invitation down, or takes a request back.',
      security: ACCOUNT_TOKEN,
      answers: NOTHING,
      errors: ['room_not_found', 'owner_stays', 'group_fixed', ...ME],
    }),
  },
  '/v1/me/groups': {
    get: operation({
      summary: 'Your groups, with those you are invited to or have asked to belong to.',
      security: ACCOUNT_TOKEN,
      answers: { '200': answer('As far as is known; no group is asked.', json(refTo('MyGroupsResponse'))) },
      errors: ME,
    }),
  },
};

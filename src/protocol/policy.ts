import type * as v from 'valibot';
import { defineCommand, defineEvent } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { PolicyChangeSchema, PolicySchema, RightsChangeSchema, RightsSchema } from './permission-schemas.ts';

export const policyCommands = {
  'policy.set': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { policy: PolicyChangeSchema },
  }),
  'rights.set': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: { member: MemberIdSchema, rights: RightsChangeSchema },
  }),
};

export const policyEvents = {
  'policy.changed': defineEvent({
    class: 'durable',
    fields: { policy: PolicySchema },
  }),
  'rights.changed': defineEvent({
    class: 'durable',
    fields: { member: MemberIdSchema, rights: RightsSchema },
  }),
};

export type PolicyChange = v.InferOutput<typeof PolicyChangeSchema>;

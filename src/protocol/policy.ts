import type * as v from 'valibot';
import { defineCommand, defineEvent } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { PolicyChangeSchema, PolicySchema, RightsChangeSchema, RightsSchema } from './permissions.ts';

export const policyCommands = {
  'policy.set': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    summary: 'Locks (false) or opens (true) permissions for everybody in the room.',
    fields: { policy: PolicyChangeSchema },
  }),
  'rights.set': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    summary: "Grants or denies permissions to one member; null takes the member's own right back.",
    fields: { member: MemberIdSchema, rights: RightsChangeSchema },
  }),
};

export const policyEvents = {
  'policy.changed': defineEvent({
    class: 'durable',
    summary: 'The room-wide flags, whole, after a change.',
    fields: { policy: PolicySchema },
  }),
  'rights.changed': defineEvent({
    class: 'durable',
    summary: "One member's own rights, whole, after a change.",
    fields: { member: MemberIdSchema, rights: RightsSchema },
  }),
};

export type PolicyChange = v.InferOutput<typeof PolicyChangeSchema>;

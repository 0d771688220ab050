import * as v from 'valibot';
import { PERMISSIONS, type Permission, ROLES } from './permissions.ts';

export const RoleSchema = v.picklist(ROLES);

const flags = <T extends v.GenericSchema>(value: T): Record<Permission, T> =>
  Object.fromEntries(PERMISSIONS.map((permission) => [permission, value])) as Record<Permission, T>;

export const PolicySchema = v.object(flags(v.boolean()));
export const PolicyChangeSchema = v.partial(PolicySchema);
export const RightsSchema = v.partial(v.object(flags(v.picklist(['granted', 'denied']))));
/** `null` takes the member's own right back, so that role and room decide again. */
export const RightsChangeSchema = v.partial(v.object(flags(v.nullable(v.picklist(['granted', 'denied'])))));

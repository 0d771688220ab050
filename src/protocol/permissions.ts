/** What a member may do in a room. The room locks a flag for everybody; one member's rights grant or deny it. */
export const PERMISSIONS = [
  'chat',
  'image',
  'file',
  'camera',
  'microphone',
  'screen',
  'rename',
  'react',
  'hand',
  'direct',
  'ask',
  'watch',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What a member announces of camera, microphone and screen. The picture itself doesn't pass through here. */
export const MEDIA = ['camera', 'microphone', 'screen'] as const satisfies readonly Permission[];
export type Media = (typeof MEDIA)[number];

export const ROLES = ['host', 'cohost', 'member', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** Room-wide flags: `true` lets every member do it, `false` locks it. */
export type Policy = Readonly<Record<Permission, boolean>>;
/** One member's own rights. A flag that is absent follows role and room. */
export type Rights = Readonly<Partial<Record<Permission, 'granted' | 'denied' | undefined>>>;

/** Everything is allowed but steering what all watch together, which a host opens on purpose. */
export const DEFAULT_POLICY: Policy = {
  ...(Object.fromEntries(PERMISSIONS.map((permission) => [permission, true])) as Record<Permission, boolean>),
  watch: false,
};

/** What a role has by itself. A viewer sees and hears; only asking for the word, asking the hosts and reacting remain. */
const ROLE_HAS: Readonly<Record<Role, readonly Permission[]>> = {
  host: PERMISSIONS,
  cohost: PERMISSIONS,
  member: PERMISSIONS,
  viewer: ['react', 'hand', 'rename', 'ask'],
};

/** Roles that the room's locks don't bind. */
const EXEMPT_FROM_LOCKS: readonly Role[] = ['host', 'cohost'];

/**
 * The one rule of who may do what, used by the room to enforce and by a page to grey out a button:
 * not denied to this member, and (granted to this member, or (the role has it, and (the room has not locked it,
 * or the role is exempt from locks))).
 */
export function can(
  member: { readonly role: Role; readonly rights: Rights },
  policy: Policy,
  permission: Permission,
): boolean {
  const right = member.rights[permission];
  if (right === 'denied') return false;
  if (right === 'granted') return true;
  if (!ROLE_HAS[member.role].includes(permission)) return false;
  return policy[permission] || EXEMPT_FROM_LOCKS.includes(member.role);
}

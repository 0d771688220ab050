import { apply, decide, type Feature, happen } from '../../engine/feature.ts';
import { fail, PERMISSIONS, type Permission, type Policy, type Rights } from '../../protocol/index.ts';
import { changeRows, quietDevices, toldDevices } from '../account-rows.ts';
import { findPresent, ROOM_KEY, roomTable, theRoom } from '../tables.ts';

function changedPolicy(policy: Policy, change: Partial<Record<Permission, boolean | undefined>>): Policy {
  const flags = { ...policy };
  for (const permission of PERMISSIONS) flags[permission] = change[permission] ?? policy[permission];
  return flags;
}

function changedRights(
  rights: Rights,
  change: Partial<Record<Permission, 'granted' | 'denied' | null | undefined>>,
): Rights {
  const changed: Partial<Record<Permission, 'granted' | 'denied'>> = {};
  for (const permission of PERMISSIONS) {
    const wanted = change[permission];
    const right = wanted === undefined ? rights[permission] : wanted;
    if (right !== null && right !== undefined) changed[permission] = right;
  }
  return changed;
}

const areSame = (
  a: Readonly<Partial<Record<Permission, unknown>>>,
  b: Readonly<Partial<Record<Permission, unknown>>>,
): boolean => PERMISSIONS.every((permission) => a[permission] === b[permission]);

/** What the room allows everybody, and what one member is granted or denied. */
export const policy: Feature = {
  name: 'policy',
  tables: [],
  commands: {
    'policy.set': ({ state, fields }) => {
      const before = theRoom(state).policy;
      const after = changedPolicy(before, fields.policy);
      return decide(areSame(before, after) ? {} : { events: [happen('policy.changed', { policy: after })] });
    },
    'rights.set': ({ state, fields, actor }) => {
      const member = findPresent(state, fields.member);
      if (member === undefined) return fail('member_unknown', { detail: fields.member });
      const isCohost = actor.kind === 'member' && findPresent(state, actor.id)?.role !== 'host';
      if (member.role === 'host' && isCohost) return fail('role_required', { detail: 'host' });
      const rights = changedRights(member.rights, fields.rights);
      if (areSame(member.rights, rights)) return decide({});
      return decide({
        events: toldDevices(state, member.id).map(({ id }) =>
          happen('rights.changed', { member: id, rights }),
        ),
      });
    },
  },
  apply: [
    apply('policy.changed', (state, event) => {
      state.table(roomTable).set(ROOM_KEY, { ...theRoom(state), policy: event.policy });
    }),
    apply('rights.changed', (state, { member, rights }) =>
      changeRows(state, quietDevices(state, member), { rights: stripped(rights) }),
    ),
  ],
};

/** The event's rights without undefined entries. */
const stripped = (rights: Partial<Record<Permission, 'granted' | 'denied' | undefined>>): Rights =>
  changedRights({}, rights);

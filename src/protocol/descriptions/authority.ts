export const authorityCommandTexts = {
  'authority.set': {
    summary: 'Sets what happens when the host is gone, and how far co-hosts may go.',
  },
  'role.set': {
    summary:
      'Makes a member, with all devices of their account, co-host, member or viewer. Co-hosts may not touch the host, nor one another unless `cohostsAreEqual`.',
  },
  'host.transfer': {
    summary: 'Makes a member the host, with all devices of their account; who was host becomes co-host.',
  },
  'host.reclaim': {
    summary: 'Makes you the host again, if somebody stands in for you.',
  },
};

export const authorityEventTexts = {
  'authority.changed': 'The rules for host and co-hosts, whole, after a change.',
  'role.changed': 'A member has another role.',
  'host.changed':
    'Somebody else is the host: handed over, by the rule for a host who is gone, taken back, or by the host key. The roles are told by `role.changed`. With the reason `device` the host is who it was, there with another device.',
};

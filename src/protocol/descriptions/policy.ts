export const policyCommandTexts = {
  'policy.set': {
    summary: 'Locks (false) or opens (true) permissions for everybody in the room.',
  },
  'rights.set': {
    summary: "Grants or denies permissions to one member; null takes the member's own right back.",
  },
};

export const policyEventTexts = {
  'policy.changed': 'The room-wide flags, whole, after a change.',
  'rights.changed': "One member's own rights, whole, after a change.",
};

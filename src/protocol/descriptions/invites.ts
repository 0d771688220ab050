export const invitesCommandTexts = {
  'invite.create': {
    summary:
      'Makes an invitation: a secret that lets people in with this role. It is shown this once. One that makes co-hosts is for the host to make.',
  },
  'invite.revoke': {
    summary: 'Ends an invitation at once. Who is in stays in.',
  },
  'invite.list': {
    summary: 'All invitations, the oldest first.',
  },
};

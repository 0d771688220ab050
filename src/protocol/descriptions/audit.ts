export const auditCommandTexts = {
  'audit.page': {
    summary: 'Acts of authority in this room, newest page first; the last 10,000 are kept.',
  },
};

export const rosterCommandTexts = {
  'roster.page': {
    summary: 'A page of the roster, in the order of joining.',
  },
  'member.rename': {
    summary: 'Changes your own name.',
  },
  'member.leave': {
    summary:
      'Leaves the room, or the lobby. The socket is closed with 4100 once everybody has been told. With `member` another device of your own account leaves instead.',
  },
};

export const rosterEventTexts = {
  'member.joined': 'Somebody came in.',
  'member.away': "A member's connection dropped; the seat is kept for the grace period.",
  'member.returned': 'A member who was away is back.',
  'member.left':
    'A member is gone: by choice (left), because the grace period ran out (timeout), put out (removed), or sent to the lobby (lobby).',
  'member.renamed': 'A member has a new name.',
  'member.pictured': "A member's account has another picture.",
};

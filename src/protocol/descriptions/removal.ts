export const removalCommandTexts = {
  'member.remove': {
    summary:
      'Puts a member out; the socket is closed with 4106. They may come back, where there is a lobby only through it.',
  },
  'member.ban': {
    summary:
      'Puts somebody out, or keeps out who has left, for good; the socket is closed with 4107. Their account is refused with them, and with `addressSeconds` for that long also new people from their address.',
  },
  'ban.lift': {
    summary: 'Lets somebody who was banned come back.',
  },
  'ban.list': {
    summary: 'Who is banned, in the order of banning.',
  },
};

export const removalEventTexts = {
  'member.dismissed': 'Told to you alone before your socket is closed: you were removed or banned, and why.',
  'member.banned': 'Somebody may not come back. Told to host and co-hosts who are there.',
  'ban.lifted': 'Somebody who was banned may come back. Told to host and co-hosts who are there.',
};

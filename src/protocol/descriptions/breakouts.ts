export const breakoutsCommandTexts = {
  'breakout.open': {
    summary:
      'Makes breakout rooms, one for each name. One set at a time; a breakout room has none of its own.',
  },
  'breakout.assign': {
    summary: 'Sends members to breakout rooms, moves them, or (null) calls them back.',
  },
  'breakout.choose': {
    summary:
      'Goes to a breakout room, or (null) back. For the room where you belong already it asks for the way in anew.',
    needs: 'hosts; others where people choose, or for the room they belong in',
  },
  'breakout.broadcast': {
    summary: 'Says something to everybody, in the main room and in all breakout rooms.',
  },
  'breakout.close': {
    summary: 'Calls everybody back: the breakout rooms end after so many seconds.',
  },
};

export const breakoutsEventTexts = {
  'breakout.opened': 'Breakout rooms are being made; each is told of when it is open.',
  'breakout.changed': 'A breakout room is open, could not be made, or is closed.',
  'breakout.assigned': 'Who belongs where now; null: in the main room.',
  'breakout.called':
    'Your way into a breakout room: join it by its code with the token, or open a socket with the ticket, beside the one you have. Private to you, never stored; `breakout.choose` asks for it anew.',
  'breakout.closing': 'The breakout rooms end at this time. Told in each of them, too.',
  'breakout.closed': 'The breakout rooms are over; everybody belongs in the main room.',
  'room.announced': 'A host said something to the main room and all breakout rooms.',
};

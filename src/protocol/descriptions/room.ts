export const roomCommandTexts = {
  'room.update': {
    summary: 'Changes the settings of the room.',
  },
  'room.end': {
    summary: 'Ends the meeting for everybody. Co-hosts only where `cohostsMayEnd`.',
  },
};

export const roomEventTexts = {
  'room.updated': 'The settings of the room changed; all of them are told.',
  'room.reopened': 'The host has opened the ended room again. Nobody is in yet.',
  'room.ended': 'The meeting is over. Sockets are closed with 4102.',
};

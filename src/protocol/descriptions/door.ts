export const doorCommandTexts = {
  'door.set': {
    summary:
      'Says who walks straight in, locks the room, lets people wait for a host or for a seat, and what they are told.',
  },
  'lobby.admit': {
    summary: 'Lets in some of those who wait, or all. Who finds no seat goes on waiting for one.',
  },
  'lobby.refuse': {
    summary: 'Turns away some of those who wait, or all, with a reason. Their socket is closed with 4108.',
  },
  'lobby.send': {
    summary: 'Sends a member back to the lobby.',
  },
  'lobby.list': {
    summary: 'Everybody who waits, in the order of coming.',
  },
};

export const doorEventTexts = {
  'door.changed': 'The rules of the door, whole, after a change.',
  'lobby.joined':
    'Somebody waits in the lobby, or goes on waiting for something else. Private to host and co-hosts.',
  'lobby.left':
    'Somebody waits no longer: they came in, gave up or were turned away. Private to host and co-hosts.',
  'lobby.placed': 'To somebody who waits: where they stand now.',
  'lobby.refused': 'To somebody who waited: they are turned away.',
};

export const watchCommandTexts = {
  'watch.add': {
    summary:
      'Puts a video or audio on the list: a file of the room, or where the server allows it (`watch.addresses` of the snapshot) an https address. The server never opens it: what it looks like and how long it is are read by you.',
  },
  'watch.remove': {
    summary: 'Takes an item off the list. What plays stops with it.',
  },
  'watch.move': {
    summary: 'Moves an item of the list to before another one; null: to the end.',
  },
  'watch.subtitles': {
    summary: 'Gives an item its subtitles, all of them; everybody chooses for themselves which to see.',
  },
  'watch.select': {
    summary: 'Chooses what is watched, from its beginning; null: nothing.',
  },
  'watch.play': {
    summary:
      'Plays on; from the beginning where the end was reached. While it holds it goes on without those who are not ready.',
  },
  'watch.pause': {
    summary: 'Pauses for everybody.',
  },
  'watch.seek': {
    summary: 'Goes to a position, in ms. Plays on if it played.',
  },
  'watch.rate': {
    summary: 'Plays slower or faster, from 0.25 to 4.',
  },
  'watch.next': {
    summary: 'Goes on to the next item of the list, from its beginning.',
  },
  'watch.policy': {
    summary:
      'Says whether the next item follows by itself, and whether all wait for whoever is not ready. What is left out stays.',
  },
  'watch.view': {
    summary:
      'Says that you watch, and how it is with you; null: you watch no more. Say it when it changes, and anew on each connection; where `waitForAll` is on also when you are ready for another `jump`.',
  },
  'watch.end': {
    summary:
      'Says that the item has come to its end at your place, at this version. The first who says so brings on the next one, or pauses; late ones change nothing.',
  },
  'watch.fail': {
    summary: 'Says that an item can not be played at your place, so that the list can show it.',
  },
  'watch.poster': {
    summary: 'The picture of an item, as a `data:` URL; null: it has none.',
  },
};

export const watchEventTexts = {
  'watch.added': 'An item is at the end of the list. Its id is its `seq`.',
  'watch.removed': 'An item is off the list: taken off, or (without `by`) because its file was removed.',
  'watch.moved': 'An item stands before another one now; null: at the end.',
  'watch.subtitled': 'The subtitles of an item, whole.',
  'watch.failed':
    'Somebody can not play an item. Told of the first one only. `reason` null: this is said of it no more, because they play it now, or it was chosen anew.',
  'watch.changed':
    'What plays, whole. `position` is that of the time `at` of this event; while it plays nothing more is told. Without `by` nobody decided it: the item ended, all were ready, or they were not.',
  'watch.ruled': 'What hosts have laid down for watching, whole.',
  'watch.viewing':
    'How it is with a member who watches; null: they watch no more, as does everybody of whom nothing is told.',
};

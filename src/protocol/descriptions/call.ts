export const callCommandTexts = {
  'call.enter': {
    summary:
      'Enters the call, in which members see and hear each other. It ends with the connection: enter anew after each `ready`, with the same id.',
  },
  'call.exit': {
    summary: 'Leaves the call, not the room. What you have on goes off.',
  },
};

export const callEventTexts = {
  'call.changed':
    'A member is in the call, under this id; null: they are not, as is everybody of whom nothing is told. The same id as before: their connections go on. null with `by`: they left for good; without, their connection ended, and they may come back. `member.away` and `member.left` end it, too, with or without this.',
  'call.moded':
    'How picture and sound travel from now. More cameras or members than a direct call takes bring `sfu`; when all have left the call it is `direct` again.',
};

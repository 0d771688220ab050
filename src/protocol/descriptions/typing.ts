export const typingCommandTexts = {
  'typing.set': {
    summary: 'Says that you are writing a message, again every few seconds, or that you stopped.',
    needs: 'chat, or direct where `to` is given; nothing to stop',
  },
};

export const typingEventTexts = {
  'typing.changed':
    'A member is writing, or is no longer. Counts for 6 s; their message, or their going away, ends it without a word. With `to` it is told to that member alone.',
};

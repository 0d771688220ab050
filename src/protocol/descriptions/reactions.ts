export const reactionsCommandTexts = {
  'reaction.send': {
    summary: 'Shows everybody an emoji for a moment.',
  },
};

export const reactionsEventTexts = {
  'reaction.sent':
    'Members reacted. The same emoji from many in one commit is told once, with their count and the first ten of them.',
};

export const handsCommandTexts = {
  'hand.raise': {
    summary: 'Raises your hand. One that is up keeps its place.',
  },
  'hand.lower': {
    summary: "Lowers your own hand, or as host or co-host a member's.",
  },
  'hand.lowerAll': {
    summary: 'Lowers every hand.',
  },
  'hand.call': {
    summary: 'Calls on whoever raised a hand first, or on the member named. Their hand is down with it.',
  },
};

export const handsEventTexts = {
  'hand.raised': 'A member raised a hand; the earlier one comes first.',
  'hand.lowered':
    "A member's hand is down: `by` them, by a host, or (without `by`) because they may not raise it any more.",
  'hand.allLowered': 'No hand is up any more.',
  'hand.called': 'A member has the word, and their hand is down.',
};

export const spotlightCommandTexts = {
  'spotlight.set': {
    summary: 'Makes one member large for everybody; null leaves it to each to choose.',
  },
};

export const spotlightEventTexts = {
  'spotlight.changed':
    'A member is large for everybody, or (null) nobody is: chosen by a host, or because they left.',
};

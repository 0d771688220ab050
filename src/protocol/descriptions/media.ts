export const mediaCommandTexts = {
  'media.set': {
    summary:
      'Announces what you have switched on or off. What is left out stays as it is. The right to `screen` covers the sound that is shared with it.',
    needs: 'camera, microphone, screen: whichever is switched on; microphone for speaking',
  },
};

export const mediaEventTexts = {
  'media.changed': 'What a member has switched on, whole. The newest one counts; absent means all off.',
};

export const signalCommandTexts = {
  'signal.send': {
    summary:
      'Says something to one of those in the call so as to connect. Each section of a description that sends is declared in `media`, and you must have the right to it; the sound of a screen is declared as `screen`, and needs no other right.',
    needs: 'camera, microphone, screen: whichever a description sends',
  },
};

export const signalEventTexts = {
  'signal.sent':
    'Somebody in the call (`by`) says something to you so as to connect. Private to you; told once, and not at all while your line lags.',
};

export const presenceCommandTexts = {
  'presence.set': {
    summary:
      'Says whether anybody sits at this device. You are away when nobody sits at any that is connected. A device that connects is online until it says otherwise.',
  },
  'presence.show': {
    summary: 'Lets others see how you are, or shows you to everybody as offline.',
  },
};

export const presenceEventTexts = {
  'presence.changed':
    'How a contact is now. Of whom `latest` has nothing, you know nothing: show them as offline.',
  'presence.shown': 'You let others see how you are, or no longer.',
};

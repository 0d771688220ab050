export const passcodeCommandTexts = {
  'passcode.set': {
    summary:
      'Asks everybody who comes in anew for this passcode; null: no longer. It is kept as a salted hash only.',
  },
};

export const passcodeEventTexts = {
  'passcode.changed': 'There is a passcode now (also: another one), or none any more.',
};

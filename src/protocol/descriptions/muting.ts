export const mutingCommandTexts = {
  'media.stop': {
    summary:
      'Switches off what members have on. `all` spares host and co-hosts; a co-host can not stop the host. They may switch it on again unless `rights.set` denies it. It also reaches those whose line was lost while they took part, until they enter the call again or have been back for half a minute: what still comes from them counts as off. Where nobody has anything on, and nobody is lost, nothing is told.',
  },
  'media.request': {
    summary: 'Asks a member to switch something on. Only they can.',
  },
  'media.answer': {
    summary: 'Accepts a request, which switches on what was asked for, or declines it.',
    needs: 'what was asked for, to accept',
  },
};

export const mutingEventTexts = {
  'media.stopped':
    'A host switched these off for these members; of many it comes as several. Whose line was lost while they took part is named with all that was meant, until they enter the call again or have been back for half a minute, as nobody knows what they have on: what still comes from them is not to be shown or played, and their client does not switch it on again by itself.',
  'media.requested':
    'A member is asked to switch something on. Its `seq` is the request. Private to who asked and who is asked.',
  'media.answered': 'The answer to a request. Private to who asked and who was asked.',
  'media.lapsed':
    'A request was not answered in time, or its member left. Private to who asked and who was asked.',
};

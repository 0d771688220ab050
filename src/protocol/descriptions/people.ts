import { LIMITS } from '../limits.ts';

export const peopleCommandTexts = {
  'contact.ask': {
    summary: `Asks a person to be your contact. Who asks back, or has asked you, is your contact at once. Asking again does nothing for a day; after that the question is put once more. At most ${LIMITS.contacts} contacts and ${LIMITS.contactQuestions} open questions.`,
  },
  'contact.accept': {
    summary: 'Says yes to somebody who asks you: from now on you are contacts of each other.',
  },
  'contact.decline': {
    summary: 'Says no to somebody who asks you. They are told nothing, and may ask again after a day.',
  },
  'contact.remove': {
    summary: 'Ends a contact for both of you, or takes your question back.',
  },
  'person.block': {
    summary: `Blocks a person: they can't write to you, call you or ask you, and see you offline. They are told nothing of it. At most ${LIMITS.blocked}.`,
  },
  'person.unblock': {
    summary: 'Makes everything as it was before you blocked them. What they sent meanwhile does not come.',
  },
};

export const peopleEventTexts = {
  'contact.changed': 'Somebody is your contact now, or a question stands between you.',
  'contact.removed': 'Somebody is your contact no longer, or the question is gone.',
  'person.blocked': 'You have blocked a person.',
  'person.unblocked': 'You have blocked a person no longer.',
  'person.changed': 'A person has another name, user name or picture; it may be yourself.',
};

import { LIMITS } from '../limits.ts';

export const meetingsCommandTexts = {
  'meeting.forget': {
    summary:
      'Takes a room off your list. It is there again when you go in, are invited again, or, as its host, change it.',
  },
  'meeting.invite': {
    summary:
      'Invites somebody to a room; with `ring` they are called, and `call.placed` is your receipt. Whoever may not be written to may not be invited.',
  },
};

export const meetingsEventTexts = {
  'meeting.noted': `A room is on your list, or reads otherwise there. The list has room for ${LIMITS.meetings}; the oldest make place, those that you host or that are still to come last.`,
  'meeting.forgotten': 'A room is on your list no longer.',
  'meeting.invited': 'Somebody invites you to a room. It is on your list with this.',
};

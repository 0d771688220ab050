export const groupMeetingCommandTexts = {
  'group.meet': {
    summary:
      'Starts a meeting of the group, in a room of its own, and calls those of the group who are online. `group.meeting` follows when the room is there. Where a meeting is on already the answer is the way to that one; where one is about to be, nothing more. It ends a minute after everybody has left, and after a day.',
  },
};

export const groupMeetingEventTexts = {
  'group.meeting':
    'A meeting of the group is on. Told to each with the invitation of their role in the group, and again where that is another: their role changed, or somebody was removed from the group.',
  'group.meeting_failed':
    'The room for the meeting that you asked for could not be made; ask again. Private to your devices.',
  'group.meeting_over': 'The meeting of the group is over.',
  'group.call_answered': 'Somebody who was called to the meeting has answered, or declined.',
};

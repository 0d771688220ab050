export const scheduleCommandTexts = {
  'schedule.set': {
    summary: 'Says when the room opens, when it ends and how long it may last.',
  },
};

export const scheduleEventTexts = {
  'schedule.changed': 'The schedule, whole, after a change. It takes back a warning that was given before.',
  'room.ending': 'The meeting ends at `time`, in five minutes or less.',
};

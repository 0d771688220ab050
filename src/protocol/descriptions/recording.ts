export const recordingCommandTexts = {
  'recording.start': {
    summary:
      'Announces that you, who are in the call, record the meeting. The recording itself is made by your client; everybody sees that it runs. One at a time.',
  },
  'recording.stop': {
    summary: 'Ends the recording, also that of another host; whose client records stops it then.',
  },
};

export const recordingEventTexts = {
  'recording.changed':
    'Somebody records, or (null) nobody does any more. Without `by` it ended because who recorded left the room or the call, or is host or co-host no more.',
};

import { RecordingSchema } from './call.ts';
import { defineCommand, defineEvent } from './define.ts';

export const recordingCommands = {
  'recording.start': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: {},
  }),
  'recording.stop': defineCommand({
    kind: 'durable',
    rate: 'control',
    authority: 'hosts',
    fields: {},
  }),
};

export const recordingEvents = {
  'recording.changed': defineEvent({
    class: 'durable',
    fields: { recording: RecordingSchema },
  }),
};

export const sfuEventTexts = {
  'sfu.published':
    'What a member sends to the SFU, whole, and by which of its sessions. The newest one counts; absent means nothing.',
};

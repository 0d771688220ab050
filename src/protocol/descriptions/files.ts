export const filesCommandTexts = {
  'file.remove': {
    summary: "Removes a file: the sender their own, host and co-host anyone's.",
  },
  'file.list': {
    summary: 'A page of the files of the room. `after` is the last file of the page before.',
  },
};

export const filesEventTexts = {
  'file.shared':
    'A file was shared. The reference only; the bytes are fetched over HTTP, by members while they are there, by hosts and co-hosts also later.',
  'file.removed': 'A file was removed and its bytes are deleted.',
  'file.progress':
    'How far the uploads of a member are who lets the others see it: the newest ones, whole, at most once a second. The newest event counts; absent means none.',
};

export const imagesCommandTexts = {
  'image.upload': {
    summary:
      'Shares a picture of up to 1 MiB. Only as a binary frame: header length (4 bytes, big-endian), this command as JSON, the bytes of the picture.',
  },
  'image.remove': {
    summary: "Removes a picture: the sender their own, host and co-host anyone's.",
  },
};

export const imagesEventTexts = {
  'image.shared': 'A picture was shared. The reference only; the bytes are fetched over HTTP.',
  'image.removed': 'A picture was removed and its bytes are deleted.',
};

export const clockCommandTexts = {
  'clock.read': {
    summary:
      "What the server's clock says. Answered at once, before what waits for a commit, so that the time on the way is all that lies between.",
  },
};

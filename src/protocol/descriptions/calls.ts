export const callsCommandTexts = {
  'call.answer': {
    summary:
      'Answers a call that rings: it stops ringing on all your devices, and whoever called is told. Then join the room.',
  },
  'call.decline': {
    summary: 'Declines a call that rings: it stops ringing on all your devices, and whoever called is told.',
  },
  'call.cancel': {
    summary: 'Gives up a call that you placed and that still rings.',
  },
};

export const callsEventTexts = {
  'call.ringing':
    'Somebody calls you. `call.answer` and `call.decline` say what becomes of it. Told again of the same call where `invite` is another now.',
  'call.over':
    'A call rings no more; `by` is the device that answered or declined it. Without a `call.ringing` before it, it came too late to ring, and was missed.',
  'call.placed': 'One of your devices calls somebody. `call.cancel` gives it up.',
  'call.settled':
    'What became of a call that you placed. missed: no answer came in time, whatever the reason; you are told no other.',
};

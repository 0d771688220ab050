export const pollsCommandTexts = {
  'poll.open': {
    summary: 'Asks everybody a question.',
  },
  'poll.vote': {
    summary: 'Votes, or changes your vote while the poll is open; no option takes it back.',
    needs: 'to be more than a viewer',
  },
  'poll.close': {
    summary: 'Ends a poll and tells everybody the result.',
  },
  'poll.remove': {
    summary: 'Removes a poll with its votes.',
  },
  'poll.votes': {
    summary: 'A page of who chose what in a poll with names, for whoever sees its counts.',
  },
};

export const pollsEventTexts = {
  'poll.opened': 'A poll is open. Its id is its `seq`.',
  'poll.voted': 'Your own vote, as it counts now. Private to you.',
  'poll.counted':
    'How an open poll stands, at most once a second. Private to hosts where the results are hidden.',
  'poll.closed': 'A poll is over; this is its result.',
  'poll.removed': 'A poll was removed.',
};

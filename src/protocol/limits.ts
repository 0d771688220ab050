/** Fixed limits of the protocol. What a deployer may change is in wrangler.toml's [vars], not here. */
export const LIMITS = {
  /** Characters (Unicode code points) of a name. */
  nameLength: 64,
  /** Characters of a user name. */
  userNameLeast: 3,
  userNameLength: 32,
  /** Characters (UTF-16 units) of a password. */
  passwordLeast: 8,
  passwordLength: 128,
  /** Bytes of an account's picture: 2 MiB. */
  avatarBytes: 2_097_152,
  /** Devices of one account that are known at a time; a new one takes the place of the one unseen for longest. */
  devices: 50,
  /** Rooms on the list of one account. */
  meetings: 200,
  /** Favourites of one account. */
  favourites: 500,
  /** Characters of a favourite's id. */
  favouriteIdLength: 200,
  /** Logins of one account at a time; a new one ends the oldest. */
  logins: 50,
  /** Contacts of one account, with those it has asked. */
  contacts: 2_000,
  /** People whom one account may have asked without an answer. */
  contactQuestions: 100,
  /** People whose question may wait for one account's answer; who asks beyond that is not heard. */
  contactsAsking: 1_000,
  /** Characters (Unicode code points) said with the question. */
  contactNoteLength: 300,
  /** People whom one account may have blocked. */
  blocked: 1_000,
  /** People found by one search. */
  peopleFound: 20,
  /** Characters (Unicode code points) that a search by a beginning needs. */
  peopleSearchLeast: 2,
  /** Conversations on a page, and in a snapshot. */
  conversationsPage: 200,
  /** People on a page of those who are online. */
  onlinePage: 100,
  /** Characters (Unicode code points) of a room's name. */
  roomNameLength: 120,
  /** Characters (Unicode code points) of a chat text. */
  textLength: 4_000,
  /** Characters (Unicode code points) of a picture's caption. */
  captionLength: 500,
  /** Characters (Unicode code points) of a file's name. */
  fileNameLength: 200,
  /** Files of one room, with those on their way. */
  files: 10_000,
  /** Files on a page, and in a snapshot. */
  filesPage: 100,
  filesRecent: 20,
  /** Unfinished uploads of one person in one room. */
  uploads: 20,
  /** Uploads of one member that others are told of at a time. */
  uploadsTold: 5,
  /** Members that one message may mention. */
  mentions: 50,
  /** Different emoji that one message has room for. */
  messageEmoji: 20,
  /** Reactions that one message has room for. */
  messageReactions: 500,
  /** Pinned messages of one room. */
  pins: 50,
  /** Seconds between two messages of a member in slow mode. */
  slowSeconds: 3_600,
  /** UTF-16 units of a text frame from a client: 4,000 escaped characters and their envelope fit. */
  frameLength: 65_536,
  /** Bytes of a picture inside one binary frame: 1 MiB. */
  binaryImageBytes: 1_048_576,
  /** Bytes of a binary frame's JSON header. */
  binaryHeaderBytes: 8_192,
  /** Bytes of a JSON request body. */
  bodyBytes: 65_536,
  /** Seats that may be asked for a room. */
  capacity: 10_000,
  /** People who may ever come into one room. */
  people: 20_000,
  /** Above this many members a snapshot holds the count and one page. */
  rosterWhole: 200,
  /** Members on a page of the roster. */
  rosterPage: 100,
  /** Messages in a snapshot. */
  historyRecent: 50,
  /** Messages on a page of history. */
  historyPage: 100,
  /** Characters (Unicode code points) of a poll's question. */
  pollQuestionLength: 300,
  /** Characters (Unicode code points) of one of its options. */
  pollOptionLength: 120,
  /** Options of a poll. */
  pollOptions: 20,
  /** Polls of one room. */
  polls: 100,
  /** Polls of one room that are open at the same time. */
  pollsOpen: 5,
  /** Votes that one room keeps, over all its polls. */
  pollVotes: 100_000,
  /** Characters (Unicode code points) of the reason given to somebody who is put out. */
  reasonLength: 300,
  /** Seconds that a room may wait for its host: a day. */
  hostGraceSeconds: 86_400,
  /** Breakout rooms of one set. */
  breakouts: 50,
  /** Minutes after which breakout rooms end at the latest: a day. */
  breakoutMinutes: 1_440,
  /** Members that one command sends to breakout rooms. */
  breakoutMoves: 1_000,
  /** Seconds of the countdown before breakout rooms end. */
  breakoutCountdown: 600,
  /** Characters (Unicode code points) said to all breakout rooms at once. */
  broadcastLength: 1_000,
  /** People who belong to one group. */
  enrolled: 10_000,
  /** People on a page of a group's list. */
  enrolledPage: 100,
  /** Admins of one group. */
  groupAdmins: 100,
  /** Requests to join one group that are open at a time, and invitations likewise. */
  enrolPending: 1_000,
  /** People whom a group remembers to have removed or turned away; beyond it the one of longest ago is forgotten. */
  enrolRefused: 1_000,
  /** Unread messages and mentions that are counted; where there are more this is told. */
  unread: 100,
  /** Seconds for which an ended room can be kept: 365 days. */
  retentionSeconds: 31_536_000,
  /** Videos and audios on the list of one room. */
  watchItems: 100,
  /** UTF-16 units of the whole list as a snapshot tells it, in JSON. */
  watchListLength: 131_072,
  /** Characters (Unicode code points) of the title of one, and of the label of its subtitles. */
  watchTitleLength: 200,
  subtitleLabelLength: 60,
  /** Subtitles of one of them. */
  watchSubtitles: 20,
  /** UTF-16 units of its poster, a `data:` URL: a JPEG of 320×180 fits. */
  posterLength: 24_576,
  /** UTF-16 units of an outside address. */
  mediaAddressLength: 2_000,
  /** ms; nothing that is watched is longer: two days. */
  mediaDuration: 172_800_000,
  /** Calls that ring at one person, or that one person has placed, at a time. */
  callsAtOnce: 20,
  /** Calls from one person, and from groups in their name, that are heard within an hour. */
  ringsAnHour: 20,
  /** People whom a group's meeting calls. */
  ring: 100,
  /** UTF-16 units of a session description: of eight sections, all that two may send each other, Chromium 156 needs 22,436. */
  sdpLength: 32_768,
  /** Sections of one. */
  signalSections: 32,
  /** Characters of the name of a section. */
  midLength: 32,
  /** Characters of an ICE candidate, and of a username fragment (RFC 8839). */
  candidateLength: 1_024,
  fragmentLength: 256,
  /** Tracks that one request about the SFU names. */
  sfuTracks: 64,
  /** Sections of one connection to the SFU. */
  sfuSections: 128,
  /** Characters (UTF-16 units) of a description that goes to the SFU: as many sections of a browser. */
  sfuDescriptionLength: 262_144,
  /** Bytes of the body that it comes in. */
  sfuBodyBytes: 524_288,
} as const;

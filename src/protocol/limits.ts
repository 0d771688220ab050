/** Fixed limits of the protocol. What a deployer may change is in wrangler.toml's [vars], not here. */
export const LIMITS = {
  /** Characters (Unicode code points) of a name. */
  nameLength: 64,
  /** Characters (Unicode code points) of a room's name. */
  roomNameLength: 120,
  /** Characters (Unicode code points) of a chat text. */
  textLength: 4_000,
  /** Characters (Unicode code points) of a picture's caption. */
  captionLength: 500,
  /** Members that one message may mention. */
  mentions: 50,
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
  /** Seconds for which an ended room can be kept: 365 days. */
  retentionSeconds: 31_536_000,
} as const;

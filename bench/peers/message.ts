/** What the load says; nothing in it is checked. */
export type Command = { n: number; body: unknown };

/**
 * What every peer makes of a command, so that all of them do the same work and put the same bytes on the wire as
 * Parley does: number it, stamp it with the time and the sender. Nothing is checked: that is in the peers' favour.
 */
export const eventOf = (seq: number, by: string, { n, body }: Command) => ({
  seq,
  t: 'chat.sent',
  at: Date.now(),
  by,
  n,
  body,
});

/** The same from text to text. */
export const eventText = (seq: number, by: string, command: string): string =>
  JSON.stringify(eventOf(seq, by, JSON.parse(command)));

/** As long as a member's id in Parley. */
export const memberId = () => `m_${crypto.randomUUID().replaceAll('-', '').slice(0, 22)}`;

/**
 * What every peer does with a command, so that all of them do the same work and put the same bytes on the wire as
 * Parley does: read it, number it, stamp it with the time and the sender. Nothing is checked: that is in the
 * peers' favour.
 */
export function eventText(seq: number, by: string, command: string): string {
  const { n, body } = JSON.parse(command) as { n: number; body: unknown };
  return JSON.stringify({ seq, t: 'chat.sent', at: Date.now(), by, n, body });
}

/** As long as a member's id in Parley. */
export const memberId = () => `m_${crypto.randomUUID().replaceAll('-', '').slice(0, 22)}`;

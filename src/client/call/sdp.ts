/** The few things that have to be read in a session description (RFC 8866). It is never put together here. */

/** The number of the connection that wrote it (RFC 8829, 5.2.1: drawn once for each): another one is another connection. */
export const sessionOf = (sdp: string): string => /^o=\S+ (\S+)/m.exec(sdp)?.[1] ?? '';

/** Whether candidates with this user fragment belong to it. */
export const hasFragment = (sdp: string, fragment: string): boolean =>
  sdp.split(/\r\n|\n/).includes(`a=ice-ufrag:${fragment}`);

/** What is named as Opus in a section: its payload type. */
const OPUS = /^a=rtpmap:(\d+) opus\/48000/im;

function sectionWithDtx(section: string): string {
  const payload = OPUS.exec(section)?.[1];
  if (payload === undefined) return section;
  const format = new RegExp(`^(a=fmtp:${payload} )(?!.*usedtx)(.*)$`, 'm');
  return section.replace(format, '$1$2;usedtx=1');
}

/**
 * The other side's description, as if it asked for no packets while nobody speaks (RFC 7587, 6.1: `usedtx` tells the sender what the
 * receiver would rather have). In these sections only: music is not speech.
 */
export function withDtx(sdp: string, mids: ReadonlySet<string>): string {
  return sdp
    .split(/^(?=m=)/m)
    .map((section) => {
      const mid = /^a=mid:(\S+)/m.exec(section)?.[1];
      return section.startsWith('m=audio') && mid !== undefined && mids.has(mid)
        ? sectionWithDtx(section)
        : section;
    })
    .join('');
}

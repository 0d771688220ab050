interface Section {
  readonly kind: 'audio' | 'video' | 'application';
  /** null: it has none. */
  readonly mid: string | null;
  /** Absent: it says nothing of it. */
  readonly direction?: string;
  readonly port?: number;
  readonly more?: readonly string[];
}

/** A session description with these sections and nothing that a room does not read but what SDP demands. RFC 8866. */
export const sdpOf = (
  sections: readonly Section[],
  { session = [], end = '\r\n' }: { readonly session?: readonly string[]; readonly end?: string } = {},
): string =>
  [
    'v=0',
    'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    ...session,
    ...sections.flatMap(({ kind, mid, direction, port = 9, more = [] }) => [
      kind === 'application'
        ? `m=application ${port} UDP/DTLS/SCTP webrtc-datachannel`
        : `m=${kind} ${port} UDP/TLS/RTP/SAVPF 96`,
      'c=IN IP4 0.0.0.0',
      ...(mid === null ? [] : [`a=mid:${mid}`]),
      ...(direction === undefined ? [] : [`a=${direction}`]),
      ...more,
    ]),
  ]
    .map((line) => line + end)
    .join('');

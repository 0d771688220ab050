import type { Media } from '../../protocol/permissions.ts';
import { KIND, MEDIUM, NO_TRACKS, SOURCES, type Source, type Tracks } from './call-view.ts';
import { encode, encodingOf } from './encodings.ts';
import type { On } from './stays.ts';

/** What is to go to somebody. */
export interface Sending {
  readonly tracks: Tracks;
  /** What you may send now by the room's word. */
  readonly allowed: On;
  /** Whether their pictures are wanted. Their sound always is. */
  readonly wantsPictures: boolean;
  /** How many each picture goes to. */
  readonly receivers: number;
}

/** What each section of a description is, by its mid. */
export type Declared = Readonly<Record<string, Media>>;

const sourceOf = (media: Media, kind: string): Source | undefined =>
  SOURCES.find((source) => MEDIUM[source] === media && KIND[source] === kind);

const directionOf = (sends: boolean, receives: boolean): RTCRtpTransceiverDirection =>
  sends ? (receives ? 'sendrecv' : 'sendonly') : receives ? 'recvonly' : 'inactive';

/**
 * The sections of one connection. Each is for one source, in both directions and for as long as the connection lives, so switching
 * something off and on again is a matter of this machine alone.
 */
export class Sections {
  readonly #connection: RTCPeerConnection;
  readonly #roles = new Map<Source, RTCRtpTransceiver>();

  constructor(connection: RTCPeerConnection) {
    this.#connection = connection;
  }

  /** Makes a section for each source, for the first offer. */
  open(sending: Sending): void {
    for (const source of SOURCES) this.#add(source, sending);
  }

  /** Whether a description says of the sections that are known what they are. */
  agrees(declared: Declared): boolean {
    return Array.from(this.#roles).every(([source, { mid }]) => {
      const media = mid === null ? undefined : declared[mid];
      return media === undefined || media === MEDIUM[source];
    });
  }

  /** Takes over the sections that the other side has made, once their description is set. */
  adopt(declared: Declared): void {
    const known = new Set(this.#roles.values());
    for (const transceiver of this.#connection.getTransceivers()) {
      const media = transceiver.mid === null ? undefined : declared[transceiver.mid];
      if (known.has(transceiver) || media === undefined) continue;
      const source = sourceOf(media, transceiver.receiver.track.kind);
      // A second section for the same would be a second picture: it is left as it is, and nothing of it is ever shown.
      if (source !== undefined && !this.#roles.has(source)) this.#roles.set(source, transceiver);
    }
  }

  /** What each section is, as a description tells it. */
  get declared(): Declared {
    const declared: Record<string, Media> = {};
    for (const [source, { mid }] of this.#roles) if (mid !== null) declared[mid] = MEDIUM[source];
    return declared;
  }

  /** What is sent and taken in each, as an answer made now would have it if all of it was offered. */
  get directions(): string {
    return Array.from(this.#roles, ([source, { direction }]) => `${source} ${direction}`).join();
  }

  /** Mids of the sections for speech. */
  get speech(): ReadonlySet<string> {
    const mid = this.#roles.get('microphone')?.mid;
    return new Set(mid === undefined || mid === null ? [] : [mid]);
  }

  /**
   * Sends what is to be sent. A section that has sent goes on to be one that may, so that switching on again needs no word with the
   * other side; one that may not send any more says so.
   */
  async apply(sending: Sending): Promise<void> {
    for (const source of SOURCES) {
      const allowed = sending.allowed[MEDIUM[source]];
      const track = allowed ? sending.tracks[source] : null;
      if (track !== null && !this.#roles.has(source) && this.#roles.size > 0) this.#add(source, sending);
      const transceiver = this.#roles.get(source);
      if (transceiver === undefined) continue;
      const direction = this.#direction(source, transceiver.direction, sending);
      if (transceiver.direction !== direction) transceiver.direction = direction;
      if (transceiver.sender.track !== track) await transceiver.sender.replaceTrack(track);
      if (track !== null)
        await encode(transceiver.sender, encodingOf(source, sending.receivers, heightOf(track)));
    }
  }

  /** What arrives, whether it may be shown or not. */
  get tracks(): Tracks {
    const tracks = { ...NO_TRACKS };
    for (const [source, { currentDirection, receiver }] of this.#roles) {
      if (currentDirection === 'sendrecv' || currentDirection === 'recvonly') tracks[source] = receiver.track;
    }
    return tracks;
  }

  /** How loud speech is at this moment, 0 to 1, by what the packets say (RFC 6464) or their sound. */
  get level(): number {
    const receiver = this.#roles.get('microphone')?.receiver;
    const [source] = receiver?.getSynchronizationSources() ?? [];
    return source?.audioLevel ?? 0;
  }

  #direction(
    source: Source,
    before: RTCRtpTransceiverDirection,
    { tracks, allowed, wantsPictures }: Sending,
  ): RTCRtpTransceiverDirection {
    const hasSent = before === 'sendrecv' || before === 'sendonly';
    const sends = allowed[MEDIUM[source]] && (hasSent || tracks[source] !== null);
    return directionOf(sends, KIND[source] === 'audio' || wantsPictures);
  }

  #add(source: Source, sending: Sending): void {
    const direction = this.#direction(source, 'inactive', sending);
    this.#roles.set(source, this.#connection.addTransceiver(KIND[source], { direction }));
  }
}

/** Of a picture, in pixels; that of a camera that does not say is taken to be as large as was asked for. */
const heightOf = (track: MediaStreamTrack): number | undefined => track.getSettings().height;

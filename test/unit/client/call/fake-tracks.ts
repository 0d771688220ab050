export class FakeTrack extends EventTarget {
  static count = 0;
  readonly id: string;
  readonly kind: 'audio' | 'video';
  enabled = true;
  contentHint = '';
  readyState: 'live' | 'ended' = 'live';

  constructor(kind: 'audio' | 'video', id = `${kind}-${++FakeTrack.count}`) {
    super();
    this.kind = kind;
    this.id = id;
  }
  stop(): void {
    this.readyState = 'ended';
  }
  /** The device is gone. */
  unplug(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
  clone(): FakeTrack {
    return new FakeTrack(this.kind);
  }
  getSettings(): MediaTrackSettings {
    return this.kind === 'video' ? { height: 720, deviceId: 'd1' } : { deviceId: 'd1' };
  }
  /** As the code under test takes it. */
  get real(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}

class FakeSender {
  track: FakeTrack | null = null;
  parameters = { encodings: [{}] as Record<string, unknown>[] };
  async replaceTrack(track: FakeTrack | null): Promise<void> {
    this.track = track;
  }
  getParameters() {
    return structuredClone(this.parameters);
  }
  async setParameters(parameters: { encodings: Record<string, unknown>[] }): Promise<void> {
    this.parameters = parameters;
  }
}

class FakeReceiver {
  readonly track: FakeTrack;
  level = 0;
  constructor(kind: 'audio' | 'video') {
    this.track = new FakeTrack(kind);
  }
  getSynchronizationSources() {
    return this.level === 0 ? [] : [{ audioLevel: this.level }];
  }
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
export const sends = (direction: string | null): boolean =>
  direction === 'sendrecv' || direction === 'sendonly';
export const receives = (direction: string | null): boolean =>
  direction === 'sendrecv' || direction === 'recvonly';
export const towards = (sending: boolean, receiving: boolean): Direction =>
  sending ? (receiving ? 'sendrecv' : 'sendonly') : receiving ? 'recvonly' : 'inactive';

export class FakeTransceiver {
  mid: string | null = null;
  currentDirection: Direction | null = null;
  isStopped = false;
  readonly sender = new FakeSender();
  readonly receiver: FakeReceiver;
  readonly #changed: () => void;
  #direction: Direction | 'stopped';

  constructor(changed: () => void, kind: 'audio' | 'video', direction: Direction) {
    this.#changed = changed;
    this.#direction = direction;
    this.receiver = new FakeReceiver(kind);
  }
  get direction(): Direction | 'stopped' {
    return this.#direction;
  }
  set direction(direction: Direction | 'stopped') {
    if (this.isStopped) throw new DOMException('it is stopped', 'InvalidStateError');
    this.#direction = direction;
    this.#changed();
  }
  /** For good: with the next descriptions its section is free for another one. */
  stop(): void {
    if (this.isStopped) return;
    this.#direction = 'stopped';
    this.isStopped = true;
    this.sender.track = null;
    this.receiver.track.stop();
    this.#changed();
  }
}

/** The direction as the other side has it. */
export const turned = (direction: Direction): Direction => towards(receives(direction), sends(direction));

export interface Section {
  readonly mid: string;
  readonly kind: 'audio' | 'video';
  readonly direction: Direction;
  /** Its port is 0. */
  readonly isRejected: boolean;
}
export interface FakeDescription {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

export const lineOf = (sdp: string, name: string): string =>
  new RegExp(`^${name}(.*)$`, 'm').exec(sdp)?.[1]?.trim() ?? '';
export const sectionsOf = (sdp: string): Section[] =>
  sdp
    .split(/^(?=m=)/m)
    .slice(1)
    .map((text) => ({
      mid: lineOf(text, 'a=mid:'),
      kind: text.startsWith('m=audio') ? 'audio' : 'video',
      isRejected: /^m=\w+ 0 /.test(text),
      direction: (/^a=(sendrecv|sendonly|recvonly|inactive)\r$/m.exec(text)?.[1] ?? 'sendrecv') as Direction,
    }));
export const midsOf = (sdp: string): string =>
  sectionsOf(sdp)
    .map(({ mid }) => mid)
    .join();
/** The sections that are agreed on, as far as they go on. */
export function agreed(local: FakeDescription | null, remote: FakeDescription | null): Section[] {
  const there = sectionsOf(remote?.sdp ?? '');
  return sectionsOf(local?.sdp ?? '').map((section, index) => ({
    ...section,
    isRejected: section.isRejected || there[index]?.isRejected === true,
  }));
}
export const candidatesOf = (sdp: string): string[] =>
  [...sdp.matchAll(/^a=(candidate:.*)\r$/gm)].map(([, c]) => c ?? '');

/** A description of these sections. `origin`: the session and its version. */
export function describe(
  type: 'offer' | 'answer',
  origin: string,
  fragment: string,
  sections: readonly Section[],
): FakeDescription {
  const head = `v=0\r\no=- ${origin} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n`;
  const parts = sections.map(
    ({ mid, kind, direction, isRejected }) =>
      `m=${kind} ${isRejected ? 0 : 9} UDP/TLS/RTP/SAVPF 111\r\na=mid:${mid}\r\na=${direction}\r\na=ice-ufrag:${fragment}\r\n`,
  );
  return { type, sdp: head + parts.join('') };
}

/** Whether something about a section has yet to be agreed on. */
export function isOpen(
  { mid, direction, isStopped }: FakeTransceiver,
  local: FakeDescription | null,
  remote: FakeDescription | null,
): boolean {
  if (isStopped) return mid !== null;
  const sectionIn = (sdp = '') => sectionsOf(sdp).find((one) => one.mid === mid);
  const [own, theirs] = [sectionIn(local?.sdp), sectionIn(remote?.sdp)];
  if (own === undefined || theirs === undefined) return true;
  if (local?.type === 'offer') return own.direction !== direction && turned(theirs.direction) !== direction;
  const possible = towards(
    sends(direction) && receives(theirs.direction),
    receives(direction) && sends(theirs.direction),
  );
  return own.direction !== possible;
}

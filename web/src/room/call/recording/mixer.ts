import type { CallView } from '../../../../../src/client/call/index.ts';

/** Everything that is to be heard: the others, what their screens play, and you while you are not muted. */
export function soundsOf({ members, self }: CallView): ReadonlySet<MediaStreamTrack> {
  const tracks = [
    self.muted ? null : self.microphone,
    self.screenSound,
    ...Array.from(members.values()).flatMap(({ microphone, screenSound }) => [microphone, screenSound]),
  ];
  return new Set(tracks.filter((track) => track !== null));
}

/** Mixes tracks of sound into one. */
export class Mixer {
  readonly track: MediaStreamTrack;
  readonly #context = new AudioContext();
  readonly #out = this.#context.createMediaStreamDestination();
  readonly #sources = new Map<MediaStreamTrack, MediaStreamAudioSourceNode>();

  constructor() {
    const [track] = this.#out.stream.getAudioTracks();
    if (track === undefined) {
      this.#context.close().catch(() => undefined);
      throw new Error('unable to record; there is no sound to mix');
    }
    this.track = track;
    this.#context.addEventListener('statechange', this.#resume);
    this.#resume();
    // Where nobody has a microphone on there would be no sound at all, and Chromium writes no picture before the first of it.
    const silence = new ConstantSourceNode(this.#context, { offset: 0 });
    silence.connect(this.#out);
    silence.start();
  }

  /** Takes these, and no others any more. */
  take(tracks: ReadonlySet<MediaStreamTrack>): void {
    for (const [track, source] of this.#sources) {
      if (tracks.has(track)) continue;
      source.disconnect();
      this.#sources.delete(track);
    }
    for (const track of tracks) {
      if (this.#sources.has(track)) continue;
      const source = this.#context.createMediaStreamSource(new MediaStream([track]));
      source.connect(this.#out);
      this.#sources.set(track, source);
    }
  }

  close(): void {
    this.#context.removeEventListener('statechange', this.#resume);
    this.take(new Set());
    this.track.stop();
    this.#context.close().catch(() => undefined);
  }

  /** Browsers hold sound back that nobody pressed for, and phones when a call comes in: then the picture would stand, too. */
  readonly #resume = (): void => {
    if (this.#context.state !== 'running') this.#context.resume().catch(() => undefined);
  };
}

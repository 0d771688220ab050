import type { Media } from '../../protocol/permissions.ts';
import { can, MEDIA } from '../../protocol/permissions.ts';
import type { RoomEvent } from '../../protocol/registry.ts';
import type { ParleyError } from '../http.ts';
import { caught, patiently } from '../patience.ts';
import type { Timers } from '../timers.ts';
import { KIND, MEDIUM, NO_TRACKS, SOURCES, type Source, type Taken, type Tracks } from './call-view.ts';
import type { CallRoom } from './transport.ts';

export interface OwnOptions {
  readonly room: CallRoom;
  readonly timers: Timers;
  readonly muted: boolean;
  /** You are in the call: what is said of it is heard. */
  readonly isIn: () => boolean;
  /** From now on this goes to the others. */
  readonly send: (source: Source, track: MediaStreamTrack | null) => void;
  readonly taken: (taken: Taken) => void;
  readonly changed: () => void;
}

interface Given {
  readonly track: MediaStreamTrack;
  readonly forget: () => void;
}

/** ms between two words on whether you speak. */
const SPEAKING_EVERY = 1_000;

const sourcesOf = (media: Media): readonly Source[] => SOURCES.filter((source) => MEDIUM[source] === media);

/** A mistake of whoever wrote the page, and no case that happens. */
function check(source: Source, track: MediaStreamTrack | null): void {
  if (track !== null && track.kind !== KIND[source])
    throw new TypeError(`unable to send this as ${source}; it needs a track of ${KIND[source]}`);
}

/** What a browser is told about a picture whose purpose it can't know. Whoever opened the track may have said better. */
function hint(source: Source, track: MediaStreamTrack): void {
  if (track.contentHint !== '') return;
  if (source === 'screen') track.contentHint = 'detail';
  if (KIND[source] === 'audio') track.contentHint = source === 'microphone' ? 'speech' : 'music';
}

/**
 * What you send. It goes out only once the room has taken the word that it is on, and ends when the room says that it is off. Tracks
 * that were given belong to it: it stops them, so that the light of a camera goes out with the picture.
 */
export class OwnMedia {
  readonly #options: OwnOptions;
  readonly #given = new Map<Source, Given>();
  /** The room knows that it is on. */
  readonly #announced = new Set<Media>();
  /** We have said that it is on, whatever came of it. */
  readonly #told = new Set<Media>();
  /** Each change of a medium has a number; what comes of an older one is of no matter. */
  readonly #turns: Record<Media, number> = { camera: 0, microphone: 0, screen: 0 };
  readonly #offs: readonly (() => void)[];
  #isMuted: boolean;
  #speaks = false;
  /** What the others were told last. */
  #toldSpeaking = false;
  #speakingAt = Number.NEGATIVE_INFINITY;
  #cancelSpeaking: () => void = () => undefined;

  constructor(options: OwnOptions) {
    this.#options = options;
    this.#isMuted = options.muted;
    const { room } = options;
    this.#offs = [
      room.on('media.changed', (event) => this.#heard(event)),
      room.on('media.stopped', ({ members, media }) => {
        if (members.includes(room.state.self.id)) this.#stopped(media, 'room');
      }),
      // What hosts did since is not known, so nothing is on again that one of them may have switched off.
      room.on('resync', () => this.#stopped(MEDIA, 'unknown')),
    ];
  }

  /** What was given and not taken away, the microphone also while it is muted. */
  get tracks(): Tracks {
    const tracks = { ...NO_TRACKS };
    for (const [source, { track }] of this.#given) tracks[source] = track;
    return tracks;
  }

  get isMuted(): boolean {
    return this.#isMuted;
  }

  /** Something is to be on. */
  get isWanted(): boolean {
    return MEDIA.some((media) => this.#isWanted(media));
  }

  /** You speak, and the room knows that the microphone is on. */
  get speaks(): boolean {
    return this.#speaks && this.#announced.has('microphone');
  }

  /** Gives tracks to a medium, null: takes them away, and tells the room. Rejects where the room refuses; then nothing is on. */
  async set(media: Media, tracks: Partial<Tracks>): Promise<void> {
    for (const source of sourcesOf(media)) check(source, tracks[source] ?? null);
    for (const source of sourcesOf(media)) this.#give(source, tracks[source] ?? null);
    await this.#tell(media);
  }

  async mute(isMuted: boolean): Promise<void> {
    if (this.#isMuted === isMuted) return;
    this.#isMuted = isMuted;
    await this.#tell('microphone');
  }

  /**
   * Tells the room in one word of all that is wanted and that it does not know to be on, and of what is on against your will. What
   * is not allowed any more is taken away. Never rejects but on a bug.
   */
  async announce(): Promise<void> {
    this.withdraw();
    const on = MEDIA.filter((media) => this.#isWanted(media) && !this.#announced.has(media));
    const off = MEDIA.filter((media) => !this.#isWanted(media) && this.#told.has(media));
    if (on.length + off.length === 0) return;
    const turns = on.map((media) => [media, this.#turn(media)] as const);
    for (const media of on) this.#told.add(media);
    for (const media of off) this.#told.delete(media);
    const fields = {
      ...Object.fromEntries(on.map((media) => [media, true])),
      ...Object.fromEntries(off.map((media) => [media, false])),
    };
    const { room, timers } = this.#options;
    const error = await patiently(
      timers,
      () => room.setMedia(fields),
      () => this.#isOnline && turns.every(([media, turn]) => turn === this.#turns[media]),
    );
    for (const [media, turn] of turns) {
      if (turn !== this.#turns[media]) this.#overtaken(media, error);
      else if (error === null) this.#confirmed(media);
      else if (this.#isOnline) this.take(media, 'room', error);
    }
  }

  /** The room knows of nothing any more: what was announced ended with the session. It goes on to be sent. */
  forget(): void {
    this.#announced.clear();
    this.#told.clear();
    this.#toldSpeaking = false;
  }

  /** You are not in: nothing is on, and what was given waits for the next try. */
  withhold(): void {
    const isKnown = this.#told.size > 0;
    this.forget();
    for (const media of MEDIA) {
      this.#turn(media);
      this.#send(media);
    }
    if (isKnown)
      void caught(this.#options.room.setMedia({ camera: false, microphone: false, screen: false }));
  }

  /** Takes away what you may not use any more. */
  withdraw(): void {
    const { self, policy } = this.#options.room.state;
    for (const media of MEDIA) {
      // What the room is being asked for just now it answers itself.
      const isAsked = this.#told.has(media) && !this.#announced.has(media);
      if (this.#has(media) && !isAsked && !can(self, policy, media)) this.take(media, 'room');
    }
  }

  /** Switches something off for good: on again it needs another track. */
  take(media: Media, reason: Taken['reason'], error: ParleyError | null = null): void {
    if (!this.#has(media)) return;
    this.#turn(media);
    for (const source of sourcesOf(media)) this.#give(source, null);
    this.#announced.delete(media);
    if (reason !== 'ended') this.#told.delete(media);
    this.#send(media);
    this.#options.taken({ media, reason, error });
    this.#options.changed();
  }

  /** You speak, or not any more. The room is told, at most once a second. */
  setSpeaking(speaks: boolean): void {
    if (this.#speaks === speaks) return;
    this.#speaks = speaks;
    this.#tellSpeaking();
    this.#options.changed();
  }

  close(): void {
    for (const off of this.#offs) off();
    this.#cancelSpeaking();
    for (const media of MEDIA) {
      this.#turn(media);
      for (const source of sourcesOf(media)) this.#give(source, null);
    }
  }

  get #isOnline(): boolean {
    return this.#options.room.state.connection.status === 'online';
  }

  #turn(media: Media): number {
    this.#turns[media] += 1;
    return this.#turns[media];
  }

  #has(media: Media): boolean {
    return sourcesOf(media).some((source) => this.#given.has(source));
  }

  #isWanted(media: Media): boolean {
    return this.#has(media) && !(media === 'microphone' && this.#isMuted);
  }

  #give(source: Source, track: MediaStreamTrack | null): void {
    const before = this.#given.get(source);
    if (before?.track === track) return;
    before?.forget();
    before?.track.stop();
    this.#given.delete(source);
    // One that has ended already, as of a device that was unplugged just now, tells nobody of it any more.
    if (track === null || track.readyState === 'ended') return;
    hint(source, track);
    const ended = (): void => this.#ended(source);
    track.addEventListener('ended', ended);
    this.#given.set(source, { track, forget: () => track.removeEventListener('ended', ended) });
  }

  /** The device was unplugged, or the browser's own button pressed. Sound of a screen may end alone. */
  #ended(source: Source): void {
    const media = MEDIUM[source];
    if (source === 'screenSound') {
      this.#give(source, null);
      this.#send(media);
      this.#options.changed();
      return;
    }
    const isKnown = this.#announced.has(media);
    this.take(media, 'ended');
    if (isKnown) void caught(this.#tell(media));
  }

  /** Sends what the room knows to be on, and nothing else. */
  #send(media: Media): void {
    const isOn = this.#announced.has(media) && this.#isWanted(media);
    for (const source of sourcesOf(media)) {
      this.#options.send(source, isOn ? (this.#given.get(source)?.track ?? null) : null);
    }
  }

  /**
   * The room has taken the word. Its answer comes behind all that it told by then, so what is not on at this moment was switched
   * off again meanwhile.
   */
  #confirmed(media: Media): void {
    const { self, media: on } = this.#options.room.state;
    if (on.get(self.id)?.[media] !== true) {
      this.take(media, 'room');
      return;
    }
    this.#announced.add(media);
    this.#send(media);
    if (media === 'microphone') this.#tellSpeaking();
    this.#options.changed();
  }

  async #tell(media: Media): Promise<void> {
    const turn = this.#turn(media);
    const isWanted = this.#isWanted(media);
    if (!isWanted) this.#announced.delete(media);
    this.#send(media);
    this.#options.changed();
    // Where you are not in, it is announced as you come in.
    if (!this.#options.isIn() || (isWanted && this.#announced.has(media))) return;
    const error = await this.#say(media, isWanted, turn);
    if (turn !== this.#turns[media]) return isWanted ? this.#overtaken(media, error) : undefined;
    if (error === null) {
      if (isWanted) this.#confirmed(media);
      return;
    }
    // The line has dropped: it is announced as you come in again.
    if (!this.#isOnline) return;
    if (isWanted) {
      for (const source of sourcesOf(media)) this.#give(source, null);
      this.#options.changed();
    }
    throw error;
  }

  /** The room has taken a word that was of use no more when it did: it is not to believe that something is on that was taken away. */
  #overtaken(media: Media, error: ParleyError | null): void {
    if (error !== null || this.#isWanted(media)) return;
    this.#told.delete(media);
    void caught(this.#options.room.setMedia({ [media]: false }));
  }

  /** The room is told in the end, however fast somebody presses a button. */
  #say(media: Media, isOn: boolean, turn: number): Promise<ParleyError | null> {
    if (isOn) this.#told.add(media);
    else this.#told.delete(media);
    const { room, timers } = this.#options;
    return patiently(
      timers,
      () => room.setMedia({ [media]: isOn }),
      () => turn === this.#turns[media] && this.#isOnline,
    );
  }

  #heard({ member, by, ...media }: RoomEvent<'media.changed'>): void {
    const { self } = this.#options.room.state;
    if (member !== self.id || !this.#options.isIn()) return;
    // What we have said ourselves is known.
    if (by === self.id) return;
    for (const one of MEDIA) if (!media[one] && this.#announced.has(one)) this.take(one, 'room');
  }

  /** While you are in, what is on is told by `media.changed`. What you hold back yourself was not on, and stays as it is. */
  #stopped(media: readonly Media[], reason: Taken['reason']): void {
    if (this.#options.isIn()) return;
    for (const one of media) if (this.#isWanted(one)) this.take(one, reason);
  }

  #tellSpeaking(): void {
    this.#cancelSpeaking();
    const { timers, room, isIn } = this.#options;
    const wait = this.#speakingAt + SPEAKING_EVERY - timers.now();
    if (wait > 0) {
      this.#cancelSpeaking = timers.after(wait, () => this.#tellSpeaking());
      return;
    }
    const { speaks } = this;
    // With the microphone the room switches it off by itself.
    if (!this.#announced.has('microphone')) this.#toldSpeaking = false;
    if (speaks === this.#toldSpeaking || !isIn()) return;
    this.#toldSpeaking = speaks;
    this.#speakingAt = timers.now();
    // It is of the moment: where it does not arrive, the next one does.
    void caught(room.setMedia({ speaking: speaks }));
  }
}

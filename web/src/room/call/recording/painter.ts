import type { CallView } from '../../../../../src/client/call/index.ts';
import { initialOf } from '../../../ui/person.ts';
import { largeOf, tilesOf } from '../tiles.ts';
import { every } from './clock.ts';
import { coverOf, HEIGHT, type Place, placesOf, WIDTH } from './frame.ts';

/** Pictures a second: enough for faces and slides. */
const RATE = 20;
/** The same in both looks of the page: nobody knows in which one it will be watched. */
const COLOURS = { ground: '#101719', tile: '#1d2629', ink: '#eef2f2', plate: 'rgb(16 23 25 / 0.8)' } as const;

/** What is to be seen at this moment. */
export interface Scene {
  readonly view: CallView;
  readonly self: string;
  readonly spotlight: string | null;
  readonly nameOf: (member: string) => string;
}

/** Draws the call into a picture of its own, whatever of it the page shows: the tiles of everybody, with their names. */
export class Painter {
  readonly track: MediaStreamTrack;
  readonly #context: CanvasRenderingContext2D;
  readonly #scene: () => Scene;
  readonly #videos = new Map<MediaStreamTrack, HTMLVideoElement>();
  readonly #stop: () => void;

  /** Throws where the browser can't. `fail` is told when it can't go on. */
  constructor(scene: () => Scene, fail: () => void) {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [WIDTH, HEIGHT];
    const context = canvas.getContext('2d', { alpha: false });
    const [track] = canvas.captureStream(RATE).getVideoTracks();
    if (context === null || track === undefined) throw new Error('unable to record; there is no canvas');
    this.#context = context;
    this.track = track;
    this.#scene = scene;
    this.#draw();
    // Not by frames of the page: in a tab at the back there are none.
    this.#stop = every(1_000 / RATE, () => {
      try {
        this.#draw();
      } catch {
        fail();
      }
    });
  }

  close(): void {
    this.#stop();
    this.track.stop();
    this.#keepVideos(new Set());
  }

  #draw(): void {
    const { view, self, spotlight, nameOf } = this.#scene();
    const trackOf = ({ tile: { member, kind } }: Place): MediaStreamTrack | null => {
      const theirs = member === self ? view.self : view.members.get(member);
      return theirs?.[kind === 'screen' ? 'screen' : 'camera'] ?? null;
    };
    const places = placesNow(view, self, spotlight);
    this.#keepVideos(new Set(places.flatMap((place) => trackOf(place) ?? [])));
    this.#fill(COLOURS.ground, { x: 0, y: 0, width: WIDTH, height: HEIGHT });
    for (const place of places) {
      const track = trackOf(place);
      const video = track === null ? undefined : this.#videos.get(track);
      this.#tile(place, video ?? null, nameOf(place.tile.member));
    }
  }

  #tile(place: Place, video: HTMLVideoElement | null, name: string): void {
    this.#fill(COLOURS.tile, place);
    if ((video === null || !this.#picture(place, video)) && place.tile.kind === 'person')
      this.#write(initialOf(name), place.x + place.width / 2, place.y + place.height / 2, 48, 'center');
    this.#label(place, name);
  }

  /** false: there is none yet, or it can't be drawn; that is no reason to lose the others. */
  #picture(place: Place, video: HTMLVideoElement): boolean {
    const { videoWidth: width, videoHeight: height } = video;
    if (width === 0) return false;
    const [from, to] = coverOf({ width, height }, place, place.tile.kind === 'screen');
    try {
      this.#context.drawImage(
        video,
        ...([from.x, from.y, from.width, from.height] as const),
        ...([to.x, to.y, to.width, to.height] as const),
      );
      return true;
    } catch {
      return false;
    }
  }

  #label({ x, y, width, height }: Place, name: string): void {
    const context = this.#context;
    context.font = fontOf(18);
    const most = width - 32;
    const wide = Math.min(most, context.measureText(name).width);
    this.#fill(COLOURS.plate, { x: x + 8, y: y + height - 36, width: wide + 16, height: 28 });
    this.#write(name, x + 16, y + height - 22, 18, 'left', most);
  }

  #write(text: string, x: number, y: number, size: number, align: CanvasTextAlign, most?: number): void {
    const context = this.#context;
    context.font = fontOf(size);
    context.fillStyle = COLOURS.ink;
    context.textAlign = align;
    context.textBaseline = 'middle';
    context.fillText(text, x, y, most);
  }

  #fill(colour: string, { x, y, width, height }: Omit<Place, 'tile'>): void {
    this.#context.fillStyle = colour;
    this.#context.fillRect(x, y, width, height);
  }

  /** A player for each track that is drawn, and none for others. */
  #keepVideos(tracks: ReadonlySet<MediaStreamTrack>): void {
    for (const [track, video] of this.#videos) {
      if (tracks.has(track)) continue;
      video.srcObject = null;
      this.#videos.delete(track);
    }
    for (const track of tracks) {
      if (this.#videos.has(track)) continue;
      const video = document.createElement('video');
      video.muted = true;
      video.playsInline = true;
      video.srcObject = new MediaStream([track]);
      // What does not play is not drawn.
      video.play().catch(() => undefined);
      this.#videos.set(track, video);
    }
  }
}

const fontOf = (size: number): string => `${size}px system-ui, sans-serif`;

function placesNow(view: CallView, self: string, spotlight: string | null): readonly Place[] {
  const people = Array.from(view.members, ([id, one]) => ({
    id,
    camera: one.camera !== null,
    screen: one.screen !== null,
    spoke: 0,
  }));
  const own = { id: self, camera: view.self.camera !== null, screen: view.self.screen !== null, spoke: 0 };
  const tiles = tilesOf([...people, own], self, spotlight);
  // For those who watch it later one's own screen is as good as any.
  const screen = tiles.find(({ kind }) => kind === 'screen') ?? null;
  return placesOf(tiles, screen ?? largeOf(tiles, { self, pinned: null, spotlight, speaker: undefined }));
}

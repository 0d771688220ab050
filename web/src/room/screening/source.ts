import type { RoomConnection } from '../../../../src/client/index.ts';
import type { WatchFailure, WatchItem, WatchSource } from '../../../../src/protocol/index.ts';
import { loadPart } from '../../app/load-part.ts';
import { HLS } from './kinds.ts';

/** Why something can't be watched. live: it has no end, or does not say where; there is no place in it that is the same for all. */
export type SourceFault = WatchFailure | 'live';

type OnFailure = (reason: SourceFault) => void;

/** Takes the source away again. */
type Detach = () => void;

/** Plays a list of pieces in a browser that can't by itself. What it takes is loaded when it is needed, and not before. */
async function attachHls(player: HTMLMediaElement, url: string, onFailure: OnFailure): Promise<Detach> {
  const { default: Hls } = await loadPart(() => import('hls.js'));
  if (!Hls.isSupported()) {
    onFailure('unsupported');
    return () => undefined;
  }
  // Its worker would have to be started from a blob, which the page allows nobody. What is live is to be told from what ends.
  const hls = new Hls({ enableWorker: false, liveDurationInfinity: true });
  hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
    if (!fatal) return;
    onFailure(type === Hls.ErrorTypes.NETWORK_ERROR ? 'unreachable' : 'broken');
    hls.destroy();
  });
  hls.loadSource(url);
  hls.attachMedia(player);
  return () => hls.destroy();
}

/** Whether it comes from the server of this page. */
export const isOwn = (url: string): boolean => new URL(url, location.href).origin === location.origin;

/** Gives a player what is at an address. */
export async function attach(
  player: HTMLMediaElement,
  url: string,
  type: string,
  onFailure: OnFailure,
): Promise<Detach> {
  // Files of the room end, also where they don't say it: recordings of browsers.
  if (isOwn(url)) return attachSource(player, url, type, onFailure);
  const look = (): void => {
    if (player.duration === Number.POSITIVE_INFINITY) onFailure('live');
  };
  player.addEventListener('durationchange', look);
  const detach = await attachSource(player, url, type, onFailure);
  return () => {
    player.removeEventListener('durationchange', look);
    detach();
  };
}

async function attachSource(
  player: HTMLMediaElement,
  url: string,
  type: string,
  onFailure: OnFailure,
): Promise<Detach> {
  if (type === HLS && player.canPlayType(HLS) === '') return attachHls(player, url, onFailure);
  player.src = url;
  return () => {
    player.removeAttribute('src');
    player.load();
  };
}

/** Where the bytes of something on the list are. Addresses of files are good for hours, and asked for each time. */
export const addressOf = async (room: RoomConnection, source: WatchSource): Promise<string> =>
  source.kind === 'file' ? room.mediaUrl(source.file) : source.url;

/** What one player is given, one source after another. */
export class Source {
  readonly #room: RoomConnection;
  readonly #player: HTMLMediaElement;
  readonly #onFailure: (reason: WatchFailure) => void;
  #detach: Detach = () => undefined;
  /** Each source has a number; an older one that comes late is not taken any more. */
  #number = 0;

  constructor(room: RoomConnection, player: HTMLMediaElement, onFailure: (reason: WatchFailure) => void) {
    this.#room = room;
    this.#player = player;
    this.#onFailure = onFailure;
  }

  /** Resolves when the player has it; rejects where it can't. null: nothing. */
  async load(item: Pick<WatchItem, 'source' | 'type'> | null): Promise<void> {
    this.#number += 1;
    const number = this.#number;
    this.#detach();
    this.#detach = () => undefined;
    if (item === null) return;
    const url = await addressOf(this.#room, item.source);
    if (number !== this.#number) return;
    const detach = await attach(this.#player, url, item.type, (reason) => {
      if (number === this.#number) this.#onFailure(reason === 'live' ? 'unsupported' : reason);
    });
    // It was given another one while this was loaded.
    if (number === this.#number) this.#detach = detach;
    else detach();
  }

  close(): void {
    this.#number += 1;
    this.#detach();
    this.#detach = () => undefined;
  }
}

import type { IceResponse } from '../../protocol/ice.ts';
import { ParleyError } from '../http.ts';
import { isText, listOf, optional, shape } from '../shape.ts';
import type { Timers } from '../timers.ts';
import type { CallRoom } from './transport.ts';

/**
 * ms for which servers are used for new connections before they are asked for anew: far below the time that their credentials are
 * good for, whatever this machine's clock says.
 */
const FRESH = 600_000;

const isServer = shape<IceResponse['iceServers'][number]>({
  urls: listOf(isText),
  username: optional(isText),
  credential: optional(isText),
});
const isIce = shape<IceResponse>({ iceServers: listOf(isServer) });

/** STUN and TURN servers of a room. */
export class IceServers {
  readonly #room: Pick<CallRoom, 'calling'>;
  readonly #timers: Timers;
  #known: RTCIceServer[] = [];
  #until = Number.NEGATIVE_INFINITY;
  #asking: Promise<RTCIceServer[]> | null = null;

  constructor(room: Pick<CallRoom, 'calling'>, timers: Timers) {
    this.#room = room;
    this.#timers = timers;
  }

  /** Never rejects: where they can't be asked for, those that are known are tried, and the next connection asks again. */
  readonly get = (): Promise<RTCIceServer[]> => {
    if (this.#timers.now() < this.#until) return Promise.resolve(this.#known);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  };

  async #ask(): Promise<RTCIceServer[]> {
    try {
      const { iceServers } = await this.#room.calling.request({ method: 'GET', path: '/ice' }, isIce);
      this.#known = iceServers.map(({ urls, username, credential }) => ({
        urls,
        ...(username === undefined ? {} : { username }),
        ...(credential === undefined ? {} : { credential }),
      }));
      this.#until = this.#timers.now() + FRESH;
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
    }
    return this.#known;
  }
}

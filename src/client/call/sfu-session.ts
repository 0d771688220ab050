import type { Media } from '../../protocol/permissions.ts';
import type {
  SfuCloseResponse,
  SfuPublishResponse,
  SfuSessionResponse,
  SfuSubscribeResponse,
} from '../../protocol/sfu.ts';
import { isRecord, isText, listOf, nullable, optional, shape } from '../shape.ts';
import type { CallRoom } from './transport.ts';

const isBegun = shape<SfuSessionResponse>({ session: isText });
const isPublished = shape<SfuPublishResponse>({
  sdp: isText,
  tracks: listOf(shape<SfuPublishResponse['tracks'][number]>({ mid: isText, track: isText })),
});
const isSubscribed = shape<SfuSubscribeResponse>({
  sdp: nullable(isText),
  tracks: listOf(
    shape<SfuSubscribeResponse['tracks'][number]>({
      member: isText,
      track: isText,
      mid: optional(isText),
      error: optional(isText),
    }),
  ),
});
const isClosed = shape<SfuCloseResponse>({ sdp: nullable(isText) });

/** A track of somebody, and the size of it that is preferred (`f`, `h`, `q`); absent: there is one only. */
export interface Wanted {
  readonly member: string;
  readonly track: string;
  readonly rid?: string;
}

/** This page's connection to the SFU, as the room's server speaks for it. All calls reject with a ParleyError. */
export class SfuSession {
  readonly #room: Pick<CallRoom, 'calling' | 'state'>;
  readonly id: string;

  private constructor(room: Pick<CallRoom, 'calling' | 'state'>, id: string) {
    this.#room = room;
    this.id = id;
  }

  /** Begins one, in the call with this id. Another one of yours ends. */
  static async begin(room: Pick<CallRoom, 'calling' | 'state'>, call: string): Promise<SfuSession> {
    const request = { method: 'POST', path: '/sfu/sessions', json: { call } } as const;
    return new SfuSession(room, (await room.calling.request(request, isBegun)).session);
  }

  publish(sdp: string, tracks: readonly { readonly mid: string; readonly media: Media }[]) {
    return this.#post('publish', { sdp, tracks }, isPublished);
  }
  subscribe(tracks: readonly Wanted[]) {
    return this.#post('subscribe', { tracks }, isSubscribed);
  }
  answer(sdp: string): Promise<object> {
    return this.#post('answer', { sdp }, isRecord);
  }
  prefer(tracks: readonly (Wanted & { readonly mid: string; readonly rid: string })[]): Promise<object> {
    return this.#post('layers', { tracks }, isRecord);
  }
  /** Rejects with `sfu_session_unknown` where it has ended. Asks for another size of nothing, for which nobody asks the SFU. */
  check(): Promise<object> {
    const nothing = { mid: '0', member: this.#room.state.self.id, track: '-', rid: 'f' };
    return this.prefer([nothing]);
  }
  /** Ends sections at the SFU. `sdp`: an offer in which they are stopped, which is answered; without one they stay as they are. */
  close(mids: readonly string[], sdp?: string) {
    return this.#post('close', { mids, ...(sdp === undefined ? {} : { sdp }) }, isClosed);
  }

  #post<T>(what: string, json: object, is: (value: unknown) => value is T): Promise<T> {
    return this.#room.calling.request({ method: 'POST', path: `/sfu/sessions/${this.id}/${what}`, json }, is);
  }
}

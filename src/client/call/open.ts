import { ParleyError } from '../http.ts';
import { Call, type CallOptions } from './call.ts';
import type { CallRoom, PeerConnectionConstructor } from './transport.ts';

const NO_WEBRTC =
  'unable to be in a call here; this program has no WebRTC, use a browser or give `peerConnection`';

/** An id as the room takes it: `c_` and 22 base64url characters, 128 random bits. */
function drawId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const text = btoa(String.fromCharCode(...bytes));
  return `c_${text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/**
 * Comes into the call of a room: what is given to it goes to the others who are in it, and theirs is in `state`. It goes on over
 * drops of the connection to the room. One call for a room at a time.
 *
 * Throws a ParleyError `no_webrtc` where there is no RTCPeerConnection. Whether you are let in is in `state.status`.
 */
export function openCall(room: CallRoom, options: CallOptions = {}): Call {
  const peerConnection = options.peerConnection ?? thePeerConnection();
  if (peerConnection === null) throw new ParleyError('no_webrtc', { message: NO_WEBRTC });
  return new Call(room, peerConnection, drawId(), options);
}

const thePeerConnection = (): PeerConnectionConstructor | null =>
  typeof RTCPeerConnection === 'undefined' ? null : RTCPeerConnection;

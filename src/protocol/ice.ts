import * as v from 'valibot';
import { TimeSchema } from './define.ts';

/** What a browser's RTCPeerConnection takes: addresses of one STUN or TURN server, and how to get in. */
export const IceServerSchema = v.object({
  urls: v.array(v.string()),
  username: v.optional(v.string()),
  credential: v.optional(v.string()),
});
export type IceServer = v.InferOutput<typeof IceServerSchema>;

/**
 * GET /v1/rooms/:code/ice. Servers that help two browsers to find a way to each other; none where the operator set
 * none, and then only those reach each other who need no help. Ask anew before `expiresAt`.
 */
export const IceResponseSchema = v.object({ iceServers: v.array(IceServerSchema), expiresAt: TimeSchema });
export type IceResponse = v.InferOutput<typeof IceResponseSchema>;

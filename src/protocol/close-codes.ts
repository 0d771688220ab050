interface CloseSpec {
  readonly code: number;
  readonly comeBack: boolean;
  readonly reason: string;
}

/** 4000 to 4099: come back and resume. 4100 to 4199: don't come back by yourself. */
export const CLOSE = {
  too_slow: { code: 4000, comeBack: true, reason: 'too slow for too long; come back and resume' },
  silent: { code: 4001, comeBack: true, reason: 'not heard of for too long; come back and resume' },
  restart: { code: 4002, comeBack: true, reason: 'the room restarts; come back and resume' },
  left: { code: 4100, comeBack: false, reason: 'you have left' },
  replaced: { code: 4101, comeBack: false, reason: 'you connected from somewhere else' },
  ended: { code: 4102, comeBack: false, reason: 'the meeting has ended' },
  errors: { code: 4103, comeBack: false, reason: 'too many frames in error' },
  flood: { code: 4104, comeBack: false, reason: 'too many frames' },
  removed: { code: 4106, comeBack: false, reason: 'you were removed; you may join again' },
  banned: { code: 4107, comeBack: false, reason: 'you were removed for good' },
  refused: { code: 4108, comeBack: false, reason: 'the host did not let you in' },
  signed_out: { code: 4109, comeBack: false, reason: 'you are signed out here; log in again' },
  too_large: { code: 4105, comeBack: false, reason: 'a frame far over the limit' },
} as const satisfies Record<string, CloseSpec>;

export type CloseName = keyof typeof CLOSE;

/** Normal closure, and codes that blame what the client sent (RFC 6455, 7.4.1): doing the same again can't help. */
const FINAL: readonly number[] = [1000, 1002, 1003, 1007, 1008, 1009];

/**
 * Whether a client should reconnect after this close code. Codes that are not ours come from the network or the
 * platform: come back after those (1001, 1006, 1012 and so on) that don't say that the client itself is at fault.
 */
export const shouldComeBack = (code: number): boolean =>
  !FINAL.includes(code) && (code < 4100 || code > 4199);

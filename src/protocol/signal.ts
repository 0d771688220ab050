import * as v from 'valibot';
import { CallStayIdSchema } from './call.ts';
import { defineCommand, defineEvent } from './define.ts';
import { MemberIdSchema } from './ids.ts';
import { LIMITS } from './limits.ts';
import { MEDIA } from './permissions.ts';

const oneLine = (limit: number) =>
  v.pipe(
    v.string(),
    v.maxLength(limit, `must be at most ${limit} characters`),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: keeping them out is the purpose.
    v.regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line'),
  );

/** What each section that sends is, by its mid. */
export const SectionMediaSchema = v.pipe(
  v.record(oneLine(LIMITS.midLength), v.picklist(MEDIA)),
  v.check(
    (media) => Object.keys(media).length <= LIMITS.signalSections,
    `must hold at most ${LIMITS.signalSections} sections`,
  ),
);

/** What browsers say to each other to connect: RTCSessionDescription and RTCIceCandidate, as their `toJSON` gives them. */
export const SignalSchema = v.variant('kind', [
  v.object({
    kind: v.literal('description'),
    type: v.picklist(['offer', 'answer']),
    sdp: v.pipe(v.string(), v.maxLength(LIMITS.sdpLength, `must be at most ${LIMITS.sdpLength} characters`)),
    media: SectionMediaSchema,
    /**
     * Which offer it is, or answers: whoever offers counts theirs, and an answer repeats the number. An offer that is said again may
     * be answered twice, and the second answer must not pass for that to the next offer.
     */
    offer: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  }),
  v.object({
    kind: v.literal('candidate'),
    /** Empty: there are no more. */
    candidate: v.pipe(
      oneLine(LIMITS.candidateLength),
      v.regex(/^(candidate:.+)?$/, 'must begin with candidate:, or be empty'),
    ),
    sdpMid: v.optional(v.nullable(oneLine(LIMITS.midLength)), null),
    sdpMLineIndex: v.optional(
      v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LIMITS.signalSections))),
      null,
    ),
    usernameFragment: v.optional(v.nullable(oneLine(LIMITS.fragmentLength)), null),
  }),
]);
export type Signal = v.InferOutput<typeof SignalSchema>;

export const signalCommands = {
  'signal.send': defineCommand({
    kind: 'ephemeral',
    rate: 'signal',
    fields: {
      to: MemberIdSchema,
      /** Your own id in the call. */
      call: CallStayIdSchema,
      /** Theirs, as you know it. */
      peer: CallStayIdSchema,
      signal: SignalSchema,
    },
  }),
};

export const signalEvents = {
  'signal.sent': defineEvent({
    class: 'ephemeral',
    fields: {
      /** Theirs. */
      call: CallStayIdSchema,
      /** Yours, as they know it. One that is yours no more: it was for your page before. */
      peer: CallStayIdSchema,
      signal: SignalSchema,
    },
  }),
};

import type { Source } from './call-view.ts';

/**
 * Sizes of a camera's picture by height, each with the rate from which it is worth its pixels and the rate that it gains nothing
 * above, in bit/s: those that libwebrtc gives a layer of VP8 (`kSimulcastFormatsVP8` in video/config/simulcast.cc, target and max).
 */
const FORMATS = [
  { height: 720, from: 2_500_000, most: 2_500_000 },
  { height: 540, from: 1_200_000, most: 1_200_000 },
  { height: 360, from: 500_000, most: 700_000 },
  { height: 270, from: 350_000, most: 450_000 },
] as const;
const SMALLEST = { height: 180, most: 200_000 } as const;

/**
 * bit/s that all connections together may take up for pictures, where each goes to each: two at full size. It is a ceiling, not a
 * demand: below it the browser's congestion control finds what the line bears. Our own choice.
 */
const UPLINK = 5_000_000;
/** bit/s of a shared screen in the worst case: `min` of libwebrtc's format of 720 lines; below it text can't be read in motion. */
const SCREEN_LEAST = 600_000;
/** RFC 7587, section 3.1.1: 28 to 40 kbit/s for speech of full band, 64 to 128 for music in stereo. */
const SPEECH = 40_000;
const MUSIC = 128_000;

/** What a sender is told about what it sends. */
export interface Encoding {
  /** bit/s */
  readonly maxBitrate: number;
  /** By how much the picture is made smaller; 1: not at all. Only of cameras. */
  readonly scaleResolutionDownBy?: number;
  /** Sound comes first where not all fits. */
  readonly priority: RTCPriorityType;
  readonly networkPriority: RTCPriorityType;
}

function cameraOf(share: number, height: number): Encoding {
  const format = FORMATS.find(({ from }) => from <= share);
  const size = format ?? SMALLEST;
  return {
    maxBitrate: Math.floor(Math.min(share, size.most)),
    scaleResolutionDownBy: Math.max(1, height / size.height),
    priority: 'low',
    networkPriority: 'low',
  };
}

/**
 * How a source is sent to each of so many (`receivers`, at least one). `height`: of the picture that the camera gives, in pixels.
 * With one or two receivers 720 lines and 2.5 Mbit/s each, with three or four 540 and 1.2, with five to ten 360 and 0.7 to 0.5,
 * with more 270 and then 180.
 */
export function encodingOf(source: Source, receivers: number, height = 720): Encoding {
  const share = UPLINK / Math.max(1, receivers);
  switch (source) {
    case 'microphone':
      return { maxBitrate: SPEECH, priority: 'high', networkPriority: 'high' };
    case 'screenSound':
      return { maxBitrate: MUSIC, priority: 'high', networkPriority: 'high' };
    case 'camera':
      return cameraOf(share, height);
    case 'screen':
      return {
        maxBitrate: Math.floor(Math.min(2_500_000, Math.max(SCREEN_LEAST, share))),
        priority: 'medium',
        networkPriority: 'medium',
      };
    default:
      return source satisfies never;
  }
}

/** Tells a sender; where it does so already, can't be told yet or can't do it, nothing happens. */
export async function encode(sender: RTCRtpSender, encoding: Encoding): Promise<void> {
  const parameters = sender.getParameters();
  const [first] = parameters.encodings;
  if (first === undefined || isSame(first, encoding)) return;
  Object.assign(first, encoding);
  try {
    await sender.setParameters(parameters);
  } catch (error) {
    // A wish that this browser does not fulfil, or not now; it sends as it thinks best.
    if (!(error instanceof DOMException)) throw error;
  }
}

const isSame = (a: RTCRtpEncodingParameters, b: Encoding): boolean =>
  a.maxBitrate === b.maxBitrate &&
  (b.scaleResolutionDownBy === undefined || a.scaleResolutionDownBy === b.scaleResolutionDownBy) &&
  a.priority === b.priority &&
  a.networkPriority === b.networkPriority;

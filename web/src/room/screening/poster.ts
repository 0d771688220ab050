import { LIMITS } from '../../../../src/protocol/index.ts';

/** The largest size of a picture in the list, in pixels. */
const WIDTH = 320;
const HEIGHT = 180;

/** Qualities of a JPEG that are tried, one after another, until it is short enough. */
const QUALITIES = [0.8, 0.65, 0.5, 0.35, 0.2] as const;

/** The size at which a picture of this size is kept; it is never made larger. */
export function posterSize(
  width: number,
  height: number,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, WIDTH / width, HEIGHT / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The best that is short enough for the room; undefined: none is. `encode` makes a `data:` URL of a quality. */
export function shortEnough(encode: (quality: number) => string): string | undefined {
  for (const quality of QUALITIES) {
    const url = encode(quality);
    if (url.startsWith('data:image/') && url.length <= LIMITS.posterLength) return url;
  }
  return undefined;
}

/** A small picture of what a video shows now; undefined: it shows nothing, or its server lets no page read it. */
export function posterOf(video: HTMLVideoElement): string | undefined {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0 || videoHeight === 0) return undefined;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, posterSize(videoWidth, videoHeight));
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  try {
    return shortEnough((quality) => canvas.toDataURL('image/jpeg', quality));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'SecurityError') return undefined;
    throw error;
  }
}

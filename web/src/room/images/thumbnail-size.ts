/** The largest a thumbnail gets, in CSS pixels. */
const MOST = { width: 320, height: 240 } as const;
const LEAST = 48;

/** The size of a thumbnail: the picture's proportions, never larger than the picture or the limit. */
export function thumbnailSize({ width, height }: { readonly width: number; readonly height: number }): {
  readonly width: number;
  readonly height: number;
} {
  if (width <= 0 || height <= 0) return { width: MOST.height, height: MOST.height };
  const scale = Math.min(1, MOST.width / width, MOST.height / height);
  return {
    width: Math.max(LEAST, Math.round(width * scale)),
    height: Math.max(LEAST, Math.round(height * scale)),
  };
}

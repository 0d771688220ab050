const two = (part: number): string => String(part).padStart(2, '0');

/** A length or place of a film, given in ms, as on its clock: 4:05, or 1:04:05. */
export function showTime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** A stretch of a film, as shares of the whole: 0 to 1. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What is loaded of something that is `duration` ms long. Media elements count in seconds. */
export function stretchesOf(
  ranges: Pick<TimeRanges, 'length' | 'start' | 'end'>,
  duration: number,
): readonly Stretch[] {
  const share = (seconds: number): number => Math.min(1, Math.max(0, (seconds * 1_000) / duration));
  return Array.from({ length: ranges.length }, (_, index) => ({
    from: share(ranges.start(index)),
    to: share(ranges.end(index)),
  })).filter(({ from, to }) => to > from);
}

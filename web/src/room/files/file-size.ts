const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Bytes as people read them: 1.5 MB. A thousand to the next unit, as on the label of a disk. */
export function formatSize(locale: string, bytes: number): string {
  const power = bytes < 1_000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const unit = UNITS[power] ?? 'byte';
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    // The short form of bytes has no plural.
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(bytes / 1_000 ** power);
}

/** How long something still takes, as a key of the texts and a number; ms. Rounded up: sooner is better than later. */
export function timeLeft(ms: number): {
  readonly key: 'seconds' | 'minutes' | 'hours';
  readonly count: number;
} {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  if (seconds < 90) return { key: 'seconds', count: seconds };
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? { key: 'minutes', count: minutes } : { key: 'hours', count: Math.ceil(minutes / 60) };
}

/** What a User-Agent says in words that people know; null where it does not say it. */
export interface DeviceName {
  readonly browser: string | null;
  readonly system: string | null;
}

type Marks = readonly (readonly [mark: RegExp, name: string])[];

/** The first mark that is found decides: nearly all browsers also call themselves Chrome or Safari. */
const BROWSERS: Marks = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Vivaldi\//, 'Vivaldi'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\/|Chromium\//, 'Chrome'],
  [/Version\/.*Safari\//, 'Safari'],
  [/\bNode\.js\b|^node\b/, 'Node.js'],
  [/^curl\//, 'curl'],
];

/** An iPad may call itself a Mac, and an Android also names Linux. */
const SYSTEMS: Marks = [
  [/iPhone|iPod/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/CrOS/, 'ChromeOS'],
  [/Windows/, 'Windows'],
  [/Macintosh|Mac OS X/, 'macOS'],
  [/Linux|X11/, 'Linux'],
];

const find = (marks: Marks, text: string): string | null =>
  marks.find(([mark]) => mark.test(text))?.[1] ?? null;

export const readDevice = (userAgent: string): DeviceName => ({
  browser: find(BROWSERS, userAgent),
  system: find(SYSTEMS, userAgent),
});

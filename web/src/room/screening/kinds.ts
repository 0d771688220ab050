import { type ADDRESS_TYPES, isPlayable } from '../../../../src/protocol/index.ts';

export type AddressType = (typeof ADDRESS_TYPES)[number];

/** HLS: a list of pieces, which not every browser plays by itself. */
export const HLS = 'application/vnd.apple.mpegurl' satisfies AddressType;

/** What they are called: keys of texts. */
export const TYPE_NAMES = {
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'audio/mpeg': 'mp3',
  [HLS]: 'hls',
} as const satisfies Record<AddressType, string>;

/** Subtitles. */
export const WEBVTT = 'text/vtt';

/** Whether a file of this type can be put on the list. */
export const isWatchable = (type: string): boolean => isPlayable(type) && /^(video|audio)\//.test(type);

export const isAudio = (type: string): boolean => type.startsWith('audio/');

const ENDINGS: Readonly<Record<string, AddressType>> = {
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  webm: 'video/webm',
  mp3: 'audio/mpeg',
  m3u8: HLS,
};

/** What an address seems to lead to, by its ending; null: it does not say. */
export function typeOfAddress(text: string): AddressType | null {
  if (!URL.canParse(text)) return null;
  const ending = /\.([a-z0-9]+)$/i.exec(new URL(text).pathname)?.[1] ?? '';
  return ENDINGS[ending.toLowerCase()] ?? null;
}

/** The language in a name such as `film.zh-Hans.vtt`; null: it does not say. */
export function languageOfName(name: string): string | null {
  const tag = /[._-]([a-z]{2,3}(?:-[a-z0-9]{2,8})?)\.vtt$/i.exec(name)?.[1];
  return tag ?? null;
}

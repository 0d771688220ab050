import { GIF } from 'image-size/types/gif';
import { HEIF } from 'image-size/types/heif';
import { JPG } from 'image-size/types/jpg';
import { PNG } from 'image-size/types/png';
import { WEBP } from 'image-size/types/webp';
import { IMAGE_TYPES, type ImageType } from '../protocol/index.ts';

/** Bytes from which `sniffType` can tell every type, where a picture has as many. */
export const SNIFF_BYTES = 64;

/** More pixels on a side, or more of them in all, and the phone that shows the picture runs out of memory. */
const MAX_SIDE = 30_000;
const MAX_PIXELS = 100_000_000;

/**
 * Bytes of the beginning in which the dimensions must be. A JPEG's may stand behind colour profiles and a preview. An
 * AVIF's stand at the front, and reading boxes takes time that grows with the square of their number.
 */
export const HEADER_BYTES: Readonly<Record<ImageType, number>> = {
  'image/jpeg': 262_144,
  'image/png': 64,
  'image/webp': 64,
  'image/gif': 64,
  'image/avif': 16_384,
};

const startsWith = (bytes: Uint8Array, text: string, at = 0): boolean => {
  if (bytes.byteLength < at + text.length) return false;
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
};

/** The brands in an ISO media file's first box (ISO/IEC 14496-12, 4.3): the major one, its version, the compatible ones. */
function isAvif(bytes: Uint8Array): boolean {
  if (!startsWith(bytes, 'ftyp', 4)) return false;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const end = Math.min(size, bytes.byteLength) - 3;
  const isBrand = (at: number) => startsWith(bytes, 'avif', at) || startsWith(bytes, 'avis', at);
  if (isBrand(8)) return true;
  // The generic brands of pictures and sequences; which codec is inside, the compatible ones say.
  if (!startsWith(bytes, 'mif1', 8) && !startsWith(bytes, 'msf1', 8)) return false;
  for (let at = 16; at < end; at += 4) if (isBrand(at)) return true;
  return false;
}

/** The type of a picture by its first bytes, or null where it is none that we take. */
export function sniffType(bytes: Uint8Array): ImageType | null {
  if (startsWith(bytes, '\xff\xd8\xff')) return 'image/jpeg';
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'image/png';
  if (startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')) return 'image/gif';
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'image/webp';
  return isAvif(bytes) ? 'image/avif' : null;
}

/** Older names that are still sent. */
const ALIASES: ReadonlyMap<string, ImageType> = new Map([
  ['image/jpg', 'image/jpeg'],
  ['image/pjpeg', 'image/jpeg'],
  ['image/x-png', 'image/png'],
  ['image/apng', 'image/png'],
  ['image/avif-sequence', 'image/avif'],
]);

/** What a Content-Type claims: one of our types, nothing in particular ('any'), or something else (null). */
export function readDeclared(contentType: string | null): ImageType | 'any' | null {
  const name = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'application/octet-stream' || name === 'image/*') return 'any';
  return IMAGE_TYPES.find((type) => type === name) ?? ALIASES.get(name) ?? null;
}

export interface Dimensions {
  /** Pixels, as shown: a photo that its EXIF data turns on its side has them swapped. */
  readonly width: number;
  readonly height: number;
}

const READERS = {
  'image/jpeg': JPG,
  'image/png': PNG,
  'image/webp': WEBP,
  'image/gif': GIF,
  'image/avif': HEIF,
};

/** The dimensions in a picture's header, or null where there are none to be found in these bytes. */
export function readDimensions(type: ImageType, bytes: Uint8Array): Dimensions | null {
  // The readers look past the end of a view into the buffer behind it, so they get one of their own.
  const header = bytes.slice(0, HEADER_BYTES[type]);
  const reader = READERS[type];
  try {
    if (type !== 'image/avif' && !reader.validate(header)) return null;
    const { width, height, orientation = 1, images = [] } = reader.calculate(header);
    // An AVIF names its tiles and its preview as well: the picture is the largest.
    const whole = images.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a), {
      width,
      height,
    });
    // EXIF 2.32, tag 274: from 5 on, rows and columns change places.
    return orientation >= 5 ? { width: whole.height, height: whole.width } : whole;
  } catch {
    // Readers throw at headers that are broken or not yet whole.
    return null;
  }
}

/** Whether a screen can be asked to show it. */
export const isPlausible = ({ width, height }: Dimensions): boolean =>
  [width, height].every((side) => Number.isInteger(side) && side >= 1 && side <= MAX_SIDE) &&
  width * height <= MAX_PIXELS;

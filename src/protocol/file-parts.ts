/**
 * Bytes of a part, of every file: 8 MiB. All parts have this size but the last, which has the rest. It is fixed because the
 * hash of a file depends on it. Object stores want equal parts of at least 5 MiB, and at most 10,000 of them.
 */
export const FILE_PART_BYTES = 8_388_608;
/** Bytes of the largest file that any setting may allow: 10,000 parts. */
export const FILE_MOST_BYTES = FILE_PART_BYTES * 10_000;

/** Bytes of the largest file where the deployer sets nothing else: 5 GiB. */
export const FILE_STANDARD_BYTES = 5_368_709_120;

/** In how many parts a file of so many bytes comes. */
export const partCount = (size: number): number => Math.ceil(size / FILE_PART_BYTES);
/** Bytes of part `n`, counted from 0, of a file of `size` bytes. */
export const partSize = (size: number, n: number): number =>
  Math.min(FILE_PART_BYTES, size - n * FILE_PART_BYTES);

/** A media type without parameters; whatever can't be one is `application/octet-stream`. */
export const fileType = (text: string): string => {
  const type = text.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/.test(type)
    ? type
    : 'application/octet-stream';
};

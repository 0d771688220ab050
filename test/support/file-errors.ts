import type { ErrorCode } from '../../src/protocol/index.ts';

/** Errors of files. test/workers/files-refused provokes each of them, and looks that nothing is left in the bucket. */
export const FILE_ERRORS: readonly ErrorCode[] = [
  'file_broken_off',
  'file_checksum',
  'file_chunk_small',
  'file_hash',
  'file_incomplete',
  'file_offset',
  'file_part_differs',
  'file_part_unknown',
  'file_too_large',
  'file_unknown',
  'files_off',
  'tus_unsupported',
  'tus_version',
  'upload_unknown',
];

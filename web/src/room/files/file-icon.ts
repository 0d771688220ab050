import {
  Captions,
  File,
  FileArchive,
  FileCode,
  FileHeadphone,
  FileImage,
  FileSpreadsheet,
  FileText,
  FileVideoCamera,
  type LucideIcon,
  Presentation,
} from 'lucide-react';

/** Pictures by media type; the first that fits. */
const BY_TYPE: readonly (readonly [pattern: RegExp, icon: LucideIcon])[] = [
  [/^video\//, FileVideoCamera],
  [/^audio\//, FileHeadphone],
  [/^image\//, FileImage],
  [/^text\/vtt$/, Captions],
  [/csv|spreadsheet|excel/, FileSpreadsheet],
  [/presentation|powerpoint/, Presentation],
  [/json|xml|javascript|x-sh|html|css/, FileCode],
  [/zip|x-tar|gzip|x-7z|x-rar|compressed/, FileArchive],
  [/^text\/|pdf|msword|wordprocessing|rtf|opendocument\.text/, FileText],
];

/** The same by the end of the name, for files whose type nobody knew. */
const BY_NAME: readonly (readonly [pattern: RegExp, icon: LucideIcon])[] = [
  [/\.(mp4|mov|webm|mkv|avi|m4v)$/i, FileVideoCamera],
  [/\.(mp3|m4a|ogg|wav|flac|aac)$/i, FileHeadphone],
  [/\.(srt|vtt)$/i, Captions],
  [/\.(zip|gz|xz|bz2|7z|rar|tar|iso)$/i, FileArchive],
  [/\.(md|log|tex)$/i, FileText],
  [/\.(ts|tsx|js|py|rs|go|c|h|cpp|java|rb|toml|yaml|yml)$/i, FileCode],
];

/** The picture that stands for a file. */
export function fileIcon({ type, name }: { readonly type: string; readonly name: string }): LucideIcon {
  const byType = BY_TYPE.find(([pattern]) => pattern.test(type));
  if (byType !== undefined) return byType[1];
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? File;
}

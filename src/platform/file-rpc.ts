import type { Outcome, RoomEvent, UploadState } from '../protocol/index.ts';

/** What is asked for a file that is to come. */
export interface FileAsk {
  readonly name: string;
  /** Media type, as the sender says. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** What the hash of the whole will be (`FileInfo.hash`), where the sender knows it. */
  readonly hash?: string;
  /** An Idempotency-Key: the same one again is the same upload. */
  readonly request?: string;
  /** The others are told how far it is. */
  readonly announce: boolean;
  /** Upload-Metadata as it came. */
  readonly metadata?: string;
}

/** open: parts are missing. shared: everybody was told of it. */
export type UploadResult =
  | {
      readonly state: 'open';
      readonly upload: UploadState;
      /** Upload-Metadata as it came; absent: there was none. */
      readonly metadata?: string;
    }
  | { readonly state: 'shared'; readonly upload: string; readonly event: RoomEvent<'file.shared'> };

/** Where the bytes of a part go. have: they are there already, with this SHA-256 (base64url). */
export type PartPlace =
  | { readonly state: 'have'; readonly size: number; readonly hash: string }
  | {
      readonly state: 'send';
      readonly size: number;
      /** Of the object, and of the multipart upload to it. */
      readonly key: string;
      readonly multipart: string;
      /** Of the part in there, from 1. */
      readonly number: number;
    };

/** Where a file is. `key` null: it has no bytes. */
export interface FilePlace {
  readonly key: string | null;
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

interface OfUpload {
  readonly member: string;
  readonly upload: string;
}

/** What the Worker asks of a room about files. */
export interface FileRequests {
  /** Permission, size and quota; what comes is kept room for until the upload is given up. */
  ask: { readonly member: string; readonly ask: FileAsk };
  /** How an upload stands. `wait`: where all parts are there, what becomes of it. */
  look: OfUpload & { readonly wait: boolean };
  /** The unfinished uploads of a person. */
  mine: { readonly member: string };
  /** Asks where a part goes. Part `n` counts from 0. */
  begin: OfUpload & { readonly n: number };
  /** A part is stored. With the last one that is missing the file is shared before this answers. */
  record: OfUpload & {
    readonly n: number;
    readonly size: number;
    readonly etag: string;
    readonly hash: string;
  };
  /** Gives an upload up. */
  drop: OfUpload;
  /** The object store has no such multipart upload any more. Answers what has become of the upload, if anything. */
  gone: OfUpload & { readonly multipart: string };
  /** Where a file is. `byLink`: for whoever has the signed link that this member was given. */
  read: { readonly member: string; readonly file: string; readonly byLink: boolean };
}

export interface FileAnswers {
  ask: UploadResult;
  look: UploadResult;
  mine: readonly UploadState[];
  begin: PartPlace;
  record: UploadResult;
  drop: null;
  gone: UploadResult;
  read: FilePlace;
}

/** The Worker's calls about files. All may be repeated but `ask` without an Idempotency-Key. */
export interface FileRpc {
  file<K extends keyof FileRequests>(call: K, request: FileRequests[K]): Promise<Outcome<FileAnswers[K]>>;
}

import { ParleyError, waitingHelps } from './http.ts';
import type { NewUpload, UploadRequests } from './upload-requests.ts';

/** What an upload may have left on the server. */
export interface Left {
  /** The file it has become. */
  readonly file: string | null;
  /** Its id. */
  readonly upload: string | null;
  /** What it was asked for with, where nobody has heard what came of that. */
  readonly asked: { readonly key: string; readonly what: NewUpload } | null;
}

const TRIES = 3;
/** ms before the second try, and twice that before the third. */
const WAIT = 500;

async function takeBack(requests: UploadRequests, { file, upload, asked }: Left): Promise<void> {
  if (file !== null) return requests.remove(file);
  if (upload !== null) return requests.drop(upload);
  if (asked === null) return;
  // Asked for once more, the server says what there is to take back.
  const { signal } = new AbortController();
  const found = await requests.create(asked.key, asked.what, null, { signal });
  if ('event' in found) await requests.remove(found.event.file);
  else await requests.drop(found.upload.upload);
}

/** Takes back whatever has come of an upload, as far as the server can be reached; the rest it sweeps by itself. */
export async function discardUpload(
  requests: UploadRequests,
  left: Left,
  wait: (ms: number) => Promise<void>,
): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    try {
      return await takeBack(requests, left);
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      // There is nothing to take back.
      if (!waitingHelps(error)) return;
      if (attempt < TRIES) await wait(Math.max(error.retry ?? 0, WAIT * attempt));
    }
  }
}

import { type Http, ParleyError, readText, waitingHelps } from './http.ts';
import { Meter, type TransferProgress } from './upload-meter.ts';

export interface DownloadOptions {
  readonly onProgress?: (progress: TransferProgress) => void;
  /** Calls it off: rejects with `aborted`. */
  readonly signal?: AbortSignal;
}

interface Download extends DownloadOptions {
  /** Path below `/v1`. */
  readonly path: string;
  readonly token: () => string;
  /** Bytes. */
  readonly size: number;
  readonly type: string;
  readonly wait: (ms: number) => Promise<void>;
}

/** Tries in a row that bring nothing. */
const TRIES = 5;
/** ms before the second of them, and twice that before each one after. */
const WAIT = 500;

/** ms without a byte after which a connection counts as lost. */
const STALLED = 60_000;

/** What has come of a file so far. */
interface Received {
  readonly pieces: Uint8Array<ArrayBuffer>[];
  bytes: number;
  /** ETag of what it is a part of. */
  tag: string | null;
}

/** Throws away what is of another version of the file. */
function beginAnew(received: Received): void {
  received.pieces.length = 0;
  received.bytes = 0;
}

const broken = (detail: string) => new ParleyError('network', { detail });

/** Rejects where nothing comes for too long. Leaves no timer. */
async function inTime<T>(coming: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(broken('no byte came for a minute')), STALLED);
  });
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a part of a file follows on what is there, and is of the same version. */
const goesOn = ({ headers }: Response, { bytes, tag }: Received): boolean =>
  headers.get('etag') === tag && headers.get('content-range')?.startsWith(`bytes ${bytes}-`) === true;

async function receive(http: Http, download: Download, received: Received, meter: Meter): Promise<void> {
  const { path, token, signal } = download;
  const { bytes, tag } = received;
  const range = bytes > 0 && tag !== null ? { range: `bytes=${bytes}-`, 'if-range': tag } : {};
  const call = { method: 'GET', path, bearer: token(), headers: range, signal } as const;
  await http.read(call, async (response, begun) => {
    if (!response.ok) await readText(response);
    begun();
    const isPart = response.status === 206;
    const isOther = isPart && !goesOn(response, received);
    // The whole of it, where it can't be gone on with.
    if (!isPart || isOther) beginAnew(received);
    received.tag = isOther ? null : response.headers.get('etag');
    const reader = response.body?.getReader();
    if (reader === undefined) return;
    try {
      if (isOther) throw broken('another part came than was asked for');
      for (let next = await inTime(reader.read()); !next.done; next = await inTime(reader.read())) {
        received.pieces.push(new Uint8Array(next.value));
        received.bytes += next.value.byteLength;
        meter.move(0, received.bytes);
      }
    } finally {
      // Lets go of the connection where it is not read to its end.
      void reader.cancel().catch(() => undefined);
    }
  });
}

/** Fetches a file; after a drop it goes on where it broke off. */
export async function downloadFile(http: Http, download: Download): Promise<Blob> {
  const received: Received = { pieces: [], bytes: 0, tag: null };
  const meter = new Meter('receiving', download.size, download.onProgress);
  meter.begin('receiving', 0);
  for (let failures = 0; ; ) {
    const before = received.bytes;
    try {
      if (before < download.size) await receive(http, download, received, meter);
      if (received.bytes < download.size) throw new ParleyError('network', { detail: 'it broke off' });
      meter.settle(0, download.size);
      return new Blob(received.pieces, { type: download.type });
    } catch (error) {
      failures = received.bytes > before ? 1 : failures + 1;
      if (!(error instanceof ParleyError) || !waitingHelps(error) || failures === TRIES) throw error;
      await download.wait(Math.max(error.retry ?? 0, WAIT * 2 ** (failures - 1)));
      if (download.signal?.aborted === true) throw new ParleyError('aborted');
    }
  }
}

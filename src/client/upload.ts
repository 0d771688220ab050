import { type Answer, type Http, ParleyError, textOf, waitingHelps } from './http.ts';

export interface ProgressOptions {
  /** Told as the bytes go out; where requests have no progress (Node) only at the beginning and the end. */
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
  /** Calls it off: rejects with `aborted`. */
  readonly signal?: AbortSignal;
}

interface Upload {
  readonly method: 'POST' | 'PUT';
  /** Path below `/v1`. */
  readonly path: string;
  readonly bearer: string;
  readonly file: Blob | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Tries of one upload in all. */
const TRIES = 3;
/** ms before the second try, and twice that before the third, where the server does not say how long. */
const PAUSE = 1_000;

const sizeOf = (file: Blob | Uint8Array): number => (file instanceof Blob ? file.size : file.byteLength);

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new ParleyError('aborted'));
    });
  });
}

const mayTryAgain = (error: ParleyError): boolean => waitingHelps(error) || error.code === 'image_broken_off';

/** Repeats an upload after passing faults. It must be one that the server does not take twice. */
export async function uploadTried<T>(upload: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await upload();
    } catch (error) {
      if (!(error instanceof ParleyError) || !mayTryAgain(error) || attempt === TRIES) throw error;
      await pause(error.retry ?? PAUSE * attempt, signal);
    }
  }
}

/** Sends bytes and answers a success's text; rejects with the server's error, `network` or `aborted`. */
export async function sendFile(
  http: Http,
  upload: Upload,
  { onProgress, signal }: ProgressOptions,
): Promise<string> {
  const { method, path, bearer, file } = upload;
  const headers = {
    'content-type': file instanceof Blob && file.type !== '' ? file.type : 'application/octet-stream',
    ...upload.headers,
  };
  // A copy where the bytes may be shared memory, which can't be sent.
  const body = file instanceof Blob ? file : new Uint8Array(file);
  if (typeof XMLHttpRequest === 'function' && !http.hasOwnFetch) {
    const request = {
      method,
      address: http.address(path),
      headers: { ...headers, authorization: `Bearer ${bearer}` },
      body,
    };
    return textOf(await sendWithProgress(request, onProgress, signal));
  }
  const total = sizeOf(file);
  onProgress?.(0, total);
  const text = await http.text({ method, path, bearer, body, headers, signal });
  onProgress?.(total, total);
  return text;
}

/** In a browser: fetch has no progress of what goes out, XMLHttpRequest has. */
function sendWithProgress(
  request: {
    readonly method: string;
    readonly address: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Blob | Uint8Array<ArrayBuffer>;
  },
  onProgress: ProgressOptions['onProgress'],
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(new ParleyError('aborted'));
    const xhr = new XMLHttpRequest();
    const abort = (): void => xhr.abort();
    signal?.addEventListener('abort', abort);
    xhr.open(request.method, request.address);
    for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
    xhr.upload.addEventListener('progress', ({ loaded, total }) => onProgress?.(loaded, total));
    xhr.addEventListener('load', () =>
      resolve({
        status: xhr.status,
        text: xhr.responseText,
        retryAfter: xhr.getResponseHeader('retry-after'),
      }),
    );
    xhr.addEventListener('error', () => reject(new ParleyError('network')));
    xhr.addEventListener('abort', () => reject(new ParleyError('aborted')));
    xhr.addEventListener('loadend', () => signal?.removeEventListener('abort', abort));
    xhr.send(request.body);
  });
}

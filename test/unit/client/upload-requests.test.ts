// When a request that brings bytes counts as lost.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Http } from '../../../src/client/http.ts';
import { UploadRequests } from '../../../src/client/upload-requests.ts';

/** Requests of a browser that are under way; nothing ever answers them. */
const open: Xhr[] = [];
class Xhr extends EventTarget {
  readonly upload = new EventTarget();
  open(): void {
    open.push(this);
  }
  setRequestHeader(): void {}
  send(): void {}
  abort(): void {
    this.dispatchEvent(new Event('abort'));
    this.dispatchEvent(new Event('loadend'));
  }
  goesOut(loaded: number): void {
    this.upload.dispatchEvent(Object.assign(new Event('progress'), { loaded, total: 100 }));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  open.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Brings 100 bytes; answers how it ended, once it has. */
function brought(http: Http): { readonly error: () => unknown } {
  let error: unknown;
  const { signal } = new AbortController();
  const piece = { bytes: new Uint8Array(100), hash: null };
  new UploadRequests(http, '/rooms/x', () => 'token').part('u_1', 0, piece, { signal }).catch((why) => {
    error = why;
  });
  return { error: () => error };
}
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000);

test('in a browser: where no byte goes out for a minute, or no answer comes for two', async () => {
  vi.stubGlobal('XMLHttpRequest', Xhr);
  const { error } = brought(new Http('http://meet.test', undefined));
  await pass(0);
  open[0]?.goesOut(10);
  await pass(59);
  open[0]?.goesOut(20);
  await pass(59);
  expect(error()).toBeUndefined();
  await pass(1);
  expect(error()).toMatchObject({ code: 'network' });

  const answered = brought(new Http('http://meet.test', undefined));
  await pass(0);
  open[1]?.goesOut(100);
  await pass(119);
  expect(answered.error()).toBeUndefined();
  await pass(1);
  expect(answered.error()).toMatchObject({ code: 'network' });
});

test('where nobody knows how many bytes are out: after a quarter of an hour', async () => {
  const stuck: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) =>
      init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))),
    );
  const { error } = brought(new Http('http://meet.test', stuck));
  await pass(899);
  expect(error()).toBeUndefined();
  await pass(1);
  expect(error()).toMatchObject({ code: 'network' });
});

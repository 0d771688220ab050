/** Beyond this many bytes, or ms, a client has to make do with a closed connection. */
const MOST_BYTES = 33_554_432;
const MOST_MS = 30_000;

/**
 * Reads what is left of a body and throws it away. Many clients look at the answer only when all is sent; where the
 * server closes on them before that, they report a broken connection instead of the reason.
 */
export async function discard(request: Request): Promise<void> {
  const { body } = request;
  if (body === null || body.locked || Number(request.headers.get('content-length')) > MOST_BYTES) return;
  const reader = body.getReader();
  const timer = setTimeout(() => reader.cancel().catch(() => {}), MOST_MS);
  try {
    let size = 0;
    while (size <= MOST_BYTES) {
      const { done, value } = await reader.read();
      if (done) return;
      size += value.byteLength;
    }
  } catch {
    // The client has gone, and nobody is left to be told.
  } finally {
    clearTimeout(timer);
    await reader.cancel().catch(() => {});
  }
}

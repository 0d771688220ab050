/** A fault that is no browser's is told as what it is, an uncaught error; what comes after it goes on. */
export function report(error: unknown): void {
  if (error instanceof DOMException) return;
  queueMicrotask(() => {
    throw error;
  });
}

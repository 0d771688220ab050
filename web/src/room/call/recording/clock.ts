/**
 * Does something at a rate, at which it also goes on in a tab at the back: there browsers call the timers of a page once a second,
 * and those of a worker as ever. `period`: ms. Returns a function that ends it.
 */
export function every(period: number, work: () => void): () => void {
  let due = performance.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const worker = new Worker(new URL('./clock-worker.ts', import.meta.url), { type: 'module' });
  // Each time is asked for when the one before is done: a slow machine does less, and gathers nothing.
  const ask = (): void => {
    due = Math.max(due + period, performance.now());
    worker.postMessage(due - performance.now());
  };
  worker.addEventListener('message', () => {
    ask();
    work();
  });
  // It did not come, as after a deploy: the page's own timers are good enough in front.
  worker.addEventListener('error', () => {
    timer ??= setInterval(work, period);
  });
  ask();
  return () => {
    worker.terminate();
    clearInterval(timer);
  };
}

/** Work that is given up after so many ms: what hangs must hold nobody else up. */
export async function within<T>(work: Promise<T>, patience: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), patience);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Work for each of many, so many at a time. What fails is left out; answers for whom it was done. */
export async function inSlices<T>(
  items: readonly T[],
  size: number,
  work: (item: T) => Promise<unknown>,
): Promise<T[]> {
  const done: T[] = [];
  for (let start = 0; start < items.length; start += size) {
    const slice = items.slice(start, start + size);
    const results = await Promise.allSettled(slice.map(async (item) => work(item)));
    done.push(...slice.filter((_, index) => results[index]?.status === 'fulfilled'));
  }
  return done;
}

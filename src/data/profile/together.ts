/** @file Work on one engine at the same time. When some of it fails the rest is waited for: an engine in the middle of a query must not be closed. */

/** The results of all; when some failed, after all have ended, the error of the first. */
export async function allDone<const T extends readonly Promise<unknown>[]>(work: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work);
  return Promise.all(work) as Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>;
}

/** The results in the order of the items, of which two are worked on at a time. */
export async function twoAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T);
  };
  await allDone([worker(), worker()]);
  return results;
}

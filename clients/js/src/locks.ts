const locks = typeof navigator == "object" ? navigator.locks : undefined;

/** Whether there are Web Locks: not on pages that are neither https nor local. */
export const hasLocks = !!locks;

let last = 0;

/** A name that nobody else has. */
export const newName = () => `ssefabric ${Date.now().toString(36)} ${Math.random().toString(36).slice(2)} ${++last}`;

/**
 * Calls `held` once the lock is held, at once without locks; `refused` if the page may have none, as in a sandbox. What is returned gives the lock back, or
 * the request up. It ends with its page or worker, however that ends.
 */
export function hold(name: string, held: () => void, refused = () => {}): () => void {
  if (!locks) {
    held();
    return () => {};
  }

  let release = () => {};
  const wait = new AbortController();
  let isReleased = false;
  locks
    .request(name, { signal: wait.signal }, () => new Promise<void>(resolve => {
      release = resolve;
      if (isReleased) resolve();
      else held();
    }))
    .catch(() => isReleased || refused());
  return () => {
    isReleased = true;
    wait.abort();
    release();
  };
}

/** Calls once nobody holds the lock any more; never without locks. What is returned gives up waiting. */
export function whenFree(name: string, free: () => void): () => void {
  if (!locks) return () => {};
  const release = hold(name, () => {
    free();
    release();
  });
  return release;
}

import { accept, fail } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Limits } from './limits.ts';
import { draining, exhausted } from './status-of.ts';

/** Counts the requests in work, and lets no more in than there is room for. */
export interface Admission {
  /**
   * Takes room for a request of this many bytes. The value gives it back; called again, it does
   * nothing.
   */
  enter(bytes: number): Answer<() => void>;
  /** Lets nothing in any more; `done` when the last one has left. */
  drain(done: () => void): void;
  /** What is in work now. */
  load(): { readonly requests: number; readonly bytes: number };
}

export function createAdmission({
  requestsMax,
  requestBytesMax,
}: Pick<Limits, 'requestBytesMax' | 'requestsMax'>): Admission {
  let requests = 0;
  let bytesInWork = 0;
  let closed = false;
  let drained: (() => void)[] = [];

  function endDrain(): void {
    if (!closed || requests > 0) return;
    const tell = drained;
    drained = [];
    for (const done of tell) done();
  }

  return {
    enter: (bytes) => {
      if (closed) return fail(draining());
      if (requests >= requestsMax) {
        return fail(
          exhausted(`limits.requests: ${requestsMax} are in work already; try again later`),
        );
      }
      if (bytesInWork + bytes > requestBytesMax) {
        return fail(
          exhausted(
            `limits.request_bytes: ${requestBytesMax} at most, ${bytesInWork} are in work and ${bytes} came; try again later`,
          ),
        );
      }
      requests += 1;
      bytesInWork += bytes;
      let left = false;
      return accept(() => {
        if (left) return;
        left = true;
        requests -= 1;
        bytesInWork -= bytes;
        endDrain();
      });
    },
    drain: (done) => {
      closed = true;
      drained.push(done);
      endDrain();
    },
    load: () => ({ requests, bytes: bytesInWork }),
  };
}

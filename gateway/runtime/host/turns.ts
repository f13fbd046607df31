import { monotonicMs } from "./clock";

/** What background work may take of a turn of the event loop before requests go on. */
const SHARE_MS = 0.5;
const PAUSE_MS = 1;
/** While requests come: work that took more of the time would make them queue on a worker that is half busy with them. */
const BUSY_PAUSE_MS = 5;
/** From so many requests in a millisecond on a worker is busy. */
const BUSY_RATE = 2;

let isDivided = false;
let startedAt = 0;
let pauseMs = PAUSE_MS;
let countRequests: (this: void) => number = () => 0;

/**
 * From now on there may be requests, and work runs in timers, which can wait.
 * @param count how many requests this worker has begun
 */
export function divideTurns(count: (this: void) => number): void {
  isDivided = true;
  countRequests = count;
}

/** Between two pieces of work: lets requests go on when they have waited for their share. */
export function giveWay(this: void): void {
  const now = monotonicMs();
  if (now - startedAt < SHARE_MS) {
    return;
  }
  // The first call after a pause begins a turn, however long ago the last one was.
  if (isDivided) {
    const before = countRequests();
    // Never 0: a timer that is due at once runs before nginx looks at its connections, and so would all that follow it.
    ngx.sleep(pauseMs / 1000);
    pauseMs = countRequests() - before < BUSY_RATE * pauseMs ? PAUSE_MS : BUSY_PAUSE_MS;
  }
  startedAt = monotonicMs();
}

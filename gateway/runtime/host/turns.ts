import { monotonicMs } from "./clock";

/** What background work may take of a turn of the event loop before requests go on. */
const SHARE_MS = 1;
const SHORTEST_PAUSE_SECONDS = 0.001;

let isDivided = false;
let startedAt = 0;

/** From now on there may be requests, and work runs in timers, which can wait. */
export function divideTurns(): void {
  isDivided = true;
}

/** Between two pieces of work: lets requests go on when they have waited for their share. */
export function giveWay(this: void): void {
  const now = monotonicMs();
  if (now - startedAt < SHARE_MS) {
    return;
  }
  // The first call after a pause begins a turn, however long ago the last one was.
  if (isDivided) {
    // Not 0: a timer that is due at once runs before nginx looks at its connections, and so would all that follow it.
    ngx.sleep(SHORTEST_PAUSE_SECONDS);
  }
  startedAt = monotonicMs();
}

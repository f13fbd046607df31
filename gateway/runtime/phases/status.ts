import { currentBundle } from "../release/bundle-store";
import { workerSlot } from "../shared-memory/control";

/** 200 as long as nginx answers. */
export function live(): void {
  ngx.header["Content-Type"] = "application/json";
  ngx.print('{"status":"live"}\n');
}

/** 200 when every worker runs a verified release and has the credential index. */
export function ready(workers: number): void {
  let release = 0;
  let waiting = 0;
  for (const worker of $range(0, workers - 1)) {
    const slot = workerSlot(worker);
    if (slot.pid === 0 || slot.release === 0 || slot.credentialGeneration === 0) {
      waiting += 1;
    } else {
      release = slot.release;
    }
  }
  ngx.header["Content-Type"] = "application/json";
  if (waiting > 0 || currentBundle() === undefined) {
    ngx.status = 503;
    ngx.print(string.format('{"status":"waiting","workersReady":%d,"workers":%d}\n', workers - waiting, workers));
    return;
  }
  ngx.print(
    string.format('{"status":"ready","release":%d,"workersReady":%d,"workers":%d}\n', release, workers, workers),
  );
}

import { BODY_BYTES, MAIN_ROW } from "../rows";
import { MEASURED_CORE, UPSTREAM_CORE } from "../measure/processes";
import type { Contender, ContenderFactory } from "./contender";
import { nginxVersion, startNginx } from "./nginx";

const NAME = "upstream direct";

/** nginx that returns a kilobyte: cheap enough not to be what is measured. */
export async function startUpstream(core = UPSTREAM_CORE, wrapper: readonly string[] = []): Promise<Contender> {
  return startNginx(NAME, core, wrapper, (port) => ({
    http: `server { listen 127.0.0.1:${port}; location / { return 200 "${"x".repeat(BODY_BYTES)}"; } }`,
  }));
}

/** No proxy at all: shows what client and upstream leave room for. */
export const upstreamDirect: ContenderFactory = {
  name: NAME,
  version: nginxVersion,
  obstacle: () => undefined,
  leavesOut: () => "no proxy",
  unfitFor: (row) => (row.id === MAIN_ROW.id ? undefined : `the same in every row, see ${MAIN_ROW.id}`),
  canBeWrapped: true,
  start: ({ wrapper }) => startUpstream(MEASURED_CORE, wrapper),
};

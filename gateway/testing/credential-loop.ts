import { armCrash } from "./crash-after";
import path from "node:path";
import { pino } from "pino";
import { ControlPlaneClient } from "../agent/control-plane/client";
import { CredentialStore } from "../agent/credentials/credential-store";
import { CredentialSync } from "../agent/credentials/sync-credentials";
import { Problems } from "../agent/problems";
import { ControlFile } from "../agent/state/control-file";

/**
 * The agent's credential log alone, to be killed at any moment: node credential-loop.mjs STATE URL CRASH_AFTER. Says "cursor N" when
 * it has read everything.
 */
const [, , root = "", url = "", crashAfter = "0"] = process.argv;
armCrash(Number(crashAfter));
const logger = pino({ level: "error" });
const client = new ControlPlaneClient(url);
client.authenticateAs("node-token");
const control = new ControlFile(path.join(root, "node.control"));
const store = new CredentialStore({ directory: root, control, logger, compactionFloorBytes: 20_000 });
const { signal } = new AbortController();
const sync = new CredentialSync({ client, store, problems: new Problems(), logger, signal });

// A test that was given up must not leave a process behind that spins.
process.stdin.on("end", () => process.exit(1)).resume();
let said = -1;
setInterval(() => {
  // Asks again and again, as heartbeats do; workers take up a generation at once.
  sync.hear(store.cursor + 1);
  store.retire(() => true);
  if (store.isLoaded && store.cursor !== said) {
    said = store.cursor;
    process.stdout.write(`cursor ${said}\n`);
  }
}, 2);

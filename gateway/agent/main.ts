import { ControlPlaneClient } from "./control-plane/client";
import { loadOrEnrol } from "./control-plane/identity";
import { readSettings } from "./env";
import { createLogger } from "./log";
import { runToTheEnd } from "./run-to-the-end";
import { runNode, version } from "./run-node";

/** The process that runs beside nginx, for a control plane. */
await runToTheEnd(async () => {
  const settings = readSettings();
  const logger = createLogger(settings.logLevel);
  await runNode(settings, logger, async ({ state, signal }) => {
    const client = new ControlPlaneClient(settings.controlPlaneUrl);
    const identity = await loadOrEnrol({
      client,
      file: state.identity,
      enrolToken: settings.enrolToken,
      nodeName: settings.nodeName,
      version,
      logger,
      signal,
    });
    client.authenticateAs(identity.token);
    return { client, identity, isAlone: false };
  });
  return 0;
});

// Prepares a migrated database for its portal: whatever a control plane cannot be without, the first admin, and the demonstration
// workspace when GATEHOUSE_DEMO is 1. May run at every start; what is there it leaves alone. Prints one line of JSON.
import { bootstrap } from "@/lib/bootstrap";
import { disconnect } from "@/lib/database";
import { ensureDemo, readDemoState } from "@/lib/demo/create-demo";
import { env } from "@/lib/env";
import document from "../sample/openapi.yaml";

const settings = env();
try {
  const result = await bootstrap({
    adminEmail: settings.adminEmail,
    adminPassword: settings.adminPassword,
    adminToken: settings.adminToken,
    enrolToken: settings.enrolToken,
    gatewayUrl: settings.gatewayUrl,
  });
  const demo = await prepareDemo();
  process.stdout.write(`${JSON.stringify({ ...result, demo })}\n`);
} finally {
  await disconnect();
}

async function prepareDemo() {
  const present = await readDemoState();
  const upstreamUrl = settings.demoUpstreamUrl;
  if (upstreamUrl === undefined || (present === undefined && !settings.demo)) {
    return present ?? null;
  }
  return ensureDemo({ upstreamUrl, document });
}

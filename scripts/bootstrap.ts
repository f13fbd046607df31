// Prepares a migrated database for its portal: whatever a control plane cannot be without, the first admin, and the demonstration
// workspace when GATEHOUSE_DEMO is 1. May run at every start; what is there it leaves alone, but with --remove-demo-first for a
// demonstration that an interrupted start may have left half made. Prints one line of JSON.
import { bootstrap } from "@/lib/bootstrap";
import { disconnect } from "@/lib/database";
import { ensureDemo, readDemoState } from "@/lib/demo/create-demo";
import { readDemo, removeDemo } from "@/lib/demo/remove-demo";
import { env } from "@/lib/env";
import { SYSTEM } from "@/lib/permissions";
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
  if (process.argv.includes("--remove-demo-first") && (await readDemo(SYSTEM)).present) {
    await removeDemo(SYSTEM);
  }
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

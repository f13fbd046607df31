// Bundles the thread in which the portal reads documents (lib/documents) to dist/portal/document-worker.mjs.
import { pathToFileURL } from "node:url";
import { inRoot } from "./lib/paths.mjs";
import { reportFailure } from "./lib/report-failure.mjs";

/** One file: Next.js bundles the portal in a way that a thread cannot be started from. */
export async function buildDocumentWorker() {
  // Loaded late: before `npm ci` there is no esbuild.
  const { bundle } = await import("./lib/bundle.mjs");
  await bundle({
    entry: inRoot("lib", "documents", "document-worker.ts"),
    outfile: inRoot("dist", "portal", "document-worker.mjs"),
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await buildDocumentWorker();
  } catch (error) {
    reportFailure(error);
  }
}

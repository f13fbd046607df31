import { readFileSync } from "node:fs";
import { build, stop } from "esbuild";
import { ROOT } from "./paths.mjs";
import { PlainError } from "./plain-error.mjs";

/**
 * Bundles a TypeScript program into one ES module for the oldest Node we support.
 * @param {{ entry: string, outfile: string, packages?: "bundle" | "external", isProgram?: boolean }} options packages: "external" leaves
 *   npm packages to node_modules, for what cannot be bundled (the Prisma client loads files beside itself); isProgram: people call it by
 *   its name
 * @throws {PlainError} with esbuild's messages
 */
export async function bundle({ entry, outfile, packages = "bundle", isProgram = false }) {
  try {
    await build({
      entryPoints: [entry],
      outfile,
      absWorkingDir: ROOT,
      bundle: true,
      platform: "node",
      target: "node20",
      format: "esm",
      packages,
      sourcemap: "linked",
      legalComments: "none",
      logLevel: "silent",
      alias: { "@": ROOT },
      // CommonJS packages inside an ES module still call require for Node's own modules.
      banner: {
        js: `${isProgram ? "#!/usr/bin/env node\n" : ""}import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`,
      },
      plugins: [textFiles, serverOnly],
    });
  } catch (error) {
    const messages = /** @type {{ errors?: { text: string, location: { file: string, line: number } | null }[] }} */ (
      error
    ).errors;
    if (messages === undefined) {
      throw error;
    }
    throw new PlainError(`${entry} could not be bundled.`, {
      details: messages
        .map(({ text, location }) => (location === null ? text : `${location.file}:${location.line}: ${text}`))
        .join("\n"),
    });
  } finally {
    // Its helper process would run as long as we do.
    await stop();
  }
}

/** `import "server-only"` marks use cases for Next.js; outside of it there is no browser to keep them from. */
const serverOnly = {
  name: "server-only",
  /** @param {import("esbuild").PluginBuild} build */
  setup(build) {
    build.onResolve({ filter: /^server-only$/ }, () => ({ path: "server-only", namespace: "server-only" }));
    build.onLoad({ filter: /.*/, namespace: "server-only" }, () => ({ contents: "" }));
  },
};

/** Templates and documents that belong to the program travel inside the bundle as text. */
const textFiles = {
  name: "text-files",
  /** @param {import("esbuild").PluginBuild} build */
  setup(build) {
    build.onLoad({ filter: /\.(template|yaml|html)$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8"),
      loader: "text",
    }));
  },
};

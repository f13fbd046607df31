import { fileURLToPath } from "node:url";
import { defineConfig } from "prisma/config";

// Prisma's command line wants a native engine, which it downloads. Ours runs the WebAssembly build of the same engine, so that
// generating, checking and writing migrations work without any download.
process.env["PRISMA_SCHEMA_ENGINE_BINARY"] ??= fileURLToPath(
  new URL("./scripts/prisma-schema-engine.mjs", import.meta.url),
);
process.env["CHECKPOINT_DISABLE"] ??= "1";

const databaseUrl = process.env["DATABASE_URL"];

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  // Generating the client needs no database; only `prisma migrate` does.
  ...(databaseUrl === undefined ? {} : { datasource: { url: databaseUrl } }),
});

#!/usr/bin/env node
/**
 * Stands in for Prisma's native schema engine, which the command line would otherwise download: speaks its JSON-RPC over standard
 * input and output, on top of the WebAssembly build of the same engine and the `pg` driver. Used through
 * PRISMA_SCHEMA_ENGINE_BINARY (prisma.config.ts) by `prisma generate`, `migrate dev|deploy|status|diff`, `validate` and `format`.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";

const require = createRequire(import.meta.url);
const { datamodels, url } = parseArguments(process.argv.slice(2));

function parseArguments(words) {
  const files = [];
  let datasource = {};
  words.forEach((word, index) => {
    if (word === "--datamodels") {
      files.push(words[index + 1]);
    } else if (word === "--datasource") {
      datasource = JSON.parse(words[index + 1]);
    }
  });
  return { datamodels: files, url: datasource.url ?? process.env.DATABASE_URL };
}

/** The adapter rejects the catalog types "char" and "char"[]; read as text and text[] they work (prisma/orm#27403). */
function relabelCatalogTypes() {
  const textFor = new Map([
    [18, 25],
    [1002, 1009],
  ]);
  const Result = require("pg/lib/result.js");
  const addFields = Result.prototype.addFields;
  Result.prototype.addFields = function (fields) {
    for (const field of fields) {
      field.dataTypeID = textFor.get(field.dataTypeID) ?? field.dataTypeID;
    }
    return addFields.call(this, fields);
  };
}

function quoteIdentifier(name) {
  return `"${name.replaceAll('"', '""')}"`;
}

async function withServer(databaseUrl, work) {
  const server = new URL(databaseUrl);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = "/postgres";
  server.search = "";
  const client = new pg.Client({ connectionString: server.href });
  await client.connect();
  try {
    await work(client, name);
  } finally {
    await client.end();
  }
  return name;
}

function createDatabase(databaseUrl) {
  return withServer(databaseUrl, (client, name) => client.query(`CREATE DATABASE ${quoteIdentifier(name)}`));
}

/** The stock adapter goes on using the main database when given a URL, and drops the shadow before it has closed its pool. */
class AdapterFactory extends PrismaPg {
  async connectToShadowDb() {
    const shadow = new URL(url);
    shadow.pathname = `/prisma_migrate_shadow_db_${globalThis.crypto.randomUUID()}`;
    await createDatabase(shadow.href);
    const adapter = await new PrismaPg({ connectionString: shadow.href }).connect();
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      await dispose();
      await withServer(shadow.href, (client, name) =>
        client.query(`DROP DATABASE ${quoteIdentifier(name)} WITH (FORCE)`),
      );
    };
    return adapter;
  }
}

/** One-shot commands: the command line asks for them before it starts the JSON-RPC session. */
async function runCommand(command) {
  process.stderr.write('{"level":"INFO","fields":{"message":"Starting schema engine CLI"},"target":"schema_engine"}\n');
  try {
    if (command === "can-connect-to-database") {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.end();
    } else if (command === "create-database") {
      await createDatabase(url);
    } else {
      throw new Error(`unsupported command: ${command}`);
    }
    process.exit(0);
  } catch (error) {
    const codes = { "3D000": "P1003", "28P01": "P1000" };
    const fields = { message: error.message, error_code: codes[error.code] ?? "P1001" };
    const line = { timestamp: new Date().toISOString(), level: "ERROR", fields, target: "schema_engine::logger" };
    process.stderr.write(`${JSON.stringify(line)}\n`);
    process.exit(1);
  }
}

async function createEngine() {
  const folder = path.dirname(require.resolve("@prisma/schema-engine-wasm"));
  const bytes = readFileSync(path.join(folder, "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  const log = (line) => process.env.DEBUG !== undefined && process.stderr.write(`${line}\n`);
  const models = datamodels.length === 0 ? undefined : datamodels.map((file) => [file, readFileSync(file, "utf8")]);
  const factory = bindMigrationAwareSqlAdapterFactory(new AdapterFactory({ connectionString: url }));
  return bindings.SchemaEngine.new({ datamodels: models }, log, factory);
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

async function answer(engine, { id, method, params }) {
  switch (method) {
    case "createDatabase":
      return { databaseName: await createDatabase(params?.datasource?.url ?? url) };
    case "getDatabaseVersion":
      return (await engine()).version(params);
    case "diff": {
      const result = await (await engine()).diff(params);
      if (result.stdout !== undefined && result.stdout !== null) {
        send({ id: `p${id}`, method: "print", params: { content: result.stdout } });
      }
      return { exitCode: result.exitCode };
    }
    default:
      return (await engine())[method](params);
  }
}

async function serve() {
  let created;
  const engine = () => (created ??= createEngine());
  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line);
    if (message.method === undefined) {
      continue;
    }
    try {
      send({ id: message.id, result: (await answer(engine, message)) ?? null });
    } catch (error) {
      const text = String(error?.message ?? error);
      const data = { is_panic: false, message: text, error_code: error?.code, meta: error?.meta };
      send({ id: message.id, error: { code: 4466, message: text, data } });
    }
  }
  process.exit(0);
}

relabelCatalogTypes();
if (process.argv.includes("cli")) {
  await runCommand(process.argv.at(-1));
} else {
  await serve();
}

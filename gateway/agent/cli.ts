import { createHash, randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { BASE62, encodeChecksum, KEY_PREFIX, KEY_RANDOM_LENGTH } from "../contract/key-format";
import { BundleControlPlane } from "./alone/bundle-control-plane";
import { openBundle } from "./alone/bundle-source";
import { checkBundle, count } from "./alone/check-bundle";
import { compileFile } from "./alone/compile-file";
import { pinIdentity, readPublicKey } from "./alone/pin-identity";
import { readNodeSettings } from "./env";
import { createLogger, describeError } from "./log";
import { runNode, version } from "./run-node";
import { runToTheEnd } from "./run-to-the-end";
import { StartError } from "./start-error";

const HELP = `gatehouse-gateway ${version}: the gateway alone, without portal and database

  gatehouse-gateway compile <file> <directory> [--key <file>]
      Makes a signed bundle of a gateway file (YAML or JSON). The signing key is made at the first time,
      beside the file as gatehouse-signing-key.pem; keep it to yourself.

  gatehouse-gateway check <bundle> [--public-key <file>] [--state <directory>]
      Says everything that would keep a gateway from running it, and what is in it. Exit code 0 or 1.
      With --state, also whether the node of that directory would take it as older than what it runs.

  gatehouse-gateway chains <bundle> [--api <name>] [--operation <key>] [--public-key <file>]
      Prints the policies that run for each operation, in order, and those of plans.

  gatehouse-gateway run <bundle> [--public-key <file>] [--state <directory>]
                                 [--host <address>] [--port <port>] [--status-port <port>] [--workers <number>]
                                 [--tls-port <port>] [--certificates <directory>]
      Runs nginx from a bundle and takes up its changes at once. What cannot be verified is refused, and named
      in the log and in /metrics of the status port; what runs stays. The variables GATEHOUSE_GATEWAY_* and
      GATEHOUSE_STATE_DIR hold as well. Certificates are <name>.pem (the chain) with <name>.key; changes are taken up.

  gatehouse-gateway new-key
      Prints an API key, and its SHA-256 for a gateway file that is no secret.

A bundle is a directory, or the file that the portal gives out for a release.
`;

const USAGE_ERROR = 2;
const runningSchema = z.looseObject({ release: z.number() });

await runToTheEnd(async () => {
  const [command, ...rest] = process.argv.slice(2);
  switch (command) {
    case "run":
      return run(rest);
    case "check":
      return check(rest);
    case "chains":
      return chains(rest);
    case "compile":
      return compile(rest);
    case "new-key":
      return newKey();
    case "--version":
      process.stdout.write(`${version}\n`);
      return 0;
    case "help":
    case "--help":
    case "-h":
      process.stdout.write(HELP);
      return 0;
    default:
      process.stderr.write(
        `${command === undefined ? "Say what to do" : `There is no command "${command}"`}.\n\n${HELP}`,
      );
      return USAGE_ERROR;
  }
});

async function run(args: readonly string[]): Promise<number> {
  const { values, places } = read(args, ["bundle"], {
    "public-key": { type: "string" },
    state: { type: "string" },
    host: { type: "string" },
    port: { type: "string" },
    "status-port": { type: "string" },
    workers: { type: "string" },
    "tls-port": { type: "string" },
    certificates: { type: "string" },
  });
  const settings = readNodeSettings({
    GATEHOUSE_STATE_DIR: values.state,
    GATEHOUSE_GATEWAY_HOST: values.host,
    GATEHOUSE_GATEWAY_PORT: values.port,
    GATEHOUSE_GATEWAY_STATUS_PORT: values["status-port"],
    GATEHOUSE_GATEWAY_WORKERS: values.workers,
    GATEHOUSE_GATEWAY_TLS_PORT: values["tls-port"],
  });
  const logger = createLogger(settings.logLevel);
  const source = await openBundle(path.resolve(places.bundle ?? "")).catch((error: unknown) => {
    throw new StartError(`The gateway cannot start: ${describeError(error)}.`);
  });
  await runNode(settings, logger, async ({ state, problems }) => {
    const identity = await pinIdentity({ source, file: state.pinned, publicKeyFile: values["public-key"] });
    const manifestsDirectory = state.manifests;
    const certificatesDirectory = values.certificates === undefined ? undefined : path.resolve(values.certificates);
    const client = new BundleControlPlane({
      source,
      identity,
      certificatesDirectory,
      manifestsDirectory,
      problems,
      logger,
    });
    return { client, identity, isAlone: true };
  });
  return 0;
}

async function check(args: readonly string[]): Promise<number> {
  const { values, places } = read(args, ["bundle"], { "public-key": { type: "string" }, state: { type: "string" } });
  const { problems, summary } = await checkBundle(path.resolve(places.bundle ?? ""), {
    publicKey: await readKeyOption(values["public-key"]),
    runs: values.state === undefined ? undefined : await readRunningRelease(values.state),
  });
  writeLines(summary);
  if (problems.length === 0) {
    writeLines(["ok"]);
    return 0;
  }
  return refuse(problems);
}

async function chains(args: readonly string[]): Promise<number> {
  const { values, places } = read(args, ["bundle"], {
    api: { type: "string" },
    operation: { type: "string" },
    "public-key": { type: "string" },
  });
  const report = await checkBundle(path.resolve(places.bundle ?? ""), {
    publicKey: await readKeyOption(values["public-key"]),
    chains: { api: values.api, operation: values.operation },
  });
  if (report.problems.length > 0) {
    return refuse(report.problems);
  }
  if (report.chains.length === 0) {
    throw new StartError("No operation of the bundle is meant; check --api and --operation, or leave them out.");
  }
  writeLines(report.chains);
  return 0;
}

function writeLines(texts: readonly string[]): void {
  process.stdout.write(texts.map((line) => `${line}\n`).join(""));
}

function refuse(problems: readonly string[]): number {
  process.stderr.write(`${count(problems.length, "problem")}:\n${problems.map((line) => `  ${line}.\n`).join("")}`);
  return 1;
}

async function readKeyOption(file: string | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : readPublicKey(file);
}

async function compile(args: readonly string[]): Promise<number> {
  const { values, places } = read(args, ["file", "directory"], { key: { type: "string" } });
  const file = places.file ?? "";
  const keyFile = values.key ?? path.join(path.dirname(file), "gatehouse-signing-key.pem");
  const directory = places.directory ?? "";
  const result = await compileFile({ file, directory, keyFile, now: new Date() });
  if (!result.ok) {
    const { problems } = result;
    process.stderr.write(`${count(problems.length, "problem")}:\n${problems.map((line) => `  ${line}\n`).join("")}`);
    return 1;
  }
  if (result.madeKey) {
    process.stdout.write(`made the signing key ${keyFile}: keep it, and keep it secret\n`);
  }
  process.stdout.write(
    `${result.isNew ? "made" : "nothing has changed in"} release ${result.release} in ${directory}\n`,
  );
  return 0;
}

function newKey(): number {
  let body = KEY_PREFIX;
  for (let index = 0; index < KEY_RANDOM_LENGTH; index += 1) {
    body += BASE62.charAt(randomInt(BASE62.length));
  }
  const key = body + encodeChecksum(crc32(body));
  process.stdout.write(`key     ${key}\nsha256  ${createHash("sha256").update(key).digest("hex")}\n`);
  return 0;
}

/** @throws StartError when the node has never run */
async function readRunningRelease(stateDirectory: string): Promise<number> {
  const file = path.join(stateDirectory, "active.json");
  try {
    return runningSchema.parse(JSON.parse(await readFile(file, "utf8"))).release;
  } catch {
    throw new StartError(`${file} does not say which release runs: no gateway has run from ${stateDirectory}.`);
  }
}

type Options = NonNullable<ParseArgsConfig["options"]>;

/** @throws StartError naming what is missing, too much or unknown */
function read<Given extends Options>(args: readonly string[], wanted: readonly string[], options: Given) {
  const parsed = parse(args, options);
  if (parsed.positionals.length !== wanted.length) {
    throw new StartError(`Give ${wanted.map((name) => `<${name}>`).join(" and ")}; see gatehouse-gateway --help.`);
  }
  const places: Readonly<Record<string, string>> = Object.fromEntries(
    wanted.map((name, index) => [name, parsed.positionals[index] ?? ""]),
  );
  return { values: parsed.values, places };
}

function parse<Given extends Options>(args: readonly string[], options: Given) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new StartError(`${describeError(error).split(". ")[0]}; see gatehouse-gateway --help.`);
  }
}

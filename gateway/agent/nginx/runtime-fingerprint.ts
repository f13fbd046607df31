import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { StartError } from "../start-error";

/** One hash over nginx's configuration and the workers' code: nginx reads both only when it starts or reloads. */
export function runtimeFingerprint(config: string, luaDirectory: string): string {
  if (!existsSync(luaDirectory)) {
    throw new StartError(`The workers' code is not in ${luaDirectory}; run "npm run build:gateway".`);
  }
  const hash = createHash("sha256").update(config);
  const names = readdirSync(luaDirectory, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".lua"),
  );
  for (const name of names.sort()) {
    hash.update(`\0${name}\0`).update(readFileSync(path.join(luaDirectory, name)));
  }
  return hash.digest("hex");
}

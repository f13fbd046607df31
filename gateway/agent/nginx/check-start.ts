import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { StartError } from "../start-error";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Environment variable that sets the port. */
  readonly setting: string;
}

/** @throws StartError naming the setting, when something else listens there */
export async function assertPortFree({ host, port, setting }: ListenAddress): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port, exclusive: true }, resolve);
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(explain(code, host, port, setting));
  }
  await new Promise((resolve) => server.close(resolve));
}

const PACKAGES = "nginx libnginx-mod-http-lua lua-resty-core lua-cjson";

/**
 * Lets nginx read its configuration, which also loads its modules. It runs no code of ours: what fails there shows when it starts.
 * @throws StartError in words for the person who starts it
 */
export async function assertNginxRuns(binary: string, checkArguments: readonly string[]): Promise<void> {
  const output = await new Promise<{ code: number | string | undefined | null; text: string }>((resolve) => {
    execFile(binary, checkArguments, { timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? -1), text: stdout + stderr });
    });
  });
  if (output.code === 0) {
    return;
  }
  if (output.code === "ENOENT" || output.code === "EACCES") {
    throw new StartError(
      `nginx is not installed (looked for ${binary}): apt-get install ${PACKAGES}, or set GATEHOUSE_NGINX to its path.`,
    );
  }
  throw new StartError(
    explainMissing(output.text) ??
      `nginx does not accept its configuration: ${findReason(output.text) ?? output.text.trim()}`,
  );
}

/**
 * Why nginx ended at its start, in words for the person who started it.
 * @param text what it has said since
 * @returns undefined when it said nothing of it
 */
export function explainFailedStart(text: string): string | undefined {
  const reason = findReason(text);
  return explainMissing(text) ?? (reason === undefined ? undefined : `nginx did not start: ${reason}`);
}

function explainMissing(text: string): string | undefined {
  if (/dlopen\(\)|unknown directive "[a-z_]*lua/.test(text)) {
    return `nginx has no Lua module: apt-get install ${PACKAGES}.`;
  }
  if (/module '?"?(resty\.core|cjson)/.test(text)) {
    return `nginx lacks a Lua library: apt-get install ${PACKAGES}.`;
  }
  return undefined;
}

/** Without the time and the process in front of it. */
function findReason(text: string): string | undefined {
  const line = text.split("\n").find((each) => /\[(emerg|error|alert)\]/.test(each));
  return line?.replace(/^.*?\[\w+\] (\d+#\d+: )?/, "");
}

function explain(code: string | undefined, host: string, port: number, setting: string): string {
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is in use; end what listens there, or set ${setting} to another port.`;
    case "EACCES":
      return `Port ${port} may only be used by root; set ${setting} to a port above 1023.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${host} is not an address of this machine; set GATEHOUSE_GATEWAY_HOST to one that is.`;
    default:
      return `Port ${port} on ${host} cannot be used (${code}); set ${setting} to another port.`;
  }
}

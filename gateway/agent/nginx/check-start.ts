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

/**
 * Lets nginx read its configuration, which also loads its modules and our worker code.
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
      `nginx is not installed (looked for ${binary}): apt-get install nginx-light libnginx-mod-http-lua, or set GATEHOUSE_NGINX to its path.`,
    );
  }
  if (/dlopen\(\)|unknown directive "[a-z_]*lua/.test(output.text)) {
    throw new StartError("nginx has no Lua module: apt-get install libnginx-mod-http-lua.");
  }
  if (/module '?"?resty\.core/.test(output.text)) {
    throw new StartError("nginx's Lua library is missing: apt-get install lua-resty-core.");
  }
  const reason = output.text.split("\n").find((line) => /\[(emerg|error|alert)\]/.test(line)) ?? output.text.trim();
  throw new StartError(`nginx does not accept its configuration: ${reason.replace(/^.*?\[\w+\] (\d+#\d+: )?/, "")}`);
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

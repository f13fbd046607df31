import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { PlainError } from "./plain-error.mjs";
import { shown } from "./paths.mjs";
import { lastLines, runCommand } from "./run-command.mjs";

/**
 * Programs of the operating system that we need, each with how to see that it is there and the Debian packages that bring it.
 *
 * @typedef {object} SystemTool
 * @property {string} title as in "Installing …"
 * @property {readonly string[]} packages
 * @property {() => boolean} isPresent
 */

/** @type {SystemTool} */
export const NGINX_WITH_LUA = {
  title: "nginx with the Lua module",
  packages: ["nginx", "libnginx-mod-http-lua", "lua-resty-core", "lua-cjson", "ca-certificates"],
  isPresent: () =>
    // What TLS upstreams are verified against; nginx does not start without the file.
    existsSync("/etc/ssl/certs/ca-certificates.crt") &&
    findProgram("nginx") !== undefined &&
    existsSync("/usr/lib/nginx/modules/ngx_http_lua_module.so") &&
    existsSync("/usr/share/lua/5.1/resty/core.lua") &&
    isLuaLibraryPresent("cjson.so"),
};

/**
 * The command line of the LuaJIT that nginx uses. Never Debian's package "luajit": it takes the place of OpenResty's fork, and the Lua
 * module goes with it.
 * @type {SystemTool}
 */
export const LUAJIT = {
  title: "LuaJIT (OpenResty's)",
  packages: ["luajit2"],
  isPresent: () => findProgram("luajit") !== undefined,
};

/** @type {SystemTool} */
export const CHROMIUM = {
  title: "Chromium",
  packages: ["chromium"],
  isPresent: () => findProgram("chromium") !== undefined,
};

/**
 * @param {string} name
 * @returns {string | undefined} its path; the sbin folders count, which a user's PATH often lacks
 */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  for (const folder of folders) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/**
 * Installs what is missing with apt, as root or through sudo.
 * @param {readonly SystemTool[]} tools
 * @param {{ progress: import("./progress.mjs").Progress, logFile: string }} options
 * @throws {PlainError} with the command to run where it cannot be done from here
 */
export async function installMissingTools(tools, { progress, logFile }) {
  const missing = tools.filter((tool) => !tool.isPresent());
  if (missing.length === 0) {
    return;
  }
  const packages = missing.flatMap((tool) => tool.packages);
  const titles = missing.map((tool) => tool.title).join(" and ");
  const command = `apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  if (findProgram("apt-get") === undefined) {
    throw new PlainError(
      `${titles} must be installed, and this is not a Debian or Ubuntu: install what those name ${packages.join(", ")} and start again.`,
    );
  }
  const prefix = await rootPrefix(command, titles);
  progress.note(`${titles} ${missing.length > 1 ? "are" : "is"} missing. Installing: ${packages.join(" ")}`);
  const nginxIsNew = packages.includes("nginx") && findProgram("nginx") === undefined;
  await progress.step("System packages", async (step) => {
    if (prefix.asks) {
      step.pause();
      await runCommand("sudo", ["--validate", "--prompt", "  Password of %p, to install packages: "], {
        interactive: true,
      });
      step.resume();
    }
    await apt(prefix.parameters, packages, { step, logFile, command });
    if (nginxIsNew) {
      await stopDebianService(prefix.parameters, logFile);
    }
    const still = missing.filter((tool) => !tool.isPresent());
    if (still.length > 0) {
      throw new PlainError(
        `apt installed ${packages.join(", ")}, yet ${still.map((tool) => tool.title).join(", ")} is not there. The log: ${shown(logFile)}.`,
      );
    }
    step.detail("installed");
  });
}

/**
 * @param {string} command
 * @param {string} titles
 * @returns {Promise<{ parameters: readonly string[], asks: boolean }>}
 */
async function rootPrefix(command, titles) {
  if (process.getuid?.() === 0) {
    return { parameters: [], asks: false };
  }
  const manual = `${titles} must be installed, which needs root. Run \`sudo ${command}\` and start again.`;
  if (findProgram("sudo") === undefined) {
    throw new PlainError(manual.replace("sudo apt-get", "apt-get").replace("Run", "As root, run"));
  }
  const silent = await runCommand("sudo", ["--non-interactive", "true"]);
  if (silent.code === 0) {
    return { parameters: ["sudo", "--non-interactive"], asks: false };
  }
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new PlainError(manual);
  }
  return { parameters: ["sudo", "--non-interactive"], asks: true };
}

/**
 * @param {readonly string[]} prefix
 * @param {readonly string[]} packages
 * @param {{ step: import("./progress.mjs").Step, logFile: string, command: string }} options
 */
async function apt(prefix, packages, { step, logFile, command }) {
  const run = (/** @type {readonly string[]} */ parameters) => {
    const all = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_MODE=l", "apt-get", ...parameters];
    const onOutput = (/** @type {string} */ text) => {
      const name = [...text.matchAll(/^(?:Unpacking|Setting up) ([^ :]+)/gm)].at(-1)?.[1];
      if (name !== undefined) {
        step.detail(name);
      }
    };
    return runCommand(/** @type {string} */ (all[0]), all.slice(1), { logFile, onOutput });
  };
  step.detail("reading the package lists");
  // A list that cannot be refreshed may still be good enough: the install says what is wrong if not.
  await run(["-o", "DPkg::Lock::Timeout=120", "update"]);
  const result = await run(["-o", "DPkg::Lock::Timeout=120", "install", "-y", "--no-install-recommends", ...packages]);
  if (result.code !== 0) {
    throw new PlainError(
      `apt could not install ${packages.join(", ")}: run \`${command}\` as root, then start again.`,
      {
        details: lastLines(result.output, 8),
      },
    );
  }
}

/**
 * Debian starts nginx on port 80 the moment it is installed, and at every boot. Nobody asked for that: we run our own. Only called
 * when there was no nginx before.
 * @param {readonly string[]} prefix
 * @param {string} logFile
 */
async function stopDebianService(prefix, logFile) {
  const hasSystemd = existsSync("/run/systemd/system");
  const commands = hasSystemd
    ? [["systemctl", "disable", "--now", "nginx"]]
    : existsSync("/etc/init.d/nginx")
      ? [["/etc/init.d/nginx", "stop"]]
      : [];
  for (const command of commands) {
    const all = [...prefix, ...command];
    await runCommand(/** @type {string} */ (all[0]), all.slice(1), { logFile });
  }
}

/** @param {string} name */
function isLuaLibraryPresent(name) {
  const folders = readdirSync("/usr/lib").map((folder) => `/usr/lib/${folder}/lua/5.1`);
  return [...folders, "/usr/local/lib/lua/5.1"].some((folder) => existsSync(path.join(folder, name)));
}

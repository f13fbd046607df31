import { accessSync, constants, existsSync, readdirSync, readFileSync } from "node:fs";
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
 * The command line of the LuaJIT that nginx uses.
 * @type {SystemTool}
 */
export const LUAJIT = {
  title: "LuaJIT (OpenResty's)",
  packages: [luajitPackage(readRelease())],
  isPresent: () => findProgram("luajit") !== undefined,
};

/** @type {SystemTool} */
export const CHROMIUM = {
  title: "Chromium",
  packages: ["chromium"],
  isPresent: () => findProgram("chromium") !== undefined,
};

/** @returns {string} what the system says of itself, "" where it says nothing */
function readRelease() {
  try {
    return readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
}

/**
 * Up to Debian 12 and Ubuntu 24 the package "luajit" is another LuaJIT: it takes the place of OpenResty's fork, and the Lua module goes with
 * it. Since then it is that fork, and "luajit2" is gone.
 * @param {string} release text of /etc/os-release
 */
export function luajitPackage(release) {
  const version = Number(/^VERSION_ID="?(\d+)/m.exec(release)?.[1] ?? 0);
  const isUbuntu = /^ID="?ubuntu"?$/m.test(release);
  return version >= (isUbuntu ? 25 : 13) ? "luajit" : "luajit2";
}

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
  if (findProgram("apt-get") === undefined) {
    throw new PlainError(
      `${titles} must be installed, and this is not a Debian or Ubuntu: install what those name ${packages.join(", ")} and start again.`,
    );
  }
  const root = await findRoot();
  if (root === "none") {
    throw byHand(titles, packages);
  }
  progress.note(`${titles} ${missing.length > 1 ? "are" : "is"} missing, and is installed by apt:`);
  progress.note(progress.paint.dim(packages.join(" ")));
  await progress.step("System packages", async (step) => {
    const { code, output } = await runAsRoot(root, aptScript(packages), { step, logFile });
    if (!output.includes(AS_ROOT)) {
      throw byHand(titles, packages, `sudo refused: ${lastLines(output, 1).replace(/^sudo: /, "")}`);
    }
    if (code !== 0) {
      throw new PlainError(
        `apt could not install ${packages.join(", ")}. Its log: ${shown(logFile)}. What it said last:`,
        { details: lastLines(output, 8) },
      );
    }
    const still = missing.filter((tool) => !tool.isPresent());
    if (still.length > 0) {
      throw new PlainError(
        `apt installed ${packages.join(", ")}, yet ${still.map((tool) => tool.title).join(", ")} is not there. Its log: ${shown(logFile)}.`,
      );
    }
    step.detail("installed");
  });
}

/**
 * How this process can do something as root. "asking": sudo is there, and somebody sits at a terminal to type a password.
 * @typedef {"self" | "sudo" | "asking" | "none"} Root
 */

/** @returns {Promise<Root>} */
async function findRoot() {
  if (process.getuid?.() === 0) {
    return "self";
  }
  if (findProgram("sudo") === undefined) {
    return "none";
  }
  const silent = await runCommand("sudo", ["--non-interactive", "true"]);
  if (silent.code === 0) {
    return "sudo";
  }
  return process.stdin.isTTY && process.stdout.isTTY ? "asking" : "none";
}

/**
 * @param {string} titles
 * @param {readonly string[]} packages
 * @param {string} [reason] a sentence
 */
function byHand(titles, packages, reason) {
  const hasSudo = findProgram("sudo") !== undefined;
  const commands = ["apt-get update", `apt-get install -y --no-install-recommends ${packages.join(" ")}`];
  const sentence = `${titles} must be installed, which needs root. Run this${hasSudo ? "" : " as root"}, then start again:`;
  return new PlainError(reason === undefined ? sentence : `${reason}\n${sentence}`, {
    details: commands.map((command) => `${hasSudo ? "sudo " : ""}${command}`).join(" && "),
  });
}

/** Said by the script once it runs: sudo has let us. */
const AS_ROOT = "gatehouse: running as root";

/**
 * One script, so that a password is asked for once, however short sudo remembers it.
 * @param {Exclude<Root, "none">} root
 * @param {string} script
 * @param {{ step: import("./progress.mjs").Step, logFile: string }} options
 */
async function runAsRoot(root, script, { step, logFile }) {
  const shell = ["sh", "-c", script];
  const prompt = ["--prompt", "  Password of %p, to install packages: "];
  const command = {
    self: shell,
    sudo: ["sudo", "--non-interactive", ...shell],
    asking: ["sudo", ...prompt, ...shell],
  }[root];
  if (root === "asking") {
    step.pause();
  }
  const onOutput = (/** @type {string} */ text) => {
    if (text.includes(AS_ROOT)) {
      step.resume();
      step.detail("reading the package lists");
    }
    const name = [...text.matchAll(/^(?:Unpacking|Setting up) ([^ :]+)/gm)].at(-1)?.[1];
    if (name !== undefined) {
      step.detail(name);
    }
  };
  const [file = "", ...parameters] = command;
  return runCommand(file, parameters, { inTerminal: root === "asking", logFile, onOutput });
}

/**
 * Debian starts nginx on port 80 the moment it is installed, which fails where something else has that port, and at every boot. Nobody
 * asked for that: we run our own. An nginx that was there before is left as it is.
 * @param {readonly string[]} packages
 */
function aptScript(packages) {
  const nginxIsNew = packages.includes("nginx") && findProgram("nginx") === undefined;
  const startNothing = `
    if [ ! -e /usr/sbin/policy-rc.d ]; then
      trap 'rm -f /usr/sbin/policy-rc.d' EXIT
      trap 'exit 1' INT TERM HUP
      printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
      chmod 755 /usr/sbin/policy-rc.d
    fi`;
  const notAtBoot = `
    if [ -d /run/systemd/system ]; then
      systemctl disable nginx || true
    fi`;
  // A list that cannot be refreshed may still be good enough: the install says what is wrong if not. An installation that was interrupted
  // is finished first: apt refuses to begin another one.
  return `
    echo "${AS_ROOT}"
    export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
    ${nginxIsNew ? startNothing : ""}
    apt-get -o DPkg::Lock::Timeout=120 update
    dpkg --configure -a
    apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends ${packages.join(" ")} || exit
    ${nginxIsNew ? notAtBoot : ""}`;
}

/** @param {string} name */
function isLuaLibraryPresent(name) {
  const folders = readdirSync("/usr/lib").map((folder) => `/usr/lib/${folder}/lua/5.1`);
  return [...folders, "/usr/local/lib/lua/5.1"].some((folder) => existsSync(path.join(folder, name)));
}

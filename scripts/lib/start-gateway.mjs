import { gatewayEnvironment } from "./child-environments.mjs";
import { endNginxOf } from "./nginx-leftovers.mjs";
import { inRoot } from "./paths.mjs";
import { waitForAnswer } from "./ready.mjs";

/**
 * Starts the agent, which starts nginx, and waits until the node has a release and its keys in every worker.
 * @param {object} options
 * @param {ReturnType<typeof import("./supervisor.mjs").createSupervisor>} options.supervisor
 * @param {Parameters<typeof gatewayEnvironment>[0]} options.settings
 * @param {string | undefined} options.enrolToken
 * @param {string} options.logFile
 * @param {number} options.timeoutMs
 * @param {import("./progress.mjs").Step} options.step
 */
export async function startGateway({ supervisor, settings, enrolToken, logFile, timeoutMs, step }) {
  const program = supervisor.start({
    name: "gateway",
    file: process.execPath,
    parameters: ["--enable-source-maps", inRoot("dist", "gateway", "agent.mjs")],
    env: gatewayEnvironment(settings, enrolToken),
    logFile,
    graceMs: 15_000,
    // nginx goes on serving when the agent crashes, and the next agent takes it over.
    leavesOthersRunning: true,
    afterStop: () => endNginxOf(settings.stateDir),
  });
  await waitForAnswer(program, {
    url: `http://127.0.0.1:${settings.gatewayStatusPort}/ready`,
    isReady: (status) => status === 200,
    timeoutMs,
    logFile,
    detail: step.detail,
  });
}

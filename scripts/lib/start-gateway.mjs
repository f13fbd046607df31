import { gatewayEnvironment } from "./child-environments.mjs";
import { endNginxOf } from "./nginx-leftovers.mjs";
import { inRoot } from "./paths.mjs";
import { waitForAnswer } from "./ready.mjs";

/**
 * Starts the agent, which starts nginx, and waits until the node has a release and its keys in every worker.
 * @param {object} options
 * @param {ReturnType<typeof import("./supervisor.mjs").createSupervisor>} options.supervisor
 * @param {import("./settings.mjs").GatewaySettings} options.settings
 * @param {string} options.logFile
 * @param {number} options.timeoutMs
 * @param {import("./progress.mjs").Step} options.step
 */
export async function startGateway({ supervisor, settings, logFile, timeoutMs, step }) {
  const program = supervisor.start({
    name: "gateway",
    file: process.execPath,
    parameters: ["--enable-source-maps", inRoot("dist", "gateway", "agent.mjs")],
    env: gatewayEnvironment(settings),
    logFile,
    graceMs: 15_000,
    // nginx goes on serving when the agent crashes, and the next agent takes it over.
    leavesOthersRunning: true,
    afterStop: () => endNginxOf(settings.stateDir),
  });
  await waitForAnswer(program, {
    url: `${settings.localGatewayStatusUrl}/ready`,
    isReady: (status) => status === 200,
    timeoutMs,
    logFile,
    detail: step.detail,
  });
}

/**
 * What a gateway listens on, for requireFreePorts.
 * @param {import("./settings.mjs").NodeSettings} settings
 * @returns {{ port: number, host: string, purpose: string, setting: string }[]}
 */
export function gatewayPorts({ gatewayHost, gatewayPort, gatewayStatusPort, gatewayTlsPort, gatewayH2cPort }) {
  return [
    { port: gatewayPort, purpose: "the gateway", setting: "GATEHOUSE_GATEWAY_PORT" },
    { port: gatewayStatusPort, purpose: "the gateway's status", setting: "GATEHOUSE_GATEWAY_STATUS_PORT" },
    { port: gatewayTlsPort, purpose: "the gateway's HTTPS", setting: "GATEHOUSE_GATEWAY_TLS_PORT" },
    { port: gatewayH2cPort, purpose: "the gateway's HTTP/2", setting: "GATEHOUSE_GATEWAY_H2C_PORT" },
  ].flatMap(({ port, ...rest }) => (port === undefined ? [] : [{ port, host: gatewayHost, ...rest }]));
}

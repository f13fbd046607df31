import template from "../../nginx/nginx.conf.template";
import { NGINX_DEFAULTS, renderNginxConfig } from "../../nginx/render";
import type { AgentSettings } from "../env";
import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import { StartError } from "../start-error";
import type { ControlFile } from "../state/control-file";
import type { StateDirectory } from "../state/directory";
import { runtimeFingerprint } from "./runtime-fingerprint";
import { NginxSupervisor } from "./supervisor";

export interface CreateSupervisorOptions {
  readonly settings: AgentSettings;
  readonly state: StateDirectory;
  readonly control: ControlFile;
  readonly problems: Problems;
  readonly logger: Logger;
}

/** @throws StartError when the settings cannot be written as an nginx configuration */
export function createSupervisor({
  settings,
  state,
  control,
  problems,
  logger,
}: CreateSupervisorOptions): NginxSupervisor {
  const config = render(settings, state);
  return new NginxSupervisor({
    state,
    binary: settings.nginxBinary,
    config,
    fingerprint: runtimeFingerprint(config, settings.luaDirectory),
    listen: [
      { host: settings.host, port: settings.port, setting: "GATEHOUSE_GATEWAY_PORT" },
      { host: settings.host, port: settings.statusPort, setting: "GATEHOUSE_GATEWAY_STATUS_PORT" },
    ],
    control,
    problems,
    logger,
  });
}

function render(settings: AgentSettings, state: StateDirectory): string {
  try {
    return renderNginxConfig(template, {
      ...NGINX_DEFAULTS,
      stateDirectory: state.root,
      luaDirectory: settings.luaDirectory,
      host: settings.host,
      port: settings.port,
      statusHost: settings.host,
      statusPort: settings.statusPort,
      workers: settings.workers,
      runsAsRoot: process.getuid?.() === 0,
    });
  } catch (error) {
    throw new StartError(`${describeError(error)}.`);
  }
}

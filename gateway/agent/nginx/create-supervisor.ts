import template from "../../nginx/nginx.conf.template";
import { NGINX_DEFAULTS, renderNginxConfig } from "../../nginx/render";
import { ensureFallbackCertificate } from "../certificates/fallback-certificate";
import type { NodeSettings } from "../env";
import { describeError, type Logger } from "../log";
import type { Problems } from "../problems";
import { StartError } from "../start-error";
import type { ControlFile } from "../state/control-file";
import type { StateDirectory } from "../state/directory";
import { writeFileAtomically } from "../state/write-file-atomically";
import type { ListenAddress } from "./check-start";
import { runtimeFingerprint } from "./runtime-fingerprint";
import { NginxSupervisor } from "./supervisor";

export interface CreateSupervisorOptions {
  readonly settings: NodeSettings;
  /** What `upstreamCaFile` holds. */
  readonly upstreamAuthorities: string;
  readonly state: StateDirectory;
  readonly control: ControlFile;
  readonly problems: Problems;
  readonly logger: Logger;
}

/** @throws StartError when the settings cannot be written as an nginx configuration */
export async function createSupervisor({
  settings,
  upstreamAuthorities,
  state,
  control,
  problems,
  logger,
}: CreateSupervisorOptions): Promise<NginxSupervisor> {
  if (settings.tlsPort !== undefined) {
    ensureFallbackCertificate(state.fallbackCertificate);
  }
  await writeFileAtomically(state.upstreamAuthorities, upstreamAuthorities);
  const config = render(settings, state);
  return new NginxSupervisor({
    state,
    binary: settings.nginxBinary,
    config,
    // nginx reads the authorities, too, only when it starts or reloads.
    fingerprint: runtimeFingerprint(`${config}\0${upstreamAuthorities}`, settings.luaDirectory),
    listen: listenAddresses(settings),
    control,
    problems,
    logger,
  });
}

function listenAddresses({ host, port, statusPort, tlsPort, h2cPort }: NodeSettings): ListenAddress[] {
  return [
    { host, port, setting: "GATEHOUSE_GATEWAY_PORT" },
    { host, port: statusPort, setting: "GATEHOUSE_GATEWAY_STATUS_PORT" },
    ...(tlsPort === undefined ? [] : [{ host, port: tlsPort, setting: "GATEHOUSE_GATEWAY_TLS_PORT" }]),
    ...(h2cPort === undefined ? [] : [{ host, port: h2cPort, setting: "GATEHOUSE_GATEWAY_H2C_PORT" }]),
  ];
}

function render(settings: NodeSettings, state: StateDirectory): string {
  try {
    return renderNginxConfig(template, {
      ...NGINX_DEFAULTS,
      stateDirectory: state.root,
      luaDirectory: settings.luaDirectory,
      host: settings.host,
      port: settings.port,
      tlsPort: settings.tlsPort,
      h2cPort: settings.h2cPort,
      statusHost: settings.host,
      statusPort: settings.statusPort,
      upstreamCaFile: state.upstreamAuthorities,
      workers: settings.workers,
      maxBodyBytes: settings.maxBodyBytes,
      trustedProxies: settings.trustedProxies,
      counterCapacity: settings.counterCapacity,
      runsAsRoot: process.getuid?.() === 0,
    });
  } catch (error) {
    throw new StartError(`${describeError(error)}.`);
  }
}

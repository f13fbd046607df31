import { X509Certificate } from "node:crypto";
import { request as requestHttp } from "node:http";
import { request as requestHttps, type RequestOptions } from "node:https";
import { connect, isIP } from "node:net";
import type { ConnectionOptions, PeerCertificate, SecureContext } from "node:tls";
import type { HealthCheck, Target } from "../../contract/bundle";

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

interface CheckTls {
  /** What the target's certificate must name, in place of its host. */
  readonly tlsName: string | undefined;
  /** Authorities, and what the target is presented with; or why there is none (check-identities.ts). */
  readonly context: SecureContext | string;
}

interface ConnectTo {
  readonly address: string;
  readonly port: number;
}

/**
 * Asks one address of a target once, as nginx would with a call: a target that takes calls must pass, one that does not must fail.
 * @returns undefined when it is well, else why not
 */
export function checkTarget(
  check: HealthCheck,
  target: Target,
  connectTo: ConnectTo,
  { tlsName, context }: CheckTls,
): Promise<string | undefined> {
  return check.kind === "tcp"
    ? checkTcp(check, connectTo)
    : checkHttp(check, target, connectTo, { tlsName: tlsName ?? target.host, context });
}

function checkTcp(check: HealthCheck, connectTo: ConnectTo): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: connectTo.address, port: connectTo.port });
    const end = (reason: string | undefined) => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(check.timeoutMs, () => end(`no connection in ${check.timeoutMs} ms`));
    socket.once("connect", () => end(undefined));
    socket.once("error", (error) => end(error.message));
  });
}

function checkHttp(
  check: HealthCheck,
  target: Target,
  connectTo: ConnectTo,
  { tlsName, context }: CheckTls & { readonly tlsName: string },
): Promise<string | undefined> {
  const isTls = target.scheme === "https";
  if (isTls && typeof context === "string") {
    return Promise.resolve(context);
  }
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  const isOwnPort = target.port === (isTls ? HTTPS_PORT : HTTP_PORT);
  const options: RequestOptions & ConnectionOptions = {
    host: connectTo.address,
    port: connectTo.port,
    path: check.path,
    headers: { Host: isOwnPort ? host : `${host}:${target.port}`, "User-Agent": "Gatehouse health check" },
    agent: false,
    signal: AbortSignal.timeout(check.timeoutMs),
    ...(isTls && typeof context !== "string" ? tlsOptions(tlsName, context) : {}),
  };
  return new Promise((resolve) => {
    const request = (isTls ? requestHttps : requestHttp)(options, (response) => {
      const status = response.statusCode ?? 0;
      // What follows the head is nobody's concern.
      response.destroy();
      resolve(check.statuses.includes(status) ? undefined : `it answered ${status}`);
    });
    request.on("error", (error) =>
      resolve(
        error.name === "AbortError" || error.name === "TimeoutError"
          ? `no answer in ${check.timeoutMs} ms`
          : error.message,
      ),
    );
    request.end();
  });
}

function tlsOptions(tlsName: string, secureContext: SecureContext): ConnectionOptions {
  return {
    secureContext,
    rejectUnauthorized: true,
    // Of names only: RFC 6066 §3, and nginx does the same.
    servername: isIP(tlsName) === 0 ? tlsName : "",
    // OpenSSL's own comparison, which nginx makes: Node's reads addresses, wildcards and common names in another way.
    checkServerIdentity: (_name: string, { raw }: PeerCertificate) =>
      new X509Certificate(raw).checkHost(tlsName) === undefined
        ? new Error(`its certificate is not for ${tlsName}`)
        : undefined,
  };
}

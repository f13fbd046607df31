import type { PolicyHost, PolicyRequest } from "../types";

/**
 * The text that was signed (RFC 9421 §2.5). Undefined when a component is not there, or is none that we know.
 * @param parameters value of @signature-params
 */
export function signatureBase(
  components: readonly string[],
  parameters: string,
  request: PolicyRequest,
  host: PolicyHost,
): string | undefined {
  let base = "";
  for (const name of components) {
    const value =
      host.cut(name, 0, 1) === "@" ? derivedComponent(name, request, host) : host.variable(variableOf(name, host));
    if (value === undefined) {
      return undefined;
    }
    base = `${base}"${name}": ${value}\n`;
  }
  return `${base}"@signature-params": ${parameters}`;
}

/** RFC 9421 §2.2. Of the target as it was sent: what the chain has made of it since is not what was signed. */
function derivedComponent(name: string, request: PolicyRequest, host: PolicyHost): string | undefined {
  if (name === "@method") {
    return request.method;
  }
  if (name === "@authority") {
    return authority(host);
  }
  if (name === "@scheme") {
    return host.variable("scheme");
  }
  const target = host.variable("request_uri") ?? "";
  const mark = target.indexOf("?");
  if (name === "@path") {
    return mark < 0 ? target : host.cut(target, 0, mark);
  }
  if (name === "@query") {
    return mark < 0 ? "?" : host.cut(target, mark);
  }
  if (name === "@request-target") {
    return target;
  }
  return name === "@target-uri" ? `${host.variable("scheme") ?? ""}://${authority(host)}${target}` : undefined;
}

/** In lower case, and without the port that the scheme has by itself (RFC 9421 §2.2.3). */
function authority(host: PolicyHost): string {
  const name = (host.variable("http_host") ?? "").toLowerCase();
  const port = host.variable("scheme") === "https" ? ":443" : ":80";
  const end = name.length - port.length;
  return end > 0 && host.cut(name, end) === port ? host.cut(name, 0, end) : name;
}

/** nginx's variable of a header field. */
export function variableOf(name: string, host: Pick<PolicyHost, "cut">): string {
  let variable = "http_";
  let from = 0;
  let dash = name.indexOf("-");
  while (dash >= 0) {
    variable = `${variable}${host.cut(name, from, dash)}_`;
    from = dash + 1;
    dash = name.indexOf("-", from);
  }
  return `${variable}${host.cut(name, from)}`;
}

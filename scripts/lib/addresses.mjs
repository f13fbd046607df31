/** Addresses that mean every address of the machine, and the one of them that a program here takes: nginx on "::" does not answer IPv4. */
const ANYWHERE = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"],
]);
const THIS_MACHINE = ["127.0.0.1", "::1", "localhost"];

/**
 * How a program on this machine reaches what listens on a host and port.
 * @param {string} host
 * @param {number} port
 */
export function localUrl(host, port) {
  return toUrl(ANYWHERE.get(host) ?? host, port);
}

/**
 * How a person reaches it, as far as that can be known from here.
 * @param {string} host
 * @param {number} port
 */
export function likelyUrl(host, port) {
  return toUrl([...ANYWHERE.keys(), ...THIS_MACHINE].includes(host) ? "localhost" : host, port);
}

/**
 * @param {string} host
 * @param {number} port
 */
function toUrl(host, port) {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

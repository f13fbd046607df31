import { readVariable } from "./request";
import { REMOTE_ADDRESS } from "./variables";

const SIXTEEN = 16;
/** What stands before an IPv4 address that is written as IPv6 (RFC 4291 §2.5.5.2), as some proxies do: the two are one client. */
const MAPPED = `${string.rep(string.char(0), 10)}${string.char(0xff, 0xff)}`;

/** The client's address: four bytes, or sixteen. */
export function clientBytes(request: CData): string {
  const address = readVariable(request, REMOTE_ADDRESS) ?? "";
  if (address.length === SIXTEEN && string.sub(address, 1, MAPPED.length) === MAPPED) {
    return string.sub(address, MAPPED.length + 1);
  }
  return address;
}

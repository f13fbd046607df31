import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { describeError } from "../log";
import { StartError } from "../start-error";

const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g;

/**
 * The authorities that certificates of upstreams must chain to, as PEM. Read before nginx reads the same file, whose own words for a fault in
 * it name no setting.
 * @throws StartError when the file cannot be read, or holds no certificate or a broken one
 */
export function readUpstreamAuthorities(file: string): string {
  const setting = `GATEHOUSE_GATEWAY_UPSTREAM_CA_FILE is ${file}`;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new StartError(`${setting}, which cannot be read: ${describeError(error)}.`);
  }
  const certificates = text.match(CERTIFICATE);
  if (certificates === null) {
    throw new StartError(`${setting}, which holds no certificate; give a file of authorities in PEM form.`);
  }
  for (const [index, certificate] of certificates.entries()) {
    try {
      new X509Certificate(certificate);
    } catch (error) {
      throw new StartError(`${setting}, whose certificate number ${index + 1} is broken: ${describeError(error)}.`);
    }
  }
  return text;
}

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { issueCertificate } from "../certificates/issue-certificate";
import { fingerprintCertificates, readCertificates } from "./read-certificates";

const notAfter = new Date("2036-01-01T00:00:00Z");
const issue = (names: string[]) => issueCertificate({ names, notBefore: new Date(0), notAfter });
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "gatehouse-certificates-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

function write(name: string, { certificate, privateKey }: { certificate: string; privateKey: string }): void {
  writeFileSync(path.join(directory, `${name}.pem`), certificate);
  writeFileSync(path.join(directory, `${name}.key`), privateKey);
}

it("certificates are shown for the names in them, and another version is told apart", async () => {
  write("api", issue(["api.example", "*.api.example"]));
  const { version, certificates } = await readCertificates(directory);
  expect(certificates).toMatchObject([
    { name: "api", serverNames: ["api.example", "*.api.example"], notAfter: notAfter.getTime() / 1000 },
  ]);
  expect(await fingerprintCertificates(directory)).toBe(version);
  write("api", issue(["api.example"]));
  expect(await fingerprintCertificates(directory)).not.toBe(version);
});

it("a certificate with another's key, or with none, is named", async () => {
  const { certificate } = issue(["a.example"]);
  write("mixed", { certificate, privateKey: issue(["b.example"]).privateKey });
  await expect(readCertificates(directory)).rejects.toThrow("mixed.pem cannot be shown: its key belongs to another");
  rmSync(path.join(directory, "mixed.key"));
  await expect(readCertificates(directory)).rejects.toThrow("mixed.key");
});

it("what is presented to upstreams has no name that it is shown for", async () => {
  write("api", issue(["api.example"]));
  write("orders.client", issue(["Orders"]));
  const { certificates, clientCertificates } = await readCertificates(directory);
  expect(certificates.map(({ name }) => name)).toEqual(["api"]);
  expect(clientCertificates?.map(({ name }) => name)).toEqual(["orders"]);
});

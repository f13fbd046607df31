import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { issueCertificate } from "./issue-certificate";

const notBefore = new Date("2026-01-01T00:00:00Z");

describe("a certificate that we make", () => {
  it.each(["2036-01-01T00:00:00Z", "2126-01-01T00:00:00Z"])("is one to OpenSSL, until %s", (end) => {
    const names = ["localhost", "*.example.com", `${"long.".repeat(40)}example`];
    const issued = issueCertificate({ names, notBefore, notAfter: new Date(end) });
    const certificate = new X509Certificate(issued.certificate);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(issued.privateKey))).toBe(true);
    expect([certificate.subject, certificate.ca]).toEqual(["CN=localhost", false]);
    expect(certificate.subjectAltName).toBe(names.map((name) => `DNS:${name}`).join(", "));
    expect([certificate.validFrom, certificate.validTo].map((text) => new Date(text))).toEqual([
      notBefore,
      new Date(end),
    ]);
    expect(certificate.checkHost("a.example.com")).toBe("*.example.com");
  });

  it("can sign another", () => {
    const notAfter = new Date("2030-01-01T00:00:00Z");
    const authority = issueCertificate({ names: ["Authority"], notBefore, notAfter, isAuthority: true });
    const issuer = { name: "Authority", privateKey: authority.key };
    const leaf = new X509Certificate(issueCertificate({ names: ["a"], notBefore, notAfter, issuer }).certificate);
    const root = new X509Certificate(authority.certificate);
    expect([root.ca, leaf.checkIssued(root), leaf.verify(root.publicKey)]).toEqual([true, true, true]);
  });
});

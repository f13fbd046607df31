import { describe, expect, it } from "vitest";
import { contentSecurityPolicy, strictTransportSecurity } from "./security-headers";

const settings = { publicUrl: "http://localhost:3000", gatewayUrl: "https://gateway.example", isDevelopment: false };

describe("the headers of a page", () => {
  it("tell browsers to come back by https only where the portal is reached by https", () => {
    expect(strictTransportSecurity(settings)).toBeUndefined();
    expect(strictTransportSecurity({ ...settings, publicUrl: "https://portal.example" })).toMatch(/^max-age=\d{7,}$/);
  });

  it("let only scripts of the page run, calls reach only the portal and its gateway, and nobody frame it", () => {
    const directives = contentSecurityPolicy("abc", settings).split("; ");
    expect(directives).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic'");
    expect(directives).toContain("connect-src 'self' https://gateway.example");
    expect(directives).toContain("frame-ancestors 'none'");
    expect(directives).toContain("object-src 'none'");
  });
});

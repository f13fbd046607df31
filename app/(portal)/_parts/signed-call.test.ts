import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signedCall } from "./signed-call";

const KEY_ID = "key_0123456789abcdef";
const SECRET = "gh_sign_0123456789abcdefghijklmnopqrstuv012345";

/** What the script would have sent: curl's arguments, one a line. */
function run(script: string): string[] {
  const text = execFileSync("bash", ["-c", `curl() { printf '%s\\n' "$@"; }\n${script}`], { encoding: "utf8" });
  return text.trim().split("\n");
}

describe("the script that signs a call", () => {
  it.each([
    ["https://api.example.com/shop/v1/items?page=2&sort=%7E", "api.example.com", "/shop/v1/items", "?page=2&sort=%7E"],
    ["http://127.0.0.1:8080/shop/v1/items", "127.0.0.1:8080", "/shop/v1/items", "?"],
  ])("makes a signature that holds for %s", (address, authority, path, query) => {
    const sent = run(signedCall(address, KEY_ID, SECRET));
    const input = sent
      .find((line) => line.startsWith("Signature-Input: sig1="))
      ?.slice("Signature-Input: sig1=".length);
    expect(input).toMatch(/^\("@method" "@authority" "@path" "@query"\);created=\d{10};keyid="key_0123456789abcdef"$/);
    const base = [
      '"@method": GET',
      `"@authority": ${authority}`,
      `"@path": ${path}`,
      `"@query": ${query}`,
      `"@signature-params": ${input}`,
    ].join("\n");
    const signature = createHmac("sha256", SECRET).update(base).digest("base64");
    expect(sent).toContain(`Signature: sig1=:${signature}:`);
    expect(sent.at(-1)).toBe(address);
  });
});

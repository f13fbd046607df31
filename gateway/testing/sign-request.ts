import { createHmac } from "node:crypto";
import type { CredentialEntry } from "../contract/credentials";
import { signerName } from "../contract/key-format";
import { credentialFor } from "./snapshots";

const KEY_ID = "key_0123456789abcdef";
const SECRET = "gh_sign_0123456789abcdefghijklmnopqrstuv012345";

/** Of the secret that `signGet` signs with. */
export function signingCredential(): CredentialEntry {
  const entry = credentialFor(signerName(KEY_ID), { credential: 2 });
  return { ...entry, signingKey: Buffer.from(SECRET).toString("hex") };
}

/** Fields of a GET that is signed now, over what hmac-auth asks for by itself (RFC 9421). */
export function signGet(address: string): { Signature: string; "Signature-Input": string } {
  const { host, pathname, search } = new URL(address);
  const input = `("@method" "@authority" "@path" "@query");created=${Math.floor(Date.now() / 1000)};keyid="${KEY_ID}"`;
  const lines = ['"@method": GET', `"@authority": ${host}`, `"@path": ${pathname}`, `"@query": ${search || "?"}`];
  const base = [...lines, `"@signature-params": ${input}`].join("\n");
  const signature = createHmac("sha256", SECRET).update(base).digest("base64");
  return { "Signature-Input": `sig1=${input}`, Signature: `sig1=:${signature}:` };
}

import { beforeAll, describe, expect, it } from "vitest";
import { credentialPageSchema, type CredentialEntry } from "@/gateway/contract/credentials";
import { signerName } from "@/gateway/contract/key-format";
import { createdKeySchema, type CreatedKey } from "@/lib/api-schemas/applications";
import { sha256Hex } from "@/lib/crypto/hash";
import { database } from "@/lib/database";
import { readCredentialPage } from "@/lib/keys/credential-log";
import { prepareTestDatabase } from "@/lib/testing/database";
import { bootstrapForTests, call, makeShop, must, type Shop } from "../_testing/client";

prepareTestDatabase();

let shop: Shop;
let made: CreatedKey;

beforeAll(async () => {
  await bootstrapForTests();
  shop = await makeShop();
  const body = { name: "signer", kind: "signing" };
  made = createdKeySchema.parse(await must("POST", `/applications/${shop.application}/keys`, body));
});

const entryOf = async (keyId: string): Promise<CredentialEntry | undefined> => {
  const page = credentialPageSchema.parse(await readCredentialPage(0));
  return page.entries.find(({ hash }) => hash === sha256Hex(signerName(keyId)));
};
const rowOf = (publicId: string) => database().credential.findUniqueOrThrow({ where: { publicId } });

describe("a signing secret", () => {
  it("is shown once, stored sealed, and reaches nodes with its application's subscriptions", async () => {
    expect(made).toMatchObject({ kind: "signing", state: "active" });
    expect(made.key).toMatch(/^gh_sign_[0-9A-Za-z]{38}$/);
    const { text } = await call("GET", `/applications/${shop.application}/keys`);
    expect(text).not.toContain(made.key);
    expect(JSON.stringify(await rowOf(made.id), (_key, value: unknown) => String(value))).not.toContain(made.key);
    expect((await rowOf(made.id)).secretEncrypted).not.toContain(made.key);
    expect(await entryOf(made.id)).toMatchObject({
      signingKey: Buffer.from(made.key).toString("hex"),
      state: "active",
      subscriptions: [{ plan: expect.any(Number) as number }],
    });
  });

  it("is none of the keys that nodes know by their hash, and keys have no secret", async () => {
    const { entries } = await readCredentialPage(0);
    expect(entries.filter(({ hash }) => hash === sha256Hex(made.key))).toEqual([]);
    const key = entries.find(({ hash }) => hash === sha256Hex(shop.key));
    expect(key).toMatchObject({ state: "active" });
    expect(key).not.toHaveProperty("signingKey");
  });

  it("that does not open goes out as revoked, and holds up no other", async () => {
    const { secretEncrypted } = await rowOf(made.id);
    const write = (text: string | null) =>
      database().credential.update({ where: { publicId: made.id }, data: { secretEncrypted: text } });
    await write("v1.AAAA.AAAA.AAAA");
    expect(await entryOf(made.id)).toMatchObject({ state: "revoked" });
    expect(await entryOf(made.id)).not.toHaveProperty("signingKey");
    await write(secretEncrypted);
    expect(await entryOf(made.id)).toMatchObject({ state: "active" });
  });

  it("is erased when it is revoked, and nodes hear of it", async () => {
    await must("DELETE", `/applications/${shop.application}/keys/${made.id}`);
    expect((await rowOf(made.id)).secretEncrypted).toBeNull();
    const entry = await entryOf(made.id);
    expect(entry).toMatchObject({ state: "revoked", subscriptions: [] });
    expect(entry).not.toHaveProperty("signingKey");
  });
});

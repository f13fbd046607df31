import "server-only";
import { KEY_HEADER } from "@/gateway/contract/key-format";
import type { Portal } from "./api-schemas";
import { database } from "./database";
import { env } from "./env";

/** What a browser needs to know before anybody has signed in. */
export async function readPortal(): Promise<Portal> {
  const { publicUrl, gatewayUrl } = env();
  const demo = await database().api.count({ where: { demo: true } });
  return { name: "Gatehouse", portalUrl: publicUrl, gatewayUrl, keyHeader: KEY_HEADER, signUp: true, demo: demo > 0 };
}

/** @throws whatever the database says when it does not answer */
export async function checkHealth(): Promise<{ status: "ok"; database: "ok" }> {
  await database().$queryRaw`SELECT 1`;
  return { status: "ok", database: "ok" };
}

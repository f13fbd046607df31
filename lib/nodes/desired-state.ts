import "server-only";
import type { HeartbeatAnswer } from "@/gateway/contract/heartbeat";
import { database } from "@/lib/database";
import { readCredentialCursor } from "@/lib/keys/credential-log";

/** The newest state a node of an environment should have. */
export async function readDesiredState(environmentId: number): Promise<HeartbeatAnswer> {
  const [environment, credentialCursor] = await Promise.all([
    database().environment.findUniqueOrThrow({
      where: { id: environmentId },
      select: { currentRelease: { select: { number: true } } },
    }),
    readCredentialCursor(),
  ]);
  return { release: environment.currentRelease?.number ?? null, credentialCursor };
}

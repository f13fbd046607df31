import "server-only";
import type { Transaction } from "@/lib/database";
import { CHANNEL, type Event } from "./events";

/** Told to every portal process when the transaction commits, and never when it does not. */
export async function sendEvent(transaction: Transaction, event: Event): Promise<void> {
  await transaction.$executeRaw`SELECT pg_notify(${CHANNEL}, ${JSON.stringify(event)})`;
}

import "server-only";
import pg from "pg";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { CHANNEL, eventSchema, type Event } from "./events";

/** Told of every event; "reconnected" when some may have been missed, so that everything is to be looked at again. */
export type Subscriber = (event: Event | { readonly type: "reconnected" }) => void;

interface Listener {
  readonly subscribers: Set<Subscriber>;
  client: pg.Client | undefined;
  retryMs: number;
}

/** Next.js may load a module more than once in a process; there is one connection. */
const holder = globalThis as { gatehouseListener?: Listener };

/**
 * Hears what other processes (and this one) tell agents. One connection per process, opened with the first subscriber and kept open:
 * when it breaks it is opened again, and subscribers are told that they may have missed something.
 * @returns ends the subscription
 */
export function subscribe(subscriber: Subscriber): () => void {
  const listener = (holder.gatehouseListener ??= { subscribers: new Set(), client: undefined, retryMs: 100 });
  listener.subscribers.add(subscriber);
  if (listener.client === undefined) {
    void connect(listener, false);
  }
  return () => {
    listener.subscribers.delete(subscriber);
  };
}

/** Closes the connection: for scripts and tests, which would otherwise not end. */
export async function stopListening(): Promise<void> {
  const listener = holder.gatehouseListener;
  delete holder.gatehouseListener;
  const client = listener?.client;
  if (listener !== undefined) {
    listener.client = undefined;
  }
  await client?.end();
}

async function connect(listener: Listener, again: boolean): Promise<void> {
  const client = new pg.Client({ connectionString: env().databaseUrl, keepAlive: true });
  listener.client = client;
  let over = false;
  const retry = (error?: Error) => {
    if (over || listener.client !== client) {
      return;
    }
    over = true;
    log.warn({ error, retryMs: listener.retryMs }, "the connection that hears events broke");
    setTimeout(() => void connect(listener, true), listener.retryMs).unref();
    listener.retryMs = Math.min(listener.retryMs * 2, 5000);
  };
  client.on("error", retry);
  client.on("end", () => {
    retry();
  });
  client.on("notification", ({ payload }) => {
    const event = eventSchema.safeParse(parse(payload));
    if (event.success) {
      tell(listener, event.data);
    } else {
      log.warn({ payload }, "an event has an unknown form");
    }
  });
  try {
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    listener.retryMs = 100;
    // The first time too: subscribers read the state before the connection stood.
    tell(listener, { type: "reconnected" });
    if (again) {
      log.info("hearing events again");
    }
  } catch (error) {
    retry(error instanceof Error ? error : undefined);
    await client.end().catch(() => undefined);
  }
}

function tell(listener: Listener, event: Parameters<Subscriber>[0]): void {
  for (const subscriber of listener.subscribers) {
    subscriber(event);
  }
}

function parse(payload: string | undefined): unknown {
  try {
    return JSON.parse(payload ?? "");
  } catch {
    return undefined;
  }
}

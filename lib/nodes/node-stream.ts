import "server-only";
import type { StreamEvent } from "@/gateway/contract/heartbeat";
import { log } from "@/lib/log";
import { subscribe } from "@/lib/notify/listen";
import type { NodeIdentity } from "./authenticate-node";
import { readDesiredState } from "./desired-state";

/** The contract promises one at least every ten seconds. */
const PING_MS = 5000;

/**
 * The long-lived answer of GET stream: newline-delimited JSON. Begins with the newest release and credential sequence, then says
 * whatever changes, as the commit that changed it is told. A node that is told something twice loses nothing.
 */
export function openNodeStream(node: NodeIdentity, signal: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop: () => void = () => undefined;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (event: StreamEvent) => {
        try {
          controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`));
        } catch {
          // The other side has gone; cancel or abort follows.
          stop();
        }
      };
      const sendState = async () => {
        try {
          const { release, credentialCursor } = await readDesiredState(node.environmentId);
          if (release !== null) {
            send({ type: "release", release });
          }
          send({ type: "credentials", sequence: credentialCursor });
        } catch (error) {
          // The next heartbeat's answer, or the reconnected listener, says the same again.
          log.warn({ error, node: node.publicId }, "the state for a node's stream could not be read");
        }
      };
      const unsubscribe = subscribe((event) => {
        switch (event.type) {
          case "release":
            if (event.environment === node.environment) {
              send({ type: "release", release: event.release });
            }
            return;
          case "certificates":
          case "cache-purges":
            if (event.environment === node.environment) {
              send({ type: event.type });
            }
            return;
          case "credentials":
            send({ type: "credentials", sequence: event.sequence });
            return;
          case "reconnected":
            void sendState();
            send({ type: "certificates" });
            send({ type: "cache-purges" });
            return;
        }
      });
      const ping = setInterval(() => {
        send({ type: "ping" });
      }, PING_MS);
      stop = () => {
        unsubscribe();
        clearInterval(ping);
      };
      signal.addEventListener("abort", stop, { once: true });
      // The first bytes open the answer: a proxy may hold back headers until there is a body.
      send({ type: "ping" });
      void sendState();
    },
    cancel() {
      stop();
    },
  });
}

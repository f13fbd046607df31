import type { PolicyCase } from "../case";

const handshake = { http_upgrade: "websocket", server_protocol: "HTTP/1.1" };

export const cases: readonly PolicyCase[] = [
  {
    name: "sends handshakes by the way that passes them on, with the idle time as their timeouts",
    config: { idleTimeoutSeconds: 30 },
    scene: { variables: handshake },
    steps: [
      { expect: { decision: "pass", transport: "@websocket", timeouts: "-/30000/30000" } },
      {
        scene: { variables: { ...handshake, http_upgrade: "WebSocket" } },
        expect: { decision: "pass", transport: "@websocket" },
      },
    ],
  },
  {
    name: "leaves every other call alone",
    steps: [
      { expect: { decision: "pass", transport: "", timeouts: "" } },
      { scene: { variables: { ...handshake, http_upgrade: "h2c" } }, expect: { decision: "pass", transport: "" } },
      {
        scene: { variables: handshake },
        request: { method: "POST" },
        expect: { decision: "pass", transport: "" },
      },
      {
        scene: { variables: { ...handshake, server_protocol: "HTTP/2.0" } },
        expect: { decision: "pass", transport: "" },
      },
    ],
  },
];

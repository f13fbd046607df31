import type { PolicyCase } from "../case";

const config = { maxBodyBytes: 1000 };
const tooLarge = {
  kind: "refuse",
  code: "body_too_large",
  detail: "The body may have at most 1000 bytes.",
} as const;

export const cases: readonly PolicyCase[] = [
  {
    name: "lets a body of the very size through, and refuses one byte more",
    config,
    steps: [
      { scene: { variables: { http_content_length: "1000" } }, expect: { decision: "pass" } },
      { scene: { variables: { http_content_length: "1001" } }, expect: { decision: tooLarge } },
      { scene: { variables: { http_content_length: "99999999999999999999" } }, expect: { decision: tooLarge } },
    ],
  },
  {
    name: "lets a request without a body through",
    config: { maxBodyBytes: 0 },
    steps: [
      { expect: { decision: "pass" } },
      { scene: { variables: { http_content_length: "0" } }, expect: { decision: "pass" } },
    ],
  },
  {
    name: "takes in a body sent in chunks, and judges it whole",
    config,
    scene: { variables: { http_transfer_encoding: "chunked" } },
    steps: [
      { scene: { body: "x".repeat(1000) }, expect: { decision: "pass" } },
      { scene: { body: "x".repeat(1001) }, expect: { decision: tooLarge } },
    ],
  },
  {
    name: "takes in what comes over HTTP/2 without a length, and judges it whole",
    config,
    scene: { variables: { server_protocol: "HTTP/2.0" } },
    steps: [
      { scene: { body: "" }, expect: { decision: "pass" } },
      { scene: { body: "x".repeat(1000) }, expect: { decision: "pass" } },
      { scene: { body: "x".repeat(1001) }, expect: { decision: tooLarge } },
    ],
  },
  {
    name: "asks for a length over HTTP/2, too, where chunks are refused and there is a body",
    config: { ...config, chunked: "refuse" },
    scene: { variables: { server_protocol: "HTTP/2.0" } },
    steps: [
      { scene: { body: "" }, expect: { decision: "pass" } },
      { scene: { body: "x" }, expect: { decision: { kind: "refuse", code: "length_required" } } },
    ],
  },
  {
    name: "asks for a length where chunks are refused",
    config: { ...config, chunked: "refuse" },
    scene: { variables: { http_transfer_encoding: "chunked" }, body: "x" },
    steps: [{ expect: { decision: { kind: "refuse", code: "length_required" } } }],
  },
  {
    name: "takes in and judges a body over HTTP/2 that says no length, too",
    config,
    scene: { variables: { server_protocol: "HTTP/2.0" } },
    steps: [
      { scene: { body: "x".repeat(1000) }, expect: { decision: "pass" } },
      { scene: { body: "x".repeat(1001) }, expect: { decision: tooLarge } },
    ],
  },
  {
    name: "asks for a length over HTTP/2 only of a request that has a body",
    config: { ...config, chunked: "refuse" },
    scene: { variables: { server_protocol: "HTTP/2.0" } },
    steps: [
      { scene: { body: "" }, expect: { decision: "pass" } },
      { scene: { body: "x" }, expect: { decision: { kind: "refuse", code: "length_required" } } },
    ],
  },
];

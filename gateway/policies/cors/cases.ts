import type { PolicyCase } from "../case";
import { ALLOWED_METHODS, EXPOSED_FIELDS } from "./plan";

const config = { origins: ["https://portal.example", "http://localhost:3000"] };
const preflight = {
  http_origin: "https://portal.example",
  http_access_control_request_method: "POST",
  http_access_control_request_headers: "content-type, x-api-key",
};

const fixedFields = (maxAgeSeconds: string) => [
  "Access-Control-Allow-Methods",
  ALLOWED_METHODS,
  "Access-Control-Max-Age",
  maxAgeSeconds,
  "Vary",
  "Origin, Access-Control-Request-Headers",
];

export const cases: readonly PolicyCase[] = [
  {
    name: "lets a browser of a listed origin read the response",
    config,
    scene: { variables: { http_origin: "https://portal.example" } },
    steps: [{ expect: { decision: "pass", corsOrigin: "https://portal.example", corsExpose: EXPOSED_FIELDS } }],
  },
  {
    name: "says nothing to a program that sends no Origin",
    config,
    steps: [{ expect: { decision: "pass", corsOrigin: "", corsExpose: "" } }],
  },
  {
    name: "says nothing to an origin that is not listed, not even to its preflight",
    config,
    steps: [
      {
        scene: { variables: { ...preflight, http_origin: "https://evil.example" } },
        request: { method: "OPTIONS" },
        expect: { decision: "pass", corsOrigin: "" },
      },
    ],
  },
  {
    name: "compares origins whole: scheme, host and port",
    config,
    steps: [
      { scene: { variables: { http_origin: "http://portal.example" } }, expect: { decision: "pass", corsOrigin: "" } },
      { scene: { variables: { http_origin: "http://localhost:3001" } }, expect: { decision: "pass", corsOrigin: "" } },
      {
        scene: { variables: { http_origin: "https://portal.example.evil" } },
        expect: { decision: "pass", corsOrigin: "" },
      },
      { scene: { variables: { http_origin: "null" } }, expect: { decision: "pass", corsOrigin: "" } },
      {
        scene: { variables: { http_origin: "http://localhost:3000" } },
        expect: { decision: "pass", corsOrigin: "http://localhost:3000" },
      },
    ],
  },
  {
    name: "takes no name that every table or object has for an origin",
    config,
    steps: [
      { scene: { variables: { http_origin: "constructor" } }, expect: { decision: "pass", corsOrigin: "" } },
      { scene: { variables: { http_origin: "__proto__" } }, expect: { decision: "pass", corsOrigin: "" } },
    ],
  },
  {
    name: "answers a preflight at the edge, allowing the fields that were asked for",
    config,
    steps: [
      {
        scene: { variables: preflight },
        request: { method: "OPTIONS" },
        expect: {
          decision: {
            kind: "answer",
            status: 204,
            headers: [
              "Access-Control-Allow-Origin",
              "https://portal.example",
              ...fixedFields("600"),
              "Access-Control-Allow-Headers",
              "content-type, x-api-key",
            ],
          },
        },
      },
    ],
  },
  {
    name: "allows no field in a preflight that asks for none, and keeps to the configured age",
    config: { ...config, maxAgeSeconds: 30 },
    steps: [
      {
        scene: { variables: { http_origin: "https://portal.example", http_access_control_request_method: "GET" } },
        request: { method: "OPTIONS" },
        expect: {
          decision: {
            kind: "answer",
            status: 204,
            headers: ["Access-Control-Allow-Origin", "https://portal.example", ...fixedFields("30")],
          },
        },
      },
    ],
  },
  {
    name: "passes OPTIONS that is no preflight on to the API",
    config,
    steps: [
      {
        scene: { variables: { http_origin: "https://portal.example" } },
        request: { method: "OPTIONS" },
        expect: { decision: "pass", corsOrigin: "https://portal.example" },
      },
    ],
  },
  {
    name: "reads a configured origin with a trailing slash as the origin it means",
    config: { origins: ["https://portal.example/"] },
    scene: { variables: { http_origin: "https://portal.example" } },
    steps: [{ expect: { decision: "pass", corsOrigin: "https://portal.example" } }],
  },
];

import type { PolicyCase } from "../case";

const ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
const EXPOSED_FIELDS = "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, Gatehouse-Release, Location, ETag";

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

const allowed = (origin: string, vary = "Origin") =>
  `access-control-allow-origin: ${origin}; access-control-expose-headers: ${EXPOSED_FIELDS}; vary: ${vary}`;

export const cases: readonly PolicyCase[] = [
  {
    name: "lets a browser of a listed origin read the response",
    config,
    scene: { variables: { http_origin: "https://portal.example" } },
    steps: [
      {
        expect: {
          decision: "pass",
          responseFields: allowed("https://portal.example"),
        },
      },
    ],
  },
  {
    name: "says nothing to a program that sends no Origin",
    config,
    steps: [{ expect: { decision: "pass", responseFields: "" } }],
  },
  {
    name: "says nothing to an origin that is not listed, not even to its preflight",
    config,
    steps: [
      {
        scene: { variables: { ...preflight, http_origin: "https://evil.example" } },
        request: { method: "OPTIONS" },
        expect: { decision: "pass", responseFields: "" },
      },
    ],
  },
  {
    name: "compares origins whole: scheme, host and port",
    config,
    steps: [
      {
        scene: { variables: { http_origin: "http://portal.example" } },
        expect: { decision: "pass", responseFields: "" },
      },
      {
        scene: { variables: { http_origin: "http://localhost:3001" } },
        expect: { decision: "pass", responseFields: "" },
      },
      {
        scene: { variables: { http_origin: "https://portal.example.evil" } },
        expect: { decision: "pass", responseFields: "" },
      },
      { scene: { variables: { http_origin: "null" } }, expect: { decision: "pass", responseFields: "" } },
      {
        scene: { variables: { http_origin: "http://localhost:3000" } },
        expect: { decision: "pass", responseFields: allowed("http://localhost:3000") },
      },
    ],
  },
  {
    name: "takes no name that every table or object has for an origin",
    config,
    steps: [
      { scene: { variables: { http_origin: "constructor" } }, expect: { decision: "pass", responseFields: "" } },
      { scene: { variables: { http_origin: "__proto__" } }, expect: { decision: "pass", responseFields: "" } },
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
        expect: { decision: "pass", responseFields: allowed("https://portal.example") },
      },
    ],
  },
  {
    name: "reads a configured origin with a trailing slash as the origin it means",
    config: { origins: ["https://portal.example/"] },
    scene: { variables: { http_origin: "https://portal.example" } },
    steps: [{ expect: { decision: "pass", responseFields: allowed("https://portal.example") } }],
  },
  {
    name: "takes the place of what the upstream says on CORS, and adds to what it varies by",
    config,
    scene: {
      variables: { http_origin: "https://portal.example" },
      response: {
        status: 200,
        fields: {
          "access-control-allow-origin": "*",
          "access-control-allow-credentials": "true",
          vary: "Accept-Encoding",
        },
      },
    },
    steps: [
      { expect: { decision: "pass", responseFields: allowed("https://portal.example", "Accept-Encoding, Origin") } },
    ],
  },
  {
    name: "lets every origin read where all may, without naming any",
    config: { origins: ["*"] },
    scene: { variables: { http_origin: "https://anywhere.example" } },
    steps: [{ expect: { decision: "pass", responseFields: allowed("*") } }],
  },
  {
    name: "takes a star for one or more names below a domain, and for nothing else",
    config: { origins: ["https://*.shop.example", "http://*.test:8080"] },
    steps: [
      ...["https://app.shop.example", "https://a.b.shop.example", "http://x.test:8080"].map((origin) => ({
        scene: { variables: { http_origin: origin } },
        expect: { decision: "pass" as const, responseFields: allowed(origin) },
      })),
      ...[
        ...[
          "https://shop.example",
          "https://.shop.example.evil",
          "https://evilshop.example",
          "http://app.shop.example",
        ],
        ...[
          "https://app.shop.example:444",
          "https://evil/.shop.example",
          "https://evil:1.shop.example",
          "http://x.test",
        ],
      ].map((origin) => ({
        scene: { variables: { http_origin: origin } },
        expect: { decision: "pass" as const, responseFields: "" },
      })),
    ],
  },
  {
    name: "allows the methods, fields and credentials that are configured, and no others",
    config: {
      origins: ["https://portal.example"],
      methods: ["GET", "PUT"],
      headers: ["Content-Type", "X-Api-Key"],
      exposedHeaders: ["X-Total"],
      credentials: true,
      maxAgeSeconds: 0,
    },
    scene: { variables: preflight },
    steps: [
      {
        request: { method: "OPTIONS" },
        expect: {
          decision: {
            kind: "answer",
            status: 204,
            headers: [
              ...["Access-Control-Allow-Origin", "https://portal.example", "Access-Control-Allow-Methods", "GET, PUT"],
              ...["Access-Control-Max-Age", "0", "Vary", "Origin, Access-Control-Request-Headers"],
              ...["Access-Control-Allow-Credentials", "true"],
              ...["Access-Control-Allow-Headers", "Content-Type, X-Api-Key"],
            ],
          },
        },
      },
      {
        request: { method: "PUT" },
        expect: {
          decision: "pass",
          responseFields:
            "access-control-allow-credentials: true; access-control-allow-origin: https://portal.example; " +
            "access-control-expose-headers: X-Total; vary: Origin",
        },
      },
    ],
  },
];

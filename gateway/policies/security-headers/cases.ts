import type { PolicyCase } from "../case";

const defaults =
  "content-security-policy: default-src 'none'; frame-ancestors 'none'; referrer-policy: no-referrer; " +
  "x-content-type-options: nosniff; x-frame-options: DENY";

export const cases: readonly PolicyCase[] = [
  {
    name: "tells browsers not to sniff, frame, load or refer",
    steps: [{ expect: { decision: "pass", responseFields: defaults } }],
  },
  {
    name: "asks for HTTPS from then on only where the client came by HTTPS, here or at the proxy in front",
    config: { hstsSeconds: 600, hstsIncludesSubdomains: true },
    steps: [
      { scene: { variables: { scheme: "http" } }, expect: { decision: "pass", responseFields: defaults } },
      {
        scene: { variables: { scheme: "https" } },
        expect: {
          decision: "pass",
          responseFields: defaults.replace(
            "x-content-type",
            "strict-transport-security: max-age=600; includeSubDomains; x-content-type",
          ),
        },
      },
      {
        scene: { variables: { scheme: "http", http_x_forwarded_proto: "https" } },
        expect: {
          decision: "pass",
          responseFields: defaults.replace(
            "x-content-type",
            "strict-transport-security: max-age=600; includeSubDomains; x-content-type",
          ),
        },
      },
    ],
  },
  {
    name: "leaves what the upstream says itself, and hides its software",
    scene: {
      response: {
        status: 200,
        fields: {
          "content-security-policy": "default-src 'self'",
          "x-powered-by": "php",
          "x-frame-options": "SAMEORIGIN",
        },
      },
    },
    steps: [
      {
        expect: {
          decision: "pass",
          responseFields:
            "content-security-policy: default-src 'self'; referrer-policy: no-referrer; " +
            "x-content-type-options: nosniff; x-frame-options: SAMEORIGIN",
        },
      },
    ],
  },
  {
    name: "leaves out what is set to nothing",
    config: {
      hstsSeconds: 0,
      noSniff: false,
      frameOptions: "",
      referrerPolicy: "",
      contentSecurityPolicy: "",
      hideSoftware: false,
      permissionsPolicy: "camera=()",
      crossOriginResourcePolicy: "same-site",
    },
    scene: { variables: { scheme: "https" }, response: { status: 200, fields: { "x-powered-by": "php" } } },
    steps: [
      {
        expect: {
          decision: "pass",
          responseFields: "cross-origin-resource-policy: same-site; permissions-policy: camera=(); x-powered-by: php",
        },
      },
    ],
  },
];

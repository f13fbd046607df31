import { z } from "zod";
import { fieldName } from "../config/field-name";
import type { PolicyManifest } from "../manifest";

const MOST_WILDCARDS = 4;

const method = z
  .string()
  .max(32)
  .regex(/^[A-Z][A-Z-]*$/, "a method in upper case, such as GET");

const origin = z.string().superRefine((text, context) => {
  const problem = findOriginProblem(text);
  if (problem !== undefined) {
    context.addIssue({ code: "custom", message: problem });
  }
});

function findOriginProblem(text: string): string | undefined {
  if (text === "*") {
    return undefined;
  }
  const exact = text.replace(/^(https?:\/\/)\*\./, "$1");
  if (exact.includes("*")) {
    return `"${text}": a star stands alone, or for names below a domain as in https://*.example.com`;
  }
  const url = URL.canParse(exact) ? new URL(exact) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || ![url.origin, `${url.origin}/`].includes(exact)) {
    return `"${text}" is no origin: scheme, host and port only, as in https://app.example.com`;
  }
  return undefined;
}

export const config = z
  .strictObject({
    /** Origins that browsers may call from: exact, "*" for all, or "https://*.example.com" for what lies below a domain. */
    origins: z
      .array(origin)
      .min(1)
      .max(200)
      .refine(
        (origins) => origins.filter((text) => text.includes("*.")).length <= MOST_WILDCARDS,
        `at most ${MOST_WILDCARDS} origins with a star`,
      ),
    methods: z.array(method).min(1).default(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
    /** Request fields that pages may send; without it, whatever they ask for. */
    headers: z.array(fieldName).optional(),
    /** Response fields that pages may read, besides those that any page may. */
    exposedHeaders: z
      .array(fieldName)
      .default([
        "RateLimit",
        "RateLimit-Policy",
        "Retry-After",
        "X-Request-Id",
        "Gatehouse-Release",
        "Location",
        "ETag",
      ]),
    /** Whether pages may send cookies and client certificates. */
    credentials: z.boolean().default(false),
    maxAgeSeconds: z.number().int().min(0).max(86_400).default(600),
  })
  .refine(({ origins, credentials }) => !credentials || !origins.includes("*"), {
    path: ["credentials"],
    message: "not for every origin: any page could act in its reader's name",
  });

export const manifest = {
  name: "cors",
  title: "CORS",
  summary: "Answers preflights at the edge and lets browsers of the listed origins read responses.",
  scopes: ["environment", "api-version", "operation"],
  requires: [],
  before: ["ip-filter", "maintenance", "key-auth", "subscription", "rate-limit"],
  after: [],
  config,
  errorCodes: [],
} as const satisfies PolicyManifest<typeof config>;

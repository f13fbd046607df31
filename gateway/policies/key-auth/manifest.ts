import { z } from "zod";
import { fieldName } from "../config/field-name";
import type { PolicyManifest } from "../manifest";

const MOST_PLACES = 4;

const place = z.discriminatedUnion("in", [
  z.strictObject({ in: z.literal("header"), name: fieldName }),
  z.strictObject({
    in: z.literal("query"),
    name: z.string().regex(/^[A-Za-z0-9._~-]{1,64}$/, "a parameter's name: letters, digits, dots, dashes, tildes"),
  }),
  z.strictObject({ in: z.literal("bearer") }),
]);

export const config = z
  .strictObject({
    /** Header field that carries the key; X-API-Key when nothing is said. */
    header: fieldName.optional(),
    /** Where to look for the key, in this order, in place of `header`. */
    places: z.array(place).min(1).max(MOST_PLACES).optional(),
  })
  .refine(({ header, places }) => header === undefined || places === undefined, {
    path: ["places"],
    message: "name either a header or places: a header can be one of the places",
  });

export const manifest = {
  name: "key-auth",
  title: "API key",
  summary: "Finds the application that a presented API key belongs to.",
  scopes: ["api-version", "operation"],
  requires: [],
  challenge: 'ApiKey realm="gatehouse"',
  before: ["subscription", "rate-limit"],
  after: ["cors"],
  config,
  errorCodes: ["key_missing", "key_malformed", "key_unknown", "key_expired", "key_revoked"],
} as const satisfies PolicyManifest<typeof config>;

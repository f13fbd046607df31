import { z } from "zod";
import { POLICIES } from "../policies/index";
import type { PolicyScope } from "../policies/manifest";

/** A policy as people choose it. */
export interface CataloguedPolicy {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly scopes: readonly PolicyScope[];
  readonly requires: readonly string[];
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** JSON Schema (2020-12) of its configuration, as it is written: with what may be left out. */
  readonly configSchema: Readonly<Record<string, unknown>>;
  /** Codes of the refusals it may give. */
  readonly errorCodes: readonly string[];
  /** Whether it may go by the OpenAPI document. */
  readonly readsDocument: boolean;
}

/** Every policy there is, in the order in which a chain runs them. */
export function listPolicies(): CataloguedPolicy[] {
  return POLICIES.map(({ manifest }) => ({
    name: manifest.name,
    title: manifest.title,
    summary: manifest.summary,
    scopes: manifest.scopes,
    requires: manifest.requires,
    before: manifest.before,
    after: manifest.after,
    configSchema: z.toJSONSchema(manifest.config, { io: "input", unrepresentable: "any" }),
    errorCodes: manifest.errorCodes,
    readsDocument: manifest.readsDocument === true,
  }));
}

import "server-only";
import { listPolicies as listCatalogue } from "@/gateway/compiler/policy-catalogue";
import type { PolicyCatalogue } from "@/lib/api-schemas";

/** Every policy there is, in the order in which a chain runs them. */
export function listPolicies(): PolicyCatalogue {
  const items = listCatalogue().map(({ scopes, requires, before, after, errorCodes, configSchema, ...policy }) => ({
    ...policy,
    scopes: [...scopes],
    requires: [...requires],
    before: [...before],
    after: [...after],
    errorCodes: [...errorCodes],
    configSchema: { ...configSchema },
  }));
  return { items };
}

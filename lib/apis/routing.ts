import "server-only";
import { valuesOf, versionFieldOf } from "@/gateway/compiler/conditions";
import {
  routingSchema,
  versioningSchema,
  type RoutingSettings,
  type Versioning,
} from "@/gateway/compiler/routing-settings";
import type { CallField } from "@/lib/api-schemas";
import { env } from "@/lib/env";

/** The column `versioning`, which only the use cases of APIs write; defaults that came since are filled in. */
export function readVersioning(column: unknown): Versioning {
  return versioningSchema.parse(column);
}

/** The column `routing`, which only the use cases of versions write. */
export function readRouting(column: unknown): RoutingSettings {
  return routingSchema.parse(column);
}

/** A version as its row tells where it is found. */
export interface RoutedVersion {
  readonly version: string;
  readonly basePath: string;
  readonly routing: unknown;
  readonly api: { readonly versioning: unknown };
}

export interface CallAddress {
  readonly url: string;
  readonly callFields: CallField[];
}

/** Where callers reach a version through the production gateway, and what they must send along to mean it. */
export function addressOf({ version, basePath, routing: column, api }: RoutedVersion): CallAddress {
  const routing = readRouting(column);
  const versioning = readVersioning(api.versioning);
  return { url: `${originOf(routing.hosts ?? [])}${basePath}`, callFields: fieldsOf(version, versioning, routing) };
}

/** The gateway's own, with the first host that is a name in the place of its. */
function originOf(hosts: readonly string[]): string {
  const { gatewayUrl } = env();
  const host = hosts.find((name) => !name.startsWith("*."));
  if (host === undefined) {
    return gatewayUrl;
  }
  const url = new URL(gatewayUrl);
  url.hostname = host;
  return url.origin;
}

/** In the spelling of their owners. A default version needs no word of its version. */
function fieldsOf(version: string, versioning: Versioning, routing: RoutingSettings): CallField[] {
  const field = versionFieldOf(versioning);
  const [value = version] = valuesOf(version, routing);
  const own: CallField[] =
    field === undefined || routing.isDefault === true
      ? []
      : [{ from: field.from, name: versioning.by === "header" ? versioning.name : field.name, value }];
  const further = (routing.when ?? []).map(({ from, name, value: text, prefix }) => ({
    from,
    name,
    value: text ?? prefix ?? "1",
  }));
  return [...own, ...further];
}

/** Addresses of the console's pages, in one place: a renamed folder is a change here. */
export const paths = {
  api: (api: string, version?: string, tab?: string) =>
    `/console/apis/${encodeURIComponent(api)}${tab === undefined ? "" : `/${tab}`}${
      version === undefined ? "" : `?version=${encodeURIComponent(version)}`
    }`,
  newVersion: (api: string) => `/console/apis/new?api=${encodeURIComponent(api)}`,
  product: (product: string, tab?: string) =>
    `/console/products/${encodeURIComponent(product)}${tab === undefined ? "" : `/${tab}`}`,
  newProduct: (api?: string, version?: string) =>
    api === undefined || version === undefined
      ? "/console/products/new"
      : `/console/products/new?api=${encodeURIComponent(api)}&version=${encodeURIComponent(version)}`,
  plan: (product: string, plan: string) =>
    `/console/products/${encodeURIComponent(product)}/plans/${encodeURIComponent(plan)}`,
  newPlan: (product: string) => `/console/products/${encodeURIComponent(product)}/plans/new`,
  release: (environment: string, number: number) =>
    `/console/releases/${number}?environment=${encodeURIComponent(environment)}`,
  publish: (environment: string) => `/console/releases?environment=${encodeURIComponent(environment)}&publish=1`,
  environment: (environment: string) => `/console/environments/${encodeURIComponent(environment)}`,
  /** @param filters of the list: what is asked of GET /requests, and the range */
  requests: (filters: Readonly<Record<string, string | undefined>> = {}) => {
    const given = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
    const search = new URLSearchParams(given).toString();
    return `/console/requests${search === "" ? "" : `?${search}`}`;
  },
  request: (requestId: string) => `/console/requests/${encodeURIComponent(requestId)}`,
  gateway: (gateway: string) => `/console/gateways/${encodeURIComponent(gateway)}`,
  team: (team: string) => `/console/people/teams/${encodeURIComponent(team)}`,
};

const TABS: Readonly<Record<string, string>> = {
  operations: "operations",
  upstream: "upstream",
  basePath: "settings",
  document: "document",
};

/**
 * Where a problem that keeps an environment from being published can be mended.
 * @param place path of a resource: "apis/orders/versions/v1/operations/…", "products/shop/plans/gold/limits/burst"
 */
export function pathOfPlace(place: string): string | undefined {
  const parts = place
    .replace(/^\/+/, "")
    .split("/")
    .map((part) => safelyDecode(part));
  const [kind, name, , inner, below] = parts;
  if (name === undefined || name === "") {
    return undefined;
  }
  if (kind === "apis") {
    return paths.api(name, inner, parts.includes("policies") ? "policies" : TABS[below ?? ""]);
  }
  if (kind === "environments") {
    return paths.environment(name);
  }
  if (kind === "products") {
    return inner === undefined ? paths.product(name) : paths.plan(name, inner);
  }
  return undefined;
}

function safelyDecode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

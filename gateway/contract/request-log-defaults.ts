import type { RequestLogSettings } from "./bundle-types";

/** Where an environment says nothing else: its network tells where trouble comes from, and names nobody. */
export const REQUEST_LOG_DEFAULTS: RequestLogSettings = { sampleEvery: 100, clientAddress: "network" };

import type { PurgeCache, PurgedCache } from "@/lib/api-schemas/cache";
import { path, request } from "./request";

export const cache = {
  /** In force on every node at once. */
  purge: (environment: string, body: PurgeCache) =>
    request<PurgedCache>("POST", path`/environments/${environment}/cache/purge`, { body }),
};

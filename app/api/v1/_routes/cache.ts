import type { OpenAPIHono } from "@hono/zod-openapi";
import { purgeCacheSchema, purgedCacheSchema } from "@/lib/api-schemas";
import { purgeCache } from "@/lib/cache/purge-cache";
import { defineRoute } from "@/lib/http/define-route";

export function addCacheRoutes(app: OpenAPIHono): void {
  defineRoute(
    app,
    {
      method: "post",
      path: "/environments/{environment}/cache/purge",
      tag: "Environments",
      summary: "Purge kept answers",
      description:
        "Every node of the environment forgets what the policy response-cache has kept: of an API, a version, an operation or a path, or everything. In force at once, without a release.",
      status: 200,
      body: purgeCacheSchema,
      answer: purgedCacheSchema,
    },
    (context, { parameters, body }) => purgeCache(context, parameters.environment, body),
  );
}

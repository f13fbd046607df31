/**
 * The management API for the browser: one function per call, typed by the schemas that validate on the server (lib/api-schemas).
 * Every function throws ApiProblem. Server components read through lib's use cases instead.
 */
export { apis, type ListApis } from "./apis";
export { applications, subscriptions, type ListApplications, type ListSubscriptions } from "./applications";
export { cache } from "./cache";
export { certificates } from "./certificates";
export { environments, gateways, type ListPage } from "./environments";
export { me, teams, users, type ListUsers } from "./people";
export {
  audit,
  catalogue,
  demo,
  portal,
  requests,
  usage,
  type GetUsage,
  type ListAudit,
  type ListCatalogue,
  type ListRequests,
} from "./portal";
export { policies } from "./policies";
export { products, slaTiers, type ListProducts } from "./products";
export { ApiProblem, type RequestOptions } from "./request";

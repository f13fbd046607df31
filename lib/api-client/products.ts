import type { Page } from "@/lib/api-schemas/common";
import type {
  CreatePlan,
  CreateProduct,
  CreateSlaTier,
  Plan,
  Product,
  SlaTier,
  UpdatePlan,
  UpdateProduct,
  UpdateSlaTier,
} from "@/lib/api-schemas/products";
import { path, request, type RequestOptions } from "./request";

export interface ListProducts {
  search?: string | undefined;
  editable?: boolean | undefined;
  api?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export const products = {
  list: (query: ListProducts = {}, options?: RequestOptions) =>
    request<Page<Product>>("GET", "/products", { query: { ...query }, ...options }),
  get: (product: string, options?: RequestOptions) => request<Product>("GET", path`/products/${product}`, options),
  create: (body: CreateProduct) => request<Product>("POST", "/products", { body }),
  update: (product: string, body: UpdateProduct, etag?: string) =>
    request<Product>("PATCH", path`/products/${product}`, { body, etag }),
  remove: (product: string, etag?: string) => request<undefined>("DELETE", path`/products/${product}`, { etag }),

  createPlan: (product: string, body: CreatePlan) => request<Plan>("POST", path`/products/${product}/plans`, { body }),
  getPlan: (product: string, plan: string, options?: RequestOptions) =>
    request<Plan>("GET", path`/products/${product}/plans/${plan}`, options),
  updatePlan: (product: string, plan: string, body: UpdatePlan, etag?: string) =>
    request<Plan>("PATCH", path`/products/${product}/plans/${plan}`, { body, etag }),
  removePlan: (product: string, plan: string, etag?: string) =>
    request<undefined>("DELETE", path`/products/${product}/plans/${plan}`, { etag }),
};

export const slaTiers = {
  list: (options?: RequestOptions) => request<Page<SlaTier>>("GET", "/sla-tiers", options),
  get: (tier: string, options?: RequestOptions) => request<SlaTier>("GET", path`/sla-tiers/${tier}`, options),
  create: (body: CreateSlaTier) => request<SlaTier>("POST", "/sla-tiers", { body }),
  update: (tier: string, body: UpdateSlaTier, etag?: string) =>
    request<SlaTier>("PATCH", path`/sla-tiers/${tier}`, { body, etag }),
  remove: (tier: string, etag?: string) => request<undefined>("DELETE", path`/sla-tiers/${tier}`, { etag }),
};

import type { Certificate, PutCertificate } from "@/lib/api-schemas/certificates";
import type { Page } from "@/lib/api-schemas/common";
import { path, request, type RequestOptions } from "./request";

export const certificates = {
  list: (environment: string, options?: RequestOptions) =>
    request<Page<Certificate>>("GET", path`/environments/${environment}/certificates`, options),
  /** Makes it, or replaces it; in force on every node at once. */
  put: (environment: string, name: string, body: PutCertificate, etag?: string) =>
    request<Certificate>("PUT", path`/environments/${environment}/certificates/${name}`, { body, etag }),
  remove: (environment: string, name: string, etag?: string) =>
    request<undefined>("DELETE", path`/environments/${environment}/certificates/${name}`, { etag }),
};

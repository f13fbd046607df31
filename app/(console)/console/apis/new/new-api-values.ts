import { z } from "zod";
import {
  basePathSchema,
  descriptionSchema,
  nameSchema,
  slugSchema,
  targetsInputSchema,
  versionNameSchema,
  visibilitySchema,
  type DocumentCheck,
} from "@/lib/api-schemas";
import { toSlug, toVersionName } from "@/components/console/slug";

/** The fields beside the document. Their names are those of the management API, so that its problems find their field. */
export const newApiSchema = z.object({
  name: nameSchema,
  slug: slugSchema,
  description: descriptionSchema.optional(),
  visibility: visibilitySchema,
  version: versionNameSchema,
  basePath: basePathSchema,
  upstream: z.object({ targets: targetsInputSchema }),
});

export type NewApiInput = z.input<typeof newApiSchema>;
export type NewApiValues = z.output<typeof newApiSchema>;

export function defaultBasePath(slug: string, version: string): string {
  return slug === "" || version === "" ? "" : `/${slug}/${version}`;
}

export interface Suggestion {
  readonly name: string;
  readonly slug: string;
  readonly version: string;
  readonly targetUrl: string | undefined;
}

/** What a document says about the fields: its title, the first number of its version, the first server that is a complete address. */
export function suggestFrom(check: DocumentCheck): Suggestion {
  const name = check.title.trim().slice(0, 100);
  return {
    name,
    slug: toSlug(name),
    version: toVersionName(check.apiVersion),
    targetUrl: check.servers.find((server) => /^https?:\/\/[^\s{}?#@]+$/.test(server)),
  };
}

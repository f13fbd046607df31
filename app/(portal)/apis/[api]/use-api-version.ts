"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import type { CatalogueApi, CatalogueVersion } from "@/lib/api-schemas/portal";

/** The version the URL names, else the newest that can be called, else the newest. */
export function useApiVersion(api: CatalogueApi): {
  version: CatalogueVersion | undefined;
  /** Goes behind links that stay at this version: "?version=v1", or "" where that is the default. */
  search: string;
  choose: (version: string) => void;
} {
  const router = useRouter();
  const pathname = usePathname();
  const wanted = useSearchParams().get("version");
  const usual = api.versions.findLast((version) => version.published) ?? api.versions.at(-1);
  const version = api.versions.find((candidate) => candidate.version === wanted) ?? usual;
  const searchFor = (name: string | undefined) =>
    name === undefined || name === usual?.version ? "" : `?version=${encodeURIComponent(name)}`;
  return {
    version,
    search: searchFor(version?.version),
    choose: (name) => router.replace(pathname + searchFor(name), { scroll: false }),
  };
}

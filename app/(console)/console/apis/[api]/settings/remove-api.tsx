"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { paths } from "@/app/(console)/data/paths";
import { formatPlural } from "@/components/format/format-number";
import { DangerCard } from "@/components/ui/danger-card";
import { toast } from "@/components/ui/toast";
import { apis } from "@/lib/api-client";
import type { Api, ApiVersion } from "@/lib/api-schemas";

/** Removes one version. The management API refuses while a product offers it; the dialog says so beforehand. */
export function RemoveVersion({ version }: { version: ApiVersion }) {
  const router = useRouter();
  const client = useQueryClient();
  const name = `${version.apiName} ${version.version}`;
  return (
    <DangerCard
      title={`Remove version ${version.version}`}
      text={
        version.products.length === 0
          ? "Its documents and upstream are removed. Measured usage stays."
          : `Take it out of the ${version.products.length === 1 ? "product" : "products"} ${version.products.map((product) => product.name).join(", ")} first.`
      }
      action="Remove version"
      isDisabled={version.products.length > 0}
      question={`Remove ${name}?`}
      consequences={[
        ...servedConsequences(version),
        `Its ${formatPlural(version.operations.length, "operation")} and every revision of its document are gone.`,
      ]}
      textToType={version.version}
      onConfirm={async () => {
        await apis.removeVersion(version.api, version.version, version.etag);
        router.replace(paths.api(version.api));
        await client.invalidateQueries({ queryKey: ["apis"] });
        toast.success(`${name} removed`);
      }}
    />
  );
}

function servedConsequences(version: ApiVersion): string[] {
  return version.environments.map(
    ({ environment }) =>
      `The next release of ${environment} no longer serves ${version.basePath === "" ? "/" : version.basePath}; calls get 404.`,
  );
}

/** Removes the API with all its versions. */
export function RemoveApi({ api }: { api: Api }) {
  const router = useRouter();
  const client = useQueryClient();
  const served = api.versions.filter((version) => version.environments.length > 0);
  return (
    <DangerCard
      title="Remove API"
      text="With all its versions, documents and upstreams. Measured usage stays."
      action="Remove API"
      question={`Remove ${api.name}?`}
      consequences={[
        ...(api.versions.length === 0
          ? ["It has no version, so nothing that is called stops working."]
          : [
              `${api.versions.map((version) => version.version).join(", ")} with every revision of their documents are gone.`,
            ]),
        ...served.map(
          (version) => `The next release of ${version.environments.join(", ")} no longer serves ${version.basePath}.`,
        ),
      ]}
      textToType={api.slug}
      onConfirm={async () => {
        await apis.remove(api.slug, api.etag);
        router.replace("/console/apis");
        await client.invalidateQueries({ queryKey: ["apis"] });
        toast.success(`${api.name} removed`);
      }}
    />
  );
}

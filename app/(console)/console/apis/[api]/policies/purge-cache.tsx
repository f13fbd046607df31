"use client";

import { useState } from "react";
import { DangerCard } from "@/components/ui/danger-card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";
import { cache } from "@/lib/api-client";
import { useChosenApi } from "../api-context";

/** Makes the nodes forget what they have kept of the version's answers, or of one of its paths. */
export function PurgeCache() {
  const { api, version } = useChosenApi();
  const [path, setPath] = useState("");
  const name = `${api.name} ${version.version}`;
  const environments = version.environments.map(({ environment }) => environment);
  return (
    <DangerCard
      title="Purge kept answers"
      text={
        environments.length === 0
          ? "No environment serves this version, so nothing of it is kept."
          : "Every node forgets at once what the response cache has kept of this version, without a release."
      }
      action="Purge"
      isDisabled={environments.length === 0}
      question={`Purge what is kept of ${name}?`}
      consequences={[
        `In ${environments.join(", ")}, the next call for each thing goes to the upstream, which gets that much more to do for a while.`,
        "Nothing stops working.",
      ]}
      onConfirm={async () => {
        const only = path.trim();
        for (const environment of environments) {
          await cache.purge(environment, {
            api: api.slug,
            version: version.version,
            ...(only !== "" && { path: only }),
          });
        }
        setPath("");
        toast.success(`${only === "" ? name : only} purged`);
      }}
    >
      <Field label="Only this path" hint="With its base path, without a query. Empty for everything of the version.">
        <Input
          value={path}
          onChange={(event) => setPath(event.target.value)}
          placeholder={`${version.basePath}/…`}
          spellCheck={false}
        />
      </Field>
    </DangerCard>
  );
}

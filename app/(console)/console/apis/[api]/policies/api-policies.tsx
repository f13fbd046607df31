"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { queries } from "@/app/(console)/data/queries";
import { AttachedPolicies } from "@/components/console/policies/attached-policies";
import { PoliciesSaveBar } from "@/components/console/policies/policies-save-bar";
import { usePoliciesDraft } from "@/components/console/policies/use-policies-draft";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonLines } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { policies as policiesApi } from "@/lib/api-client";
import type { CataloguedPolicy, RenderedPolicy, VersionPolicies } from "@/lib/api-schemas";
import { useChosenApi } from "../api-context";
import { EffectiveChain } from "./effective-chain";
import { OperationPolicies } from "./operation-policies";
import { PurgeCache } from "./purge-cache";

/** What the gateway does to the calls of this version besides routing them. */
export function ApiPolicies() {
  const { api, version } = useChosenApi();
  const catalogue = useQuery(queries.policies());
  const saved = useQuery(queries.versionPolicies(api.slug, version.version));
  const failed = [catalogue, saved].find((query) => query.isError && query.data === undefined);
  if (failed !== undefined) {
    return (
      <Card>
        <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />
      </Card>
    );
  }
  if (catalogue.data === undefined || saved.data === undefined) {
    return (
      <Card>
        <SkeletonLines lines={6} />
      </Card>
    );
  }
  return <Editor key={saved.data.etag} saved={saved.data} catalogue={catalogue.data.items} />;
}

export interface PoliciesValue {
  readonly policies: readonly RenderedPolicy[];
  readonly operations: Readonly<Record<string, readonly RenderedPolicy[]>>;
}

function Editor({ saved, catalogue }: { saved: VersionPolicies; catalogue: readonly CataloguedPolicy[] }) {
  const { api, version } = useChosenApi();
  const client = useQueryClient();
  const draft = usePoliciesDraft<PoliciesValue>(
    { policies: saved.policies, operations: saved.operations },
    async ({ policies, operations }) => {
      const body = { policies: [...policies], operations: copyOf(operations) };
      const stored = await policiesApi.putOfVersion(api.slug, version.version, body, saved.etag);
      client.setQueryData(queries.versionPolicies(api.slug, version.version).queryKey, stored);
      await client.invalidateQueries({ queryKey: ["apis", api.slug] });
      toast.success("Policies saved", { description: "Publish to bring them to the gateways." });
    },
  );
  const ofOperations = catalogue.filter(({ scopes }) => scopes.includes("operation"));
  return (
    <div className="flex flex-col gap-4">
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <Card title="Every operation" description="Run for each call of this version." isFlush>
            <AttachedPolicies
              label="every operation"
              catalogue={catalogue.filter(({ scopes }) => scopes.includes("api-version"))}
              policies={draft.value.policies}
              onChange={(policies) => draft.set({ ...draft.value, policies })}
              problemAt={(place) => draft.problemAt(`/policies${place}`)}
              empty="Calls need a key and a subscription, and are limited by their plan. Policies add to that."
            />
          </Card>
          <OperationPolicies
            catalogue={ofOperations}
            operations={version.operations}
            value={draft.value.operations}
            onChange={(operations) => draft.set({ ...draft.value, operations })}
            problemAt={draft.problemAt}
          />
        </div>
        <EffectiveChain isStale={draft.isDirty} />
      </div>
      {keepsAnswers(saved) && <PurgeCache />}
      <PoliciesSaveBar
        isDirty={draft.isDirty}
        isSaving={draft.isSaving}
        failure={draft.failure}
        onSave={() => void draft.save()}
        onDiscard={draft.discard}
      />
    </div>
  );
}

function keepsAnswers({ policies, operations }: VersionPolicies): boolean {
  return [policies, ...Object.values(operations)].flat().some(({ policy }) => policy === "response-cache");
}

/** Without operations that have nothing left. */
function copyOf(operations: PoliciesValue["operations"]): Record<string, RenderedPolicy[]> {
  return Object.fromEntries(
    Object.entries(operations)
      .filter(([, policies]) => policies.length > 0)
      .map(([key, policies]) => [key, [...policies]]),
  );
}

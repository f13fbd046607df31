"use client";

import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import type { CataloguedPolicy, Policies, RenderedPolicy } from "@/lib/api-schemas";
import { AttachedPolicies } from "./attached-policies";
import { PoliciesSaveBar } from "./policies-save-bar";
import { usePoliciesDraft } from "./use-policies-draft";

export interface PoliciesCardProps {
  /** "environment", "plan": which policies can be attached. */
  scope: string;
  description: ReactNode;
  empty: string;
  saved: Policies;
  catalogue: readonly CataloguedPolicy[];
  onSave: (policies: readonly RenderedPolicy[]) => Promise<unknown>;
}

/** The policies of an environment or a plan, with their own save button. Give it a key of the etag. */
export function PoliciesCard({ scope, description, empty, saved, catalogue, onSave }: PoliciesCardProps) {
  const draft = usePoliciesDraft<readonly RenderedPolicy[]>(saved.policies, onSave);
  return (
    <div className="flex flex-col gap-4">
      <Card title="Policies" description={description} isFlush>
        <AttachedPolicies
          label={`the ${scope}`}
          catalogue={catalogue.filter(({ scopes }) => scopes.includes(scope))}
          policies={draft.value}
          onChange={draft.set}
          problemAt={(place) => draft.problemAt(`/policies${place}`)}
          empty={empty}
        />
      </Card>
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

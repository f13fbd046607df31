"use client";

import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Badge, StatusBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { IconButton } from "@/components/ui/icon-button";
import type { CataloguedPolicy, RenderedPolicy } from "@/lib/api-schemas";
import { PolicyPanel } from "./policy-panel";
import { summariseConfig } from "./schema";

export interface AttachedPoliciesProps {
  /** What they are attached to, for screen readers: "every operation". */
  label: string;
  /** Every policy that can be attached here. */
  catalogue: readonly CataloguedPolicy[];
  policies: readonly RenderedPolicy[];
  onChange: (policies: readonly RenderedPolicy[]) => void;
  /** What the server said, by place below the list: "/0/config/header". */
  problemAt: (place: string) => string | undefined;
  /** What no policy means here. */
  empty: string;
}

/** The policies of one thing: add, change, take away. Nothing is sent; who shows it saves. */
export function AttachedPolicies({ label, catalogue, policies, onChange, problemAt, empty }: AttachedPoliciesProps) {
  const [edited, setEdited] = useState<number | "new">();
  const attached = edited === undefined || edited === "new" ? undefined : policies[edited];
  const free = catalogue.filter(({ name }) => !policies.some(({ policy }) => policy === name));
  const add = (
    <Button size="small" disabled={free.length === 0} onClick={() => setEdited("new")}>
      <Plus aria-hidden="true" />
      Add policy
    </Button>
  );
  return (
    <>
      {policies.length === 0 ? (
        <EmptyState title="No policy" action={add} className="py-8">
          {empty}
        </EmptyState>
      ) : (
        <div>
          <ul aria-label={`Policies of ${label}`} className="divide-y border-b">
            {policies.map((policy, index) => (
              <PolicyLine
                key={policy.policy}
                policy={policy}
                catalogued={catalogue.find(({ name }) => name === policy.policy)}
                problem={firstProblem(index, policy, problemAt)}
                onEdit={() => setEdited(index)}
                onRemove={() => onChange(policies.filter((_one, other) => other !== index))}
              />
            ))}
          </ul>
          <div className="px-4 py-2.5">{add}</div>
        </div>
      )}
      {edited !== undefined && (
        <PolicyPanel
          choices={attached === undefined ? free : catalogue}
          attached={attached}
          errorOf={(name) => (edited === "new" ? undefined : problemAt(`/${edited}/config/${name}`))}
          onClose={() => setEdited(undefined)}
          onApply={(policy) => {
            onChange(
              edited === "new"
                ? [...policies, policy]
                : policies.map((one, index) => (index === edited ? policy : one)),
            );
            setEdited(undefined);
          }}
        />
      )}
    </>
  );
}

function firstProblem(
  index: number,
  policy: RenderedPolicy,
  problemAt: (place: string) => string | undefined,
): string | undefined {
  const places = ["", "/policy", "/config", ...Object.keys(policy.config).map((name) => `/config/${name}`)];
  return places.map((place) => problemAt(`/${index}${place}`)).find((problem) => problem !== undefined);
}

interface PolicyLineProps {
  policy: RenderedPolicy;
  catalogued: CataloguedPolicy | undefined;
  problem: string | undefined;
  onEdit: () => void;
  onRemove: () => void;
}

function PolicyLine({ policy, catalogued, problem, onEdit, onRemove }: PolicyLineProps) {
  const title = catalogued?.title ?? policy.policy;
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{title}</span>
          <Badge className="font-mono">{policy.policy}</Badge>
          {!policy.enabled && <StatusBadge tone="off">Taken out</StatusBadge>}
        </p>
        <p className="mt-0.5 text-sm break-words text-text-muted">
          {summariseConfig(policy.config) || (catalogued?.summary ?? "With its defaults.")}
        </p>
        {problem !== undefined && (
          <p role="alert" className="mt-1 text-sm text-broken">
            {problem}
          </p>
        )}
      </div>
      <IconButton label={`Change ${title}`} onClick={onEdit}>
        <Pencil aria-hidden="true" />
      </IconButton>
      <IconButton label={`Remove ${title}`} onClick={onRemove}>
        <Trash2 aria-hidden="true" />
      </IconButton>
    </li>
  );
}

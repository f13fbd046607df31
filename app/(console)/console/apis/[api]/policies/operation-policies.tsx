"use client";

import { useState } from "react";
import { AttachedPolicies } from "@/components/console/policies/attached-policies";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { OperationName } from "@/components/ui/operation-name";
import { Select } from "@/components/ui/select";
import type { CataloguedPolicy, Operation, RenderedPolicy } from "@/lib/api-schemas";

export interface OperationPoliciesProps {
  catalogue: readonly CataloguedPolicy[];
  operations: readonly Operation[];
  value: Readonly<Record<string, readonly RenderedPolicy[]>>;
  onChange: (value: Readonly<Record<string, readonly RenderedPolicy[]>>) => void;
  problemAt: (place: string) => string | undefined;
}

/** Policies of single operations: those that have some, and one more to choose. */
export function OperationPolicies({ catalogue, operations, value, onChange, problemAt }: OperationPoliciesProps) {
  const [chosen, setChosen] = useState<string>();
  const shown = operations.filter(({ key }) => (value[key] ?? []).length > 0 || key === chosen);
  const others = operations.filter((operation) => !shown.includes(operation));
  return (
    <Card
      title="Single operations"
      description="Of two policies with the same name, the operation’s counts instead of the one for every operation."
      isFlush
    >
      <div className="divide-y">
        {shown.map(({ key, method, path, deprecated }) => (
          <section key={key} aria-label={key}>
            <div className="bg-sunken px-4 py-2">
              <OperationName method={method} path={path} isDeprecated={deprecated} />
            </div>
            <AttachedPolicies
              label={key}
              catalogue={catalogue}
              policies={value[key] ?? []}
              onChange={(policies) => onChange({ ...value, [key]: policies })}
              problemAt={(place) => problemAt(`/operations/${escapePointer(key)}${place}`)}
              empty="Only what runs for every operation."
            />
          </section>
        ))}
        {others.length > 0 && (
          <div className="p-4">
            <Field label="Operation" hideLabel className="max-w-md">
              <Select
                value=""
                placeholder="Choose an operation to add a policy to"
                options={others.map(({ key, method, path }) => ({ value: key, label: `${method} ${path}` }))}
                onChange={(event) => setChosen(event.target.value)}
              />
            </Field>
          </div>
        )}
      </div>
    </Card>
  );
}

function escapePointer(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}

"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { SidePanel } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { CataloguedPolicy, RenderedPolicy } from "@/lib/api-schemas";
import type { Config } from "./schema";
import { SchemaFields } from "./schema-fields";

export interface PolicyPanelProps {
  /** Policies to choose from: those of the scope that are not attached yet. */
  choices: readonly CataloguedPolicy[];
  /** The one that is changed; undefined adds one. */
  attached: RenderedPolicy | undefined;
  /** What the server said of a field of the configuration. */
  errorOf: (name: string) => string | undefined;
  onApply: (policy: RenderedPolicy) => void;
  onClose: () => void;
}

/** Adds a policy, or changes what it was told. */
export function PolicyPanel({ choices, attached, errorOf, onApply, onClose }: PolicyPanelProps) {
  const [name, setName] = useState(attached?.policy ?? "");
  const [config, setConfig] = useState<Config>(attached?.config ?? {});
  const [isEnabled, setIsEnabled] = useState(attached?.enabled ?? true);
  const policy = choices.find((one) => one.name === name);
  const choose = (chosen: string) => {
    setName(chosen);
    setConfig({});
  };
  return (
    <SidePanel
      isOpen
      onClose={onClose}
      keepOnOutsideClick
      title={attached === undefined ? "Add a policy" : (policy?.title ?? attached.policy)}
      description={attached === undefined ? "What the gateway does to requests and responses." : policy?.summary}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            disabled={policy === undefined}
            onClick={() => onApply({ before: [], after: [], ...attached, policy: name, config, enabled: isEnabled })}
          >
            {attached === undefined ? "Add policy" : "Apply"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {attached === undefined && (
          <Field label="Policy" hint={policy?.summary}>
            <Select
              value={name}
              placeholder="Choose a policy"
              options={choices.map((one) => ({ value: one.name, label: one.title }))}
              onChange={(event) => choose(event.target.value)}
            />
          </Field>
        )}
        {policy === undefined && <Overview choices={choices} onChoose={choose} />}
        {policy !== undefined && (
          <>
            {isEnabled && policy.readsDocument && (
              <p className="text-sm text-text-muted">
                With nothing set it goes by the OpenAPI document as it is when you publish. “What runs” shows what that
                comes to for each operation, once saved.
              </p>
            )}
            {isEnabled && (
              <SchemaFields
                key={policy.name}
                schema={policy.configSchema}
                value={config}
                onChange={setConfig}
                errorOf={errorOf}
              />
            )}
            <Checkbox
              label="Enabled"
              hint="Off, it also takes out what a wider scope, or every operation by itself, has of it."
              checked={isEnabled}
              onChange={(event) => setIsEnabled(event.target.checked)}
            />
          </>
        )}
      </div>
    </SidePanel>
  );
}

/** What each policy does, to choose from: the names alone say little to whoever comes for the first time. */
function Overview({ choices, onChoose }: { choices: readonly CataloguedPolicy[]; onChoose: (name: string) => void }) {
  return (
    <ul aria-label="What there is" className="divide-y rounded-md border">
      {choices.map(({ name, title, summary }) => (
        <li key={name} className="relative px-3 py-2 hover:bg-hover">
          <button
            type="button"
            className="text-left text-sm font-medium after:absolute after:inset-0"
            onClick={() => onChoose(name)}
          >
            {title}
          </button>
          <p className="text-xs text-text-muted">{summary}</p>
        </li>
      ))}
    </ul>
  );
}

"use client";

import { useState } from "react";
import { readFailure, type Failure } from "@/components/forms/read-failure";
import { formatPlural } from "@/components/format/format-number";
import { Button } from "@/components/ui/button";
import { ProblemList } from "@/components/ui/problem-list";
import { SecretOnce } from "@/components/ui/secret-once";
import { Step } from "@/components/ui/steps";
import type { Application, Subscription } from "@/lib/api-schemas/applications";
import { useCreateKey } from "../_parts/create-key-dialog";

export interface KeyStepProps {
  application: Application | undefined;
  subscription: Subscription | undefined;
  /** The key itself, as long as this tab knows it. */
  secret: string | undefined;
  /** Its calls are served already, so it has a key that somebody knows. */
  isInUse: boolean;
}

/** Step 3: the key, shown in full as long as this tab knows it. */
export function KeyStep({ application, subscription, secret, isInUse }: KeyStepProps) {
  if (application === undefined || subscription === undefined) {
    return <Step number={3} title="Key" state="waiting" summary="What it sends with every call." />;
  }
  return (
    <Step number={3} title="Key" state={secret === undefined && !isInUse ? "current" : "done"}>
      {secret === undefined ? (
        <NewKey application={application} isInUse={isInUse} />
      ) : (
        <SecretOnce
          label="API key"
          copyLabel="Copy key"
          secret={secret}
          note="Copy it now. This tab forgets it when you close it, and it is not shown again."
        />
      )}
    </Step>
  );
}

function NewKey({ application, isInUse }: { application: Application; isInUse: boolean }) {
  const createKey = useCreateKey(application.id);
  const [failure, setFailure] = useState<Failure>();
  const submit = async () => {
    setFailure(undefined);
    try {
      await createKey.mutateAsync({ expiresAt: null });
    } catch (error) {
      setFailure(readFailure(error));
    }
  };
  return (
    <div className="flex flex-col items-start gap-3">
      {failure !== undefined && <ProblemList {...failure} className="self-stretch" />}
      <p className="text-text-muted">
        {application.keys === 0
          ? "What the program sends with every call. It is shown once, here."
          : `${application.name} has ${formatPlural(application.keys, "key")} already. A key is shown only when it is created: use one you have kept, or create another.`}
      </p>
      <Button variant={isInUse ? "secondary" : "primary"} isLoading={createKey.isPending} onClick={() => void submit()}>
        Create key
      </Button>
    </div>
  );
}

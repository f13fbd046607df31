"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, RotateCw } from "lucide-react";
import { useState } from "react";
import { pathOfPlace } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { ReleaseChangeList } from "@/components/console/release-change-list";
import { formatPlural } from "@/components/format/format-number";
import { readFailure, type Failure } from "@/components/forms/read-failure";
import { Button } from "@/components/ui/button";
import { SidePanel } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ProblemList } from "@/components/ui/problem-list";
import { SkeletonLines } from "@/components/ui/skeleton";
import { environments } from "@/lib/api-client";
import type { Release, ReleaseCheck } from "@/lib/api-schemas";
import { NodesConfirming } from "./nodes-confirming";

export interface PublishPanelProps {
  environment: string;
  isOpen: boolean;
  onClose: () => void;
}

/** What would change, what keeps it from being published, the button, and then the nodes confirming one by one. */
export function PublishPanel({ environment, isOpen, onClose }: PublishPanelProps) {
  return (
    <SidePanel
      isOpen={isOpen}
      onClose={onClose}
      width="large"
      title={`Publish to ${environment}`}
      description="Takes the whole environment as it is now. Requests in flight finish with the release they began with."
    >
      {/* Mounted with the panel: each opening checks anew and begins before the button. */}
      <PublishBody environment={environment} onClose={onClose} />
    </SidePanel>
  );
}

function PublishBody({ environment, onClose }: Omit<PublishPanelProps, "isOpen">) {
  const client = useQueryClient();
  const check = useQuery({ ...queries.releaseCheck(environment), refetchOnMount: "always" });
  const [note, setNote] = useState("");
  const [isPublishing, setIsPublishing] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const [release, setRelease] = useState<Release>();

  if (release !== undefined) {
    return <NodesConfirming release={release} onClose={onClose} />;
  }
  const publish = async () => {
    setIsPublishing(true);
    setFailure(undefined);
    try {
      setRelease(await environments.publish(environment, note.trim() === "" ? {} : { note: note.trim() }));
      void client.invalidateQueries({ queryKey: ["releases", environment] });
      void client.invalidateQueries({ queryKey: ["environments"] });
      void client.invalidateQueries({ queryKey: ["apis"] });
    } catch (error) {
      setFailure(readFailure(error));
    } finally {
      setIsPublishing(false);
    }
  };
  const canPublish = check.data?.ok === true && !check.data.unchanged && !check.isFetching;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (canPublish) {
          void publish();
        }
      }}
    >
      {failure !== undefined && <ProblemList {...failure} problems={failure.problems.map(withHref)} />}
      <CheckResult
        environment={environment}
        check={check.data}
        isChecking={check.isFetching}
        error={check.error}
        onCheckAgain={() => void check.refetch()}
      />
      {check.data?.ok === true && !check.data.unchanged && (
        <Field label="Note" hint="For whoever reads the list of releases later." isOptional>
          <Input value={note} maxLength={1000} onChange={(event) => setNote(event.target.value)} />
        </Field>
      )}
      <div className="sticky bottom-0 -mx-4 -mb-4 flex flex-wrap justify-end gap-2 border-t bg-raised px-4 py-3">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" disabled={!canPublish} isLoading={isPublishing}>
          Publish to {environment}
        </Button>
      </div>
    </form>
  );
}

function withHref<Problem extends { place?: string }>(problem: Problem): Problem & { href?: string } {
  return { ...problem, href: problem.place === undefined ? undefined : pathOfPlace(problem.place) };
}

interface CheckResultProps {
  environment: string;
  check: ReleaseCheck | undefined;
  isChecking: boolean;
  error: Error | null;
  onCheckAgain: () => void;
}

function CheckResult({ environment, check, isChecking, error, onCheckAgain }: CheckResultProps) {
  if (check === undefined || (isChecking && !check.ok)) {
    return error !== null && !isChecking ? (
      <ErrorState title="The environment could not be checked" error={error} onRetry={onCheckAgain} />
    ) : (
      <SkeletonLines lines={6} />
    );
  }
  if (!check.ok) {
    return (
      <>
        <ProblemList
          title={`${formatPlural(check.problems.length, "problem")} to mend first`}
          detail="Nothing was published. Each leads to the page where it is mended."
          problems={check.problems.map(withHref)}
        />
        <Button className="self-start" onClick={onCheckAgain}>
          <RotateCw aria-hidden="true" />
          Check again
        </Button>
      </>
    );
  }
  if (check.unchanged || check.changes === null) {
    return (
      <EmptyState icon={CircleCheck} title="There is nothing to publish">
        The gateways of {environment} already have everything as it is now.
      </EmptyState>
    );
  }
  return <ReleaseChangeList changes={check.changes} />;
}

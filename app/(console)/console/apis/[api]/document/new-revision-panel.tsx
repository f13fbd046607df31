"use client";

import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { paths } from "@/app/(console)/data/paths";
import { useDocumentCheck } from "@/app/(console)/data/use-document-check";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { DocumentSourceInput } from "@/components/console/document/document-input";
import { DocumentResult } from "@/components/console/document/document-result";
import { toDocumentInput, type DocumentSource } from "@/components/console/document/document-source";
import { readFailure } from "@/components/forms/read-failure";
import { useEnvironment } from "@/components/shell/environment";
import { StatusBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { SidePanel } from "@/components/ui/dialog";
import { ProblemList } from "@/components/ui/problem-list";
import { apis } from "@/lib/api-client";
import type { DocumentCheck, Operation, RevisionResult } from "@/lib/api-schemas";
import { useChosenApi } from "../api-context";

/** Upload of a new revision: checked as it is given, compared with the current one before it is stored. */
export function NewRevisionPanel({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { version } = useChosenApi();
  return (
    <SidePanel
      isOpen={isOpen}
      onClose={onClose}
      width="large"
      keepOnOutsideClick
      title="New revision"
      description={`Takes the place of revision ${version.revision.number}. Plans, limits and keys stay as they are.`}
    >
      <Body onClose={onClose} />
    </SidePanel>
  );
}

function Body({ onClose }: { onClose: () => void }) {
  const { api, version } = useChosenApi();
  const client = useQueryClient();
  const url = useUrlState();
  const [source, setSource] = useState<DocumentSource>();
  const { check, error, isChecking } = useDocumentCheck(source);
  const [isSaving, setIsSaving] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const [result, setResult] = useState<RevisionResult>();

  if (result !== undefined) {
    return <Stored result={result} onClose={onClose} />;
  }
  const save = async () => {
    const input = toDocumentInput(source);
    if (input === undefined) {
      return;
    }
    setIsSaving(true);
    setFailure(undefined);
    try {
      setResult(await apis.createRevision(api.slug, version.version, input));
      url.set({ revision: undefined });
      await client.invalidateQueries({ queryKey: ["apis"] });
    } catch (caught) {
      setFailure(caught);
    } finally {
      setIsSaving(false);
    }
  };
  return (
    <div className="flex flex-col gap-4">
      <DocumentSourceInput source={source} onChange={setSource} isBusy={source?.kind === "url" && isChecking} />
      {failure !== undefined && <ProblemList {...readFailure(failure)} />}
      {check !== undefined && <Difference before={version.operations} check={check} />}
      <DocumentResult
        check={check}
        error={error}
        isChecking={isChecking}
        text={source === undefined || source.kind === "url" ? undefined : source.text}
      />
      <div className="sticky bottom-0 -mx-4 -mb-4 flex justify-end gap-2 border-t bg-raised px-4 py-3">
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" disabled={check === undefined} isLoading={isSaving} onClick={() => void save()}>
          Store revision
        </Button>
      </div>
    </div>
  );
}

/** What the new document brings and takes, by the operations' ids. */
function Difference({ before, check }: { before: readonly Operation[]; check: DocumentCheck }) {
  const keysBefore = new Set(before.map((operation) => operation.key));
  const keysAfter = new Set(check.operations.map((operation) => operation.key));
  const added = check.operations.filter((operation) => !keysBefore.has(operation.key)).map((one) => one.key);
  const removed = before.filter((operation) => !keysAfter.has(operation.key)).map((one) => one.key);
  return <Changes added={added} removed={removed} />;
}

function Changes({ added, removed }: { added: readonly string[]; removed: readonly string[] }) {
  if (added.length === 0 && removed.length === 0) {
    return <p className="text-sm text-text-muted">The same operations as before.</p>;
  }
  return (
    <div className="flex flex-col gap-2 rounded-md border p-3 text-sm">
      {added.length > 0 && <KeyLine tone="ok" word={`${added.length} new`} keys={added} />}
      {removed.length > 0 && (
        <>
          <KeyLine tone="broken" word={`${removed.length} gone`} keys={removed} />
          <p className="text-text-muted">Calls to what is gone are answered with 404 once you publish.</p>
        </>
      )}
    </div>
  );
}

const KEYS_SHOWN = 12;

function KeyLine({ tone, word, keys }: { tone: "ok" | "broken"; word: string; keys: readonly string[] }) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <StatusBadge tone={tone}>{word}</StatusBadge>
      <span className="min-w-0 font-mono text-xs break-all">
        {keys.slice(0, KEYS_SHOWN).join(", ")}
        {keys.length > KEYS_SHOWN && ` and ${keys.length - KEYS_SHOWN} more`}
      </span>
    </p>
  );
}

function Stored({ result, onClose }: { result: RevisionResult; onClose: () => void }) {
  const [environment] = useEnvironment();
  return (
    <div role="status" className="flex flex-col gap-4">
      <StatusBadge tone={result.unchanged ? "info" : "ok"} className="self-start">
        {result.unchanged ? "Nothing changed" : `Revision ${result.number} stored`}
      </StatusBadge>
      {result.unchanged ? (
        <p className="text-sm">The document is the current one byte for byte, so no revision was made.</p>
      ) : (
        <>
          <Changes added={result.added} removed={result.removed} />
          <p className="text-sm text-text-muted">Gateways go on with what is published until you publish again.</p>
        </>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Close</Button>
        {!result.unchanged && (
          <Button asChild variant="primary">
            <Link href={paths.publish(environment)}>Publish to {environment}</Link>
          </Button>
        )}
      </div>
    </div>
  );
}

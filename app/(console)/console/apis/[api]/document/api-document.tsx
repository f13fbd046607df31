"use client";

import { useQuery } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { queries } from "@/app/(console)/data/queries";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { DocumentFindings } from "@/components/console/document/document-findings";
import { DocumentText } from "@/components/console/document/document-text";
import { formatBytes, formatPlural } from "@/components/format/format-number";
import { RelativeTime } from "@/components/format/relative-time";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { KeyValue } from "@/components/ui/key-value";
import { SkeletonLines } from "@/components/ui/skeleton";
import type { Revision } from "@/lib/api-schemas";
import { useChosenApi } from "../api-context";
import { NewRevisionPanel } from "./new-revision-panel";
import { RevisionList } from "./revision-list";

/** The document as it was uploaded, one revision at a time, and the way to the next revision. */
export function ApiDocument() {
  const { api, version } = useChosenApi();
  const url = useUrlState();
  const revisions = useQuery(queries.revisions(api.slug, version.version));
  const wanted = Number(url.get("revision") ?? version.revision.number);
  const revision = revisions.data?.items.find((one) => one.number === wanted) ?? version.revision;
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[1fr_18rem]">
      <div className="flex min-w-0 flex-col gap-4">
        <RevisionText revision={revision} />
      </div>
      <div className="flex min-w-0 flex-col gap-4 max-lg:-order-1">
        {api.canEdit && (
          <Button variant="primary" onClick={() => url.set({ upload: "1" })}>
            <Upload aria-hidden="true" />
            Upload a new revision
          </Button>
        )}
        <RevisionList
          revisions={revisions.data?.items}
          error={revisions.error}
          onRetry={() => void revisions.refetch()}
          shown={revision.number}
        />
      </div>
      <NewRevisionPanel
        isOpen={url.get("upload") === "1" && api.canEdit}
        onClose={() => url.set({ upload: undefined })}
      />
    </div>
  );
}

function RevisionText({ revision }: { revision: Revision }) {
  const { api, version } = useChosenApi();
  const document = useQuery(queries.document(api.slug, version.version, revision.number));
  return (
    <>
      <Card
        title={
          <span className="flex items-center gap-2">
            Revision {revision.number}
            {revision.current && <Badge>Current</Badge>}
          </span>
        }
      >
        <KeyValue
          items={[
            { label: "Title", value: revision.title },
            {
              label: "Format",
              value: `OpenAPI ${revision.specification}, ${formatBytes(revision.bytes)}, ${formatPlural(revision.operations, "operation")}`,
            },
            ...(revision.sourceUrl === null
              ? []
              : [{ label: "From", value: <span className="font-mono text-xs break-all">{revision.sourceUrl}</span> }]),
            {
              label: "Uploaded",
              value: (
                <>
                  <RelativeTime time={revision.createdAt} />
                  {revision.createdBy !== null && ` by ${revision.createdBy}`}
                </>
              ),
            },
            { label: "SHA-256", value: <span className="font-mono text-xs break-all">{revision.sha256}</span> },
          ]}
        />
      </Card>
      {revision.warnings.length > 0 && (
        <Card title={formatPlural(revision.warnings.length, "warning")}>
          <DocumentFindings kind="warning" findings={revision.warnings} text={document.data} />
        </Card>
      )}
      {document.data !== undefined ? (
        <DocumentText text={document.data} fileName={`${api.slug}-${version.version}-r${revision.number}`} />
      ) : (
        <Card>
          {document.isError ? (
            <ErrorState error={document.error} onRetry={() => void document.refetch()} />
          ) : (
            <SkeletonLines lines={12} />
          )}
        </Card>
      )}
    </>
  );
}

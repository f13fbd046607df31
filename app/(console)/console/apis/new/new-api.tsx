"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import type { UseFormReturn } from "react-hook-form";
import { paths } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { useDocumentCheck } from "@/app/(console)/data/use-document-check";
import { DocumentSourceInput } from "@/components/console/document/document-input";
import { DocumentResult } from "@/components/console/document/document-result";
import { toDocumentInput, type DocumentSource } from "@/components/console/document/document-source";
import { NumberedCard } from "@/components/console/numbered-card";
import { TargetsEditor } from "@/components/console/targets-editor";
import { formatPlural } from "@/components/format/format-number";
import { Form } from "@/components/forms/form";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { toast } from "@/components/ui/toast";
import type { Api, DocumentCheck, DocumentInput } from "@/lib/api-schemas";
import { createApiWithVersion } from "./create-api-with-version";
import { ApiFields, VersionFields } from "./new-api-fields";
import { defaultBasePath, newApiSchema, suggestFrom, type NewApiInput, type NewApiValues } from "./new-api-values";

const FORM_ID = "new-api";

/** Creates an API, or a further version of one, of its OpenAPI document: document, names and upstream on one page. */
export function NewApi({ api: slug }: { api: string | undefined }) {
  const existing = useQuery({ ...queries.api(slug ?? ""), enabled: slug !== undefined });
  if (slug !== undefined && existing.data === undefined) {
    return <PageHeader title="New version" crumbs={[{ href: "/console/apis", label: "APIs" }]} />;
  }
  return <NewApiForm existing={existing.data} />;
}

function NewApiForm({ existing }: { existing: Api | undefined }) {
  const router = useRouter();
  const client = useQueryClient();
  const [source, setSource] = useState<DocumentSource>();
  const { check, error, isChecking } = useDocumentCheck(source);
  const form = useZodForm<NewApiInput, NewApiValues>(newApiSchema, {
    name: existing?.name ?? "",
    slug: existing?.slug ?? "",
    description: "",
    visibility: existing?.visibility ?? "public",
    version: "",
    basePath: "",
    upstream: { targets: [{ url: "", weight: 1 }] },
  });
  // Read here so that the form keeps track of it: suggestions leave alone what was typed in.
  void form.formState.dirtyFields;
  useSuggestions(form, check, existing);

  const create = async (values: NewApiValues) => {
    const document = toInput(source, check);
    if (document === undefined) {
      return;
    }
    await createApiWithVersion(values, document, existing !== undefined);
    await client.invalidateQueries({ queryKey: ["apis"] });
    const found = formatPlural(check?.operations.length ?? 0, "operation");
    toast.success(`${values.name} ${values.version} created`, { description: `${found}. It is not published yet.` });
    router.push(paths.api(values.slug, values.version));
  };
  const crumbs = [{ href: "/console/apis", label: "APIs" }];
  return (
    <>
      <PageHeader
        title={existing === undefined ? "Create API" : `New version of ${existing.name}`}
        crumbs={existing === undefined ? crumbs : [...crumbs, { href: paths.api(existing.slug), label: existing.name }]}
        description="Nothing is reachable until you publish."
      />
      <div className="flex max-w-4xl flex-col gap-4">
        <NumberedCard number={1} title="Document" description="What the API can do, as OpenAPI. It is stored as it is.">
          <div className="flex flex-col gap-4">
            <DocumentSourceInput source={source} onChange={setSource} isBusy={source?.kind === "url" && isChecking} />
            <DocumentResult check={check} error={error} isChecking={isChecking} text={textOf(source)} />
          </div>
        </NumberedCard>
        <Form form={form} id={FORM_ID} label="API" onSubmit={create}>
          <NumberedCard
            number={2}
            title={existing === undefined ? "Name and address" : "Version and address"}
            description="Suggested from the document; change what does not fit."
          >
            <div className="flex flex-col gap-3">
              {existing === undefined && <ApiFields form={form} />}
              <VersionFields form={form} />
            </div>
          </NumberedCard>
          <NumberedCard number={3} title="Upstream" description="The server behind it. Calls are spread by weight.">
            <TargetsEditor name="upstream.targets" />
          </NumberedCard>
          <div className="flex flex-wrap items-center justify-end gap-3">
            <p className="text-sm text-text-muted">{whatIsMissing(source, check, error)}</p>
            <Button
              type="submit"
              form={FORM_ID}
              variant="primary"
              disabled={check === undefined}
              isLoading={form.formState.isSubmitting}
            >
              {existing === undefined ? "Create API" : "Create version"}
            </Button>
          </div>
        </Form>
      </div>
    </>
  );
}

function whatIsMissing(
  source: DocumentSource | undefined,
  check: DocumentCheck | undefined,
  error: Error | null,
): string | undefined {
  if (check !== undefined) {
    return undefined;
  }
  if (error !== null) {
    return "The document has problems.";
  }
  return source === undefined ? "Give a document first." : undefined;
}

function textOf(source: DocumentSource | undefined): string | undefined {
  return source === undefined || source.kind === "url" ? undefined : source.text;
}

/** Nothing is sent that was not checked. */
function toInput(source: DocumentSource | undefined, check: DocumentCheck | undefined): DocumentInput | undefined {
  return check === undefined ? undefined : toDocumentInput(source);
}

/** Fills the fields from the document as long as nobody has typed in them. */
function useSuggestions(
  form: UseFormReturn<NewApiInput, unknown, NewApiValues>,
  check: DocumentCheck | undefined,
  existing: Api | undefined,
): void {
  useEffect(() => {
    if (check === undefined) {
      return;
    }
    const suggestion = suggestFrom(check);
    const suggest = (field: "name" | "slug" | "version" | "basePath" | "upstream.targets.0.url", value: string) => {
      if (!form.getFieldState(field).isDirty && value !== "") {
        form.setValue(field, value, { shouldValidate: true });
      }
    };
    if (existing === undefined) {
      suggest("name", suggestion.name);
      suggest("slug", suggestion.slug);
    }
    const taken = existing?.versions.map((version) => version.version) ?? [];
    suggest("version", taken.includes(suggestion.version) ? `v${taken.length + 1}` : suggestion.version);
    suggest("basePath", defaultBasePath(form.getValues("slug"), form.getValues("version")));
    suggest("upstream.targets.0.url", suggestion.targetUrl ?? "");
  }, [check, existing, form]);
}

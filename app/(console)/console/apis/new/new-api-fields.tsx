"use client";

import type { UseFormReturn } from "react-hook-form";
import { toSlug } from "@/components/console/slug";
import { VISIBILITY_OPTIONS } from "@/components/console/visibility";
import { InputField, SelectField, TextareaField } from "@/components/forms/form-fields";
import { useGatewayUrl } from "@/app/(console)/data/use-gateway-url";
import { defaultBasePath, type NewApiInput, type NewApiValues } from "./new-api-values";

interface FieldsProps {
  form: UseFormReturn<NewApiInput, unknown, NewApiValues>;
}

/** Name, slug, visibility and description of a new API. The slug follows the name, the base path both, until they are typed in. */
export function ApiFields({ form }: FieldsProps) {
  const followName = (name: string) => {
    if (!form.getFieldState("slug").isDirty) {
      form.setValue("slug", toSlug(name), { shouldValidate: true });
      followParts(form);
    }
  };
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <InputField
          name="name"
          label="Name"
          hint="What people call it."
          onInput={(event) => followName(event.currentTarget.value)}
        />
        <InputField
          name="slug"
          label="Slug"
          hint="Part of its address. It stays as it is."
          isCode
          onInput={() => queueMicrotask(() => followParts(form))}
        />
      </div>
      <SelectField name="visibility" label="Visibility" options={VISIBILITY_OPTIONS} fieldClassName="sm:max-w-sm" />
      <TextareaField
        name="description"
        label="Description"
        hint="One or two sentences for the catalogue."
        isOptional
        rows={2}
      />
    </>
  );
}

/** The version's name and the path below which the gateway serves it. */
export function VersionFields({ form }: FieldsProps) {
  const gatewayUrl = useGatewayUrl();
  return (
    <div className="grid gap-3 sm:grid-cols-[8rem_1fr]">
      <InputField
        name="version"
        label="Version"
        hint="Versions stand side by side."
        isCode
        onInput={() => queueMicrotask(() => followParts(form))}
      />
      <InputField
        name="basePath"
        label="Base path"
        hint="Everything the document calls a path comes after it."
        isCode
        prefix={gatewayUrl}
      />
    </div>
  );
}

function followParts(form: FieldsProps["form"]): void {
  if (!form.getFieldState("basePath").isDirty) {
    const path = defaultBasePath(form.getValues("slug"), form.getValues("version"));
    form.setValue("basePath", path, { shouldValidate: true });
  }
}

"use client";

import { Plus, Trash2 } from "lucide-react";
import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { InputField, SelectField } from "@/components/forms/form-fields";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import type { VersionFormValues } from "./version-form-values";

const PLACES = [
  { value: "header", label: "Header" },
  { value: "query", label: "Query" },
];
const TESTS = [
  { value: "value", label: "is" },
  { value: "prefix", label: "begins with" },
  { value: "present", label: "is there" },
];
const MOST_CONDITIONS = 8;

/** What a request must carry besides, one line for each condition. Inside the version's form. */
export function ConditionsEditor() {
  const { control } = useFormContext<VersionFormValues>();
  const { fields, append, remove } = useFieldArray({ control, name: "when" });
  const conditions = useWatch({ control, name: "when" });
  return (
    <div className="flex flex-col gap-2">
      {fields.length > 0 && (
        <ul aria-label="Conditions" className="flex flex-col gap-3">
          {fields.map((field, index) => (
            <li key={field.id} className="flex flex-wrap items-start gap-2">
              <SelectField
                name={`when.${index}.from`}
                label={`Where condition ${index + 1} looks`}
                hideLabel
                options={PLACES}
                fieldClassName="w-28"
              />
              <InputField
                name={`when.${index}.name`}
                label={`Name in condition ${index + 1}`}
                hideLabel
                isCode
                placeholder={conditions[index]?.from === "query" ? "device" : "X-Device"}
                fieldClassName="min-w-0 flex-1 basis-36"
              />
              <SelectField
                name={`when.${index}.test`}
                label={`Test of condition ${index + 1}`}
                hideLabel
                options={TESTS}
                fieldClassName="w-36"
              />
              {conditions[index]?.test !== "present" && (
                <InputField
                  name={`when.${index}.text`}
                  label={`Text of condition ${index + 1}`}
                  hideLabel
                  isCode
                  placeholder="mobile"
                  fieldClassName="min-w-0 flex-1 basis-36"
                />
              )}
              <IconButton label={`Remove condition ${index + 1}`} onClick={() => remove(index)}>
                <Trash2 aria-hidden="true" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <div>
        <Button
          size="small"
          disabled={fields.length >= MOST_CONDITIONS}
          onClick={() => append({ from: "header", name: "", test: "value", text: "" })}
        >
          <Plus aria-hidden="true" />
          Add condition
        </Button>
      </div>
    </div>
  );
}

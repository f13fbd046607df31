"use client";

import { useState } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import { choicesOf, kindOf, labelOf, type Config, type ConfigSchema } from "./schema";

export interface SchemaFieldsProps {
  schema: ConfigSchema;
  value: Config;
  onChange: (value: Config) => void;
  /** What is wrong with a field, by its name. */
  errorOf: (name: string) => string | undefined;
}

/** A form for a configuration that is known by its JSON Schema. What is left empty is left out, so that the policy's default holds. */
export function SchemaFields({ schema, value, onChange, errorOf }: SchemaFieldsProps) {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) {
    return <p className="text-sm text-text-muted">There is nothing to set.</p>;
  }
  return (
    <div className="flex flex-col gap-3">
      {fields.map(([name, field]) => (
        <SchemaField
          key={name}
          name={name}
          schema={field}
          isRequired={schema.required?.includes(name) === true}
          value={value[name]}
          error={errorOf(name)}
          onChange={(next) => {
            const { [name]: _before, ...others } = value;
            onChange(next === undefined ? others : { ...others, [name]: next });
          }}
        />
      ))}
    </div>
  );
}

interface SchemaFieldProps {
  name: string;
  schema: ConfigSchema;
  isRequired: boolean;
  value: unknown;
  error: string | undefined;
  onChange: (value: unknown) => void;
}

function SchemaField({ name, schema, isRequired, value, error, onChange }: SchemaFieldProps) {
  const label = labelOf(name, schema);
  const kind = kindOf(schema);
  if (kind === "switch") {
    const isOn = typeof value === "boolean" ? value : schema.default === true;
    return (
      <Checkbox
        label={label}
        hint={schema.description}
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
      />
    );
  }
  return (
    <Field label={label} hint={schema.description} error={error} isOptional={!isRequired}>
      <Control kind={kind} schema={schema} value={value} onChange={onChange} />
    </Field>
  );
}

interface ControlProps {
  kind: Exclude<ReturnType<typeof kindOf>, "switch">;
  schema: ConfigSchema;
  value: unknown;
  onChange: (value: unknown) => void;
}

function Control({ kind, schema, value, onChange }: ControlProps) {
  const fallback = schema.default;
  switch (kind) {
    case "choice": {
      const choices = choicesOf(schema) ?? [];
      return (
        <Select
          value={asText(value ?? fallback)}
          placeholder={value === undefined && fallback === undefined ? "Choose" : undefined}
          options={choices.map((choice) => ({
            value: String(choice),
            label: choice === "" ? "(not sent)" : String(choice),
          }))}
          onChange={(event) => onChange(choices.find((choice) => String(choice) === event.target.value))}
        />
      );
    }
    case "number":
      return (
        <Input
          inputMode="numeric"
          value={asText(value)}
          placeholder={asText(fallback)}
          onChange={(event) => onChange(toNumber(event.target.value))}
        />
      );
    case "text":
      return (
        <Input
          value={typeof value === "string" ? value : ""}
          placeholder={typeof fallback === "string" ? fallback : undefined}
          onChange={(event) =>
            onChange(event.target.value === "" && fallback !== undefined ? undefined : event.target.value)
          }
        />
      );
    case "lines":
      return <LinesInput value={value} fallback={fallback} onChange={onChange} />;
    case "json":
      return <JsonInput value={value} fallback={fallback} onChange={onChange} />;
  }
}

function asText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** What is no number goes to the server as it was typed, which says so beside the field. */
function toNumber(text: string): unknown {
  if (text.trim() === "") {
    return undefined;
  }
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

/** A list of texts, one to a line. */
function LinesInput({ value, fallback, onChange }: Omit<ControlProps, "kind" | "schema"> & { fallback: unknown }) {
  const [text, setText] = useState(() => (Array.isArray(value) ? value.join("\n") : ""));
  return (
    <Textarea
      isCode
      rows={Math.min(8, Math.max(3, text.split("\n").length + 1))}
      value={text}
      placeholder={Array.isArray(fallback) && fallback.length > 0 ? fallback.join("\n") : "One to a line"}
      onChange={(event) => {
        setText(event.target.value);
        const lines = event.target.value.split("\n").map((line) => line.trim());
        const filled = lines.filter((line) => line !== "");
        onChange(filled.length === 0 ? undefined : filled);
      }}
    />
  );
}

/** What has no control of its own is written as JSON. */
function JsonInput({ value, fallback, onChange }: Omit<ControlProps, "kind" | "schema"> & { fallback: unknown }) {
  const [text, setText] = useState(() => (value === undefined ? "" : JSON.stringify(value, undefined, 2)));
  const isBroken = text.trim() !== "" && parse(text) === undefined;
  return (
    <>
      <Textarea
        isCode
        rows={Math.min(16, Math.max(4, text.split("\n").length + 1))}
        value={text}
        placeholder={fallback === undefined ? "JSON" : JSON.stringify(fallback)}
        onChange={(event) => {
          setText(event.target.value);
          // Broken JSON goes along as the text it is, so that it cannot be saved by mistake.
          onChange(event.target.value.trim() === "" ? undefined : (parse(event.target.value) ?? event.target.value));
        }}
      />
      {isBroken && <span className="text-xs text-watch">Not JSON yet.</span>}
    </>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

"use client";

import { useState } from "react";
import { Controller, get, useFormContext, type FieldValues } from "react-hook-form";
import { ServedBadge } from "@/components/console/release-badge";
import { SearchBox } from "@/components/ui/search-box";
import { Checkbox } from "@/components/ui/checkbox";
import type { Api } from "@/lib/api-schemas";

interface ChosenVersion {
  readonly api: string;
  readonly version: string;
}

export interface VersionPickerProps {
  name: string;
  /** Undefined while they are on their way. */
  apis: readonly Api[] | undefined;
}

const SEARCH_FROM = 8;

/** Which API versions a product offers. Inside a Form. */
export function VersionPicker({ name, apis }: VersionPickerProps) {
  const { control, formState } = useFormContext<FieldValues>();
  const [search, setSearch] = useState("");
  const error: unknown = get(formState.errors, name);
  const message = typeof error === "object" && error !== null && "message" in error ? String(error.message) : undefined;
  const versions = (apis ?? []).flatMap((api) => api.versions.map((version) => ({ api, version })));
  const found = versions.filter(({ api, version }) =>
    `${api.name} ${api.slug} ${version.version}`.toLowerCase().includes(search.toLowerCase()),
  );
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">API versions</legend>
      {versions.length > SEARCH_FROM && (
        <SearchBox label="Search API versions" value={search} onSearch={setSearch} className="mb-2" />
      )}
      <Controller
        control={control}
        name={name}
        render={({ field }) => {
          const chosen = field.value as readonly ChosenVersion[];
          const has = (one: ChosenVersion) =>
            chosen.some((other) => other.api === one.api && other.version === one.version);
          const toggle = (one: ChosenVersion) =>
            field.onChange(
              has(one)
                ? chosen.filter((other) => other.api !== one.api || other.version !== one.version)
                : [...chosen, one],
            );
          return (
            <ul className="max-h-80 divide-y overflow-y-auto rounded-md border">
              {apis === undefined && <li className="px-3 py-2 text-sm text-text-faint">Reading the APIs …</li>}
              {apis !== undefined && found.length === 0 && (
                <li className="px-3 py-2 text-sm text-text-faint">
                  {versions.length === 0 ? "No API version exists yet." : "Nothing matches."}
                </li>
              )}
              {found.map(({ api, version }) => {
                const one = { api: api.slug, version: version.version };
                return (
                  <li key={`${one.api} ${one.version}`} className="flex flex-wrap items-center gap-2 px-3 py-2">
                    <Checkbox
                      className="min-w-0 flex-1"
                      label={`${api.name} ${version.version}`}
                      hint={version.basePath === "" ? "/" : version.basePath}
                      checked={has(one)}
                      onChange={() => toggle(one)}
                    />
                    <ServedBadge environments={version.environments} />
                  </li>
                );
              })}
            </ul>
          );
        }}
      />
      <p aria-live="polite" className="mt-1 min-h-4 text-xs text-broken">
        {message}
      </p>
    </fieldset>
  );
}

"use client";

import type { Api } from "@/lib/api-schemas";
import { useChosenApi } from "../api-context";
import { DetailsForm } from "./details-form";
import { RemoveApi, RemoveVersion } from "./remove-api";
import { VersionForm } from "./version-form";
import { VersioningForm } from "./versioning-form";

/** What can be changed of the API and of the chosen version, and the end of both. */
export function ApiSettings() {
  const { api, version } = useChosenApi();
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <DetailsForm key={`api ${api.etag}`} api={api} />
      <VersioningForm key={`versions ${api.etag}`} api={api} />
      <VersionForm key={`version ${version.version} ${version.etag}`} version={version} />
      <RemoveVersion version={version} />
      <RemoveApi api={api} />
    </div>
  );
}

export function ApiSettingsWithoutVersion({ api }: { api: Api }) {
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <DetailsForm key={`api ${api.etag}`} api={api} />
      <VersioningForm key={`versions ${api.etag}`} api={api} />
      <RemoveApi api={api} />
    </div>
  );
}

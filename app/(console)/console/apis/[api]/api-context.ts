"use client";

import { createContext, useContext } from "react";
import type { Api, ApiVersion } from "@/lib/api-schemas";

export interface ChosenApi {
  readonly api: Api;
  /** The version the page is about: the URL's `version`, else the newest. */
  readonly version: ApiVersion;
}

export const ApiContext = createContext<ChosenApi | null>(null);

/** The API and version of the page; only below ApiFrame, which shows its tabs once both are there. */
export function useChosenApi(): ChosenApi {
  const chosen = useContext(ApiContext);
  if (chosen === null) {
    throw new Error("useChosenApi needs ApiFrame around it.");
  }
  return chosen;
}

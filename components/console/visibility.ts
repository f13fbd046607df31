import type { Visibility } from "@/lib/api-schemas";

export const VISIBILITY_WORDS: Record<Visibility, string> = {
  public: "Public",
  internal: "Internal",
  private: "Private",
};

export const VISIBILITY_OPTIONS: readonly { readonly value: Visibility; readonly label: string }[] = [
  { value: "public", label: "Public: anybody sees it in the portal" },
  { value: "internal", label: "Internal: whoever is signed in" },
  { value: "private", label: "Private: the owning team only" },
];

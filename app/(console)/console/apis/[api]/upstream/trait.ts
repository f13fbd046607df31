/** Of a request: what a hash goes by, or who sticks to a canary. */
export const TRAITS = ["subscription", "address", "header", "cookie", "query", "claim"] as const;
export type Trait = (typeof TRAITS)[number];

export const TRAIT_LABELS: Readonly<Record<Trait, string>> = {
  subscription: "The subscription",
  address: "The client’s address",
  header: "A header field",
  cookie: "A cookie",
  query: "A query parameter",
  claim: "A claim of the token",
};

/** Whether a trait is told by its name. */
export function isNamed(from: string): from is Exclude<Trait, "subscription" | "address"> {
  return TRAITS.some((trait) => trait === from) && from !== "subscription" && from !== "address";
}

/** As the management API takes it: the name only of what has one. */
export function traitOf(from: Trait, name: string) {
  return from === "subscription" || from === "address" ? { from } : { from, name: name.trim() };
}

import type { ReactNode } from "react";

/** Fields of a part of the upstream's form: side by side where there is room. */
export function FieldGrid({ children }: { children: ReactNode }) {
  return <div className="mt-3 grid gap-3 sm:grid-cols-3">{children}</div>;
}

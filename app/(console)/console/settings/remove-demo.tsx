"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { queries } from "@/app/(console)/data/queries";
import { DangerCard } from "@/components/ui/danger-card";
import { toast } from "@/components/ui/toast";
import { demo } from "@/lib/api-client";
import type { Demo } from "@/lib/api-schemas";

/** One button for the whole demonstration workspace. Nothing is drawn where there is none. */
export function RemoveDemo() {
  const client = useQueryClient();
  const query = useQuery(queries.demo());
  if (query.data?.present !== true) {
    return null;
  }
  return (
    <DangerCard
      title="Demonstration workspace"
      text={describe(query.data)}
      action="Remove the demonstration workspace"
      question="Remove the demonstration workspace?"
      consequences={[
        ...named("The APIs", query.data.apis, "are gone; production no longer serves them."),
        ...named("The products", query.data.products, "are gone with their plans."),
        ...named(
          "The applications",
          query.data.applications.map((application) => application.name),
          "are gone; their keys stop working within a second.",
        ),
      ]}
      onConfirm={async () => {
        await demo.remove();
        // It reaches into every list there is.
        await client.invalidateQueries();
        toast.success("Demonstration workspace removed");
      }}
    >
      What you made yourself stays.
    </DangerCard>
  );
}

function describe(present: Demo): string {
  const parts = [
    ...present.apis.map((api) => `API ${api}`),
    ...present.products.map((product) => `product ${product}`),
    ...present.applications.map(({ name }) => `application ${name}`),
  ];
  return `${parts.join(", ")}. Made at the first start, so that there is something to look at.`;
}

function named(what: string, names: readonly string[], end: string): string[] {
  return names.length === 0 ? [] : [`${what} ${names.join(", ")} ${end}`];
}

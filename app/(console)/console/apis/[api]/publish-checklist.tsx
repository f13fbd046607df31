"use client";

import { useQuery } from "@tanstack/react-query";
import { Circle, CircleCheck } from "lucide-react";
import Link from "next/link";
import { paths } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { useCan } from "@/app/(console)/data/use-can";
import { formatPlural } from "@/components/format/format-number";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { useChosenApi } from "./api-context";

interface Step {
  readonly title: string;
  readonly detail: string;
  readonly isDone: boolean;
  readonly href: string;
  /** The verb on the button of the first step that is open. */
  readonly action: string;
}

/** What is left to do before somebody can call the API. Gone once it is published and offered in a plan. */
export function PublishChecklist({ environment }: { environment: string }) {
  const { api, version } = useChosenApi();
  const can = useCan();
  const products = useQuery({ ...queries.products({ api: api.slug, limit: 100 }), enabled: api.canEdit });
  const steps = useSteps(environment, products.data?.items ?? []);
  const next = steps.find((step) => !step.isDone);
  const isPublished = version.environments.some((one) => one.environment === environment);
  if (products.isPending && products.isFetching && !isPublished && can.publish) {
    // Something is left to do for certain: its place is kept.
    return <Skeleton className="h-67 w-full" />;
  }
  if (
    !api.canEdit ||
    !can.publish ||
    products.data === undefined ||
    next === undefined ||
    version.lifecycle === "retired"
  ) {
    return null;
  }
  const done = steps.filter((step) => step.isDone).length;
  return (
    <Card title="Until it can be called" description={`${done} of ${steps.length} steps done.`} isFlush>
      <ol>
        {steps.map((step) => (
          <li
            key={step.title}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2.5 last:border-b-0"
          >
            {step.isDone ? (
              <CircleCheck className="size-4 shrink-0 text-ok" aria-label="Done" />
            ) : (
              <Circle className="size-4 shrink-0 text-text-faint" aria-label="To do" />
            )}
            <span className="min-w-0 flex-1">
              <Link href={step.href} className="text-sm font-medium hover:underline">
                {step.title}
              </Link>
              <span className="block text-sm text-text-muted">{step.detail}</span>
            </span>
            {step === next && (
              <Button asChild size="small" variant="primary">
                <Link href={step.href}>{step.action}</Link>
              </Button>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}

function useSteps(
  environment: string,
  products: readonly {
    slug: string;
    name: string;
    versions: readonly { api: string; version: string }[];
    plans: readonly unknown[];
  }[],
): readonly Step[] {
  const { api, version } = useChosenApi();
  const offering = products.filter((product) =>
    product.versions.some((one) => one.api === api.slug && one.version === version.version),
  );
  const first = offering[0];
  const plans = offering.reduce((sum, product) => sum + product.plans.length, 0);
  const targets = version.upstream?.targets ?? [];
  const tab = (name: string) => paths.api(api.slug, version.version, name);
  return [
    {
      title: "Document imported",
      detail: `${formatPlural(version.operations.length, "operation")}, revision ${version.revision.number}.`,
      isDone: true,
      href: tab("document"),
      action: "See the document",
    },
    {
      title: "Upstream set",
      detail: targets.map((target) => target.url).join(", "),
      isDone: targets.length > 0,
      href: tab("upstream"),
      action: "Set the upstream",
    },
    {
      title: "Offered in a product with a plan",
      detail:
        first === undefined
          ? "Without one, nobody can subscribe to it."
          : plans === 0
            ? `${first.name} has no plan yet.`
            : `${offering.map((product) => product.name).join(", ")}: ${formatPlural(plans, "plan")}.`,
      isDone: plans > 0,
      href:
        first === undefined
          ? paths.newProduct(api.slug, version.version)
          : plans === 0
            ? paths.newPlan(first.slug)
            : tab("plans"),
      action: first === undefined ? "Create a product" : "Add a plan",
    },
    {
      title: `Published to ${environment}`,
      detail: "Until then no gateway knows it.",
      isDone: version.environments.some((one) => one.environment === environment),
      href: paths.publish(environment),
      action: "Publish",
    },
  ];
}

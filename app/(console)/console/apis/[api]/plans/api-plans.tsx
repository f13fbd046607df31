"use client";

import { useQuery } from "@tanstack/react-query";
import { Boxes } from "lucide-react";
import Link from "next/link";
import { paths } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { PlanTable } from "@/components/console/plan-table";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonLines } from "@/components/ui/skeleton";
import { useChosenApi } from "../api-context";

/** The products that offer this version, each with its plans. */
export function ApiPlans() {
  const { api, version } = useChosenApi();
  const products = useQuery(queries.products({ api: api.slug, limit: 100 }));
  if (products.data === undefined) {
    return (
      <Card>
        {products.isError ? (
          <ErrorState error={products.error} onRetry={() => void products.refetch()} />
        ) : (
          <SkeletonLines />
        )}
      </Card>
    );
  }
  const offering = products.data.items.filter((product) =>
    product.versions.some((one) => one.api === api.slug && one.version === version.version),
  );
  const create = (
    <Button asChild variant={offering.length === 0 ? "primary" : "secondary"}>
      <Link href={paths.newProduct(api.slug, version.version)}>Create a product with it</Link>
    </Button>
  );
  if (offering.length === 0) {
    return (
      <Card>
        <EmptyState
          icon={Boxes}
          title={`No product offers ${api.name} ${version.version}`}
          action={api.canEdit && create}
        >
          People subscribe to a plan of a product. Create a product with it, or add it to one you have.
        </EmptyState>
      </Card>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      {api.canEdit && <div className="flex justify-end">{create}</div>}
      {offering.map((product) => (
        <Card
          key={product.slug}
          isFlush
          title={
            <Link href={paths.product(product.slug)} className="hover:underline">
              {product.name}
            </Link>
          }
          description={product.description === "" ? undefined : product.description}
          actions={
            product.canEdit && (
              <Button asChild size="small">
                <Link href={paths.newPlan(product.slug)}>Add plan</Link>
              </Button>
            )
          }
        >
          <PlanTable product={product} hrefOf={(plan) => paths.plan(product.slug, plan)} />
        </Card>
      ))}
    </div>
  );
}

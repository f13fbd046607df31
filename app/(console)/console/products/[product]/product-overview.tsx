"use client";

import Link from "next/link";
import { paths } from "@/app/(console)/data/paths";
import { PlanTable } from "@/components/console/plan-table";
import { formatPlural } from "@/components/format/format-number";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { useProduct } from "./product-frame";
import { ProductHeader } from "./product-header";

/** Plans and what they open. */
export function ProductOverview() {
  const product = useProduct();
  const waiting = product.plans.reduce((sum, plan) => sum + (plan.subscriptions?.pending ?? 0), 0);
  return (
    <>
      <ProductHeader />
      <div className="flex flex-col gap-4">
        <Card
          title="Plans"
          isFlush
          actions={
            waiting > 0 && (
              <Link
                href={`/console/subscriptions?product=${encodeURIComponent(product.slug)}`}
                className="link text-sm"
              >
                {formatPlural(waiting, "request")} waiting
              </Link>
            )
          }
        >
          <PlanTable
            product={product}
            hrefOf={(plan) => paths.plan(product.slug, plan)}
            action={
              product.canEdit && (
                <Button asChild variant="primary">
                  <Link href={paths.newPlan(product.slug)}>Add the first plan</Link>
                </Button>
              )
            }
          />
        </Card>
        <Card
          title="What a subscription opens"
          isFlush
          actions={
            product.canEdit && (
              <Button asChild size="small">
                <Link href={paths.product(product.slug, "settings")}>Change</Link>
              </Button>
            )
          }
        >
          <ul>
            {product.versions.map((one) => (
              <li
                key={`${one.api} ${one.version}`}
                className="relative border-b px-4 py-2.5 last:border-b-0 hover:bg-hover"
              >
                <Link
                  href={paths.api(one.api, one.version)}
                  className="flex items-center gap-2 text-sm font-medium after:absolute after:inset-0"
                >
                  {one.apiName}
                  <Badge>{one.version}</Badge>
                </Link>
              </li>
            ))}
          </ul>
        </Card>
      </div>
    </>
  );
}

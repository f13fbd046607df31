"use client";

import { Plus } from "lucide-react";
import Link from "next/link";
import { paths } from "@/app/(console)/data/paths";
import { VISIBILITY_WORDS } from "@/components/console/visibility";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { LinkTabs } from "@/components/ui/link-tabs";
import { PageHeader } from "@/components/ui/page-header";
import { PRODUCTS_CRUMB, useProduct } from "./product-frame";

export function ProductHeader() {
  const product = useProduct();
  return (
    <PageHeader
      title={product.name}
      crumbs={[PRODUCTS_CRUMB]}
      badges={
        <>
          <Badge>{VISIBILITY_WORDS[product.visibility]}</Badge>
          {product.demo && <Badge>Demonstration</Badge>}
        </>
      }
      description={product.description === "" ? undefined : product.description}
      actions={
        product.canEdit && (
          <Button asChild variant="primary">
            <Link href={paths.newPlan(product.slug)}>
              <Plus aria-hidden="true" />
              Add plan
            </Link>
          </Button>
        )
      }
      tabs={
        <LinkTabs
          label={product.name}
          tabs={[
            { href: paths.product(product.slug), label: "Overview" },
            ...(product.canEdit ? [{ href: paths.product(product.slug, "settings"), label: "Settings" }] : []),
          ]}
        />
      }
    />
  );
}

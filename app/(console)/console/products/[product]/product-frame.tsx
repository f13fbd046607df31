"use client";

import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, type ReactNode } from "react";
import { queries } from "@/app/(console)/data/queries";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonLines } from "@/components/ui/skeleton";
import type { Product } from "@/lib/api-schemas";

const ProductContext = createContext<Product | null>(null);

/** The product of the page; only below ProductFrame. */
export function useProduct(): Product {
  const product = useContext(ProductContext);
  if (product === null) {
    throw new Error("useProduct needs ProductFrame around it.");
  }
  return product;
}

export const PRODUCTS_CRUMB = { href: "/console/products", label: "Products" };

/** Reads the product once for its pages. */
export function ProductFrame({ slug, children }: { slug: string; children: ReactNode }) {
  const product = useQuery(queries.product(slug));
  if (product.data === undefined) {
    return (
      <>
        <PageHeader title={slug} crumbs={[PRODUCTS_CRUMB]} />
        <Card>
          {product.isError ? (
            <ErrorState error={product.error} onRetry={() => void product.refetch()} />
          ) : (
            <SkeletonLines lines={6} />
          )}
        </Card>
      </>
    );
  }
  return <ProductContext value={product.data}>{children}</ProductContext>;
}

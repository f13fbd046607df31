"use client";

import { Boxes, Plus } from "lucide-react";
import Link from "next/link";
import { paths } from "@/app/(console)/data/paths";
import { useCan } from "@/app/(console)/data/use-can";
import { usePagedList } from "@/app/(console)/data/use-paged-list";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { SearchBox } from "@/components/ui/search-box";
import { Toolbar } from "@/components/console/toolbar";
import { VISIBILITY_WORDS } from "@/components/console/visibility";
import { formatCount } from "@/components/format/format-number";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { products } from "@/lib/api-client";
import type { Product } from "@/lib/api-schemas";

/** Every product: what is in it, its plans, how many use them. */
export function ProductList() {
  const url = useUrlState();
  const can = useCan();
  const search = url.get("search") ?? "";
  const list = usePagedList(["products", "pages", search], (cursor, options) =>
    products.list({ search, cursor }, options),
  );
  return (
    <>
      <PageHeader
        title="Products"
        description="What people subscribe to: API versions bundled with plans."
        actions={can.createApis && <CreateButton />}
      />
      <Toolbar>
        <SearchBox label="Search products" value={search} onSearch={(value) => url.set({ search: value })} />
      </Toolbar>
      <Card isFlush>
        <DataTable
          label="Products"
          columns={COLUMNS}
          rows={list.rows}
          rowKey={(product) => product.slug}
          rowHref={(product) => paths.product(product.slug)}
          error={list.error}
          onRetry={list.onRetry}
          more={list.more}
          empty={
            search === "" ? (
              <EmptyState icon={Boxes} title="No products yet" action={can.createApis && <CreateButton />}>
                A product offers API versions under plans. Consumers subscribe to a plan and get keys for it.
              </EmptyState>
            ) : (
              <EmptyState
                title={`No product is called “${search}”`}
                action={<Button onClick={() => url.set({ search: undefined })}>Clear the search</Button>}
              />
            )
          }
        />
      </Card>
    </>
  );
}

const COLUMNS: readonly Column<Product>[] = [
  {
    id: "name",
    header: "Name",
    sortValue: (product) => product.name,
    cell: (product) => (
      <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
        {product.name}
        <span className="font-mono text-xs font-normal text-text-faint">{product.slug}</span>
        {product.demo && <Badge>Demonstration</Badge>}
      </span>
    ),
  },
  {
    id: "apis",
    header: "APIs",
    cell: (product) => (
      <span className="flex flex-wrap gap-1">
        {product.versions.slice(0, 4).map((one) => (
          <Badge key={`${one.api} ${one.version}`}>
            {one.apiName} {one.version}
          </Badge>
        ))}
        {product.versions.length > 4 && <Badge>+ {product.versions.length - 4}</Badge>}
      </span>
    ),
  },
  {
    id: "plans",
    header: "Plans",
    showFrom: "sm",
    cell: (product) =>
      product.plans.length === 0 ? (
        <span className="text-watch">None yet</span>
      ) : (
        product.plans.map((plan) => plan.name).join(", ")
      ),
  },
  {
    id: "visibility",
    header: "Visibility",
    showFrom: "lg",
    cell: (product) => VISIBILITY_WORDS[product.visibility],
  },
  {
    id: "subscriptions",
    header: "Subscriptions",
    align: "right",
    showFrom: "md",
    sortValue: countSubscriptions,
    cell: (product) =>
      product.plans.some(({ subscriptions }) => subscriptions === null)
        ? "–"
        : formatCount(countSubscriptions(product)),
  },
];

function countSubscriptions(product: Product): number {
  return product.plans.reduce((sum, plan) => sum + (plan.subscriptions?.active ?? 0), 0);
}

function CreateButton() {
  return (
    <Button asChild variant="primary">
      <Link href={paths.newProduct()}>
        <Plus aria-hidden="true" />
        Create product
      </Link>
    </Button>
  );
}

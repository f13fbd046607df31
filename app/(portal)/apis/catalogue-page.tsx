"use client";

import { Library, SearchX } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { ApiRow } from "@/components/catalogue/api-row";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { SearchBox } from "@/components/ui/search-box";
import { SkeletonLines } from "@/components/ui/skeleton";
import { useCatalogue } from "../_parts/queries";

/** Every API this person may see, found by name or purpose. The search lives in the URL. */
export function CataloguePage() {
  const router = useRouter();
  const search = useSearchParams().get("search") ?? "";
  const setSearch = (next: string) =>
    router.replace(next === "" ? "/apis" : `/apis?search=${encodeURIComponent(next)}`, { scroll: false });
  return (
    <>
      <PageHeader title="APIs" description="What is offered here, with its plans and its reference." />
      <SearchBox
        label="Search APIs"
        placeholder="Search by name or purpose"
        value={search}
        onSearch={setSearch}
        className="mb-4 max-w-md sm:w-full"
      />
      <Card isFlush>
        <CatalogueList search={search} onClear={() => setSearch("")} />
      </Card>
    </>
  );
}

function CatalogueList({ search, onClear }: { search: string; onClear: () => void }) {
  const catalogue = useCatalogue(search);
  const items = catalogue.data?.pages.flatMap((page) => page.items);
  if (catalogue.isError && items === undefined) {
    return <ErrorState error={catalogue.error} onRetry={() => void catalogue.refetch()} />;
  }
  if (items === undefined) {
    return <SkeletonLines lines={8} className="p-4" />;
  }
  if (items.length === 0) {
    return search === "" ? (
      <EmptyState icon={Library} title="No API is offered yet">
        As soon as an owner publishes one, it is listed here.
      </EmptyState>
    ) : (
      <EmptyState
        icon={SearchX}
        title={`Nothing matches “${search}”`}
        action={<Button onClick={onClear}>Show all APIs</Button>}
      >
        The search looks at names, descriptions and the titles of documents.
      </EmptyState>
    );
  }
  return (
    <>
      <ul aria-label="APIs">
        {items.map((api) => (
          <ApiRow key={api.slug} api={api} />
        ))}
      </ul>
      {catalogue.hasNextPage && (
        <div className="flex justify-center border-t p-2">
          <Button
            variant="ghost"
            isLoading={catalogue.isFetchingNextPage}
            onClick={() => void catalogue.fetchNextPage()}
          >
            Load more
          </Button>
        </div>
      )}
    </>
  );
}

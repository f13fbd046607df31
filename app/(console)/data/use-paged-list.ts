"use client";

import { keepPreviousData, useInfiniteQuery, type QueryKey } from "@tanstack/react-query";
import { useMemo } from "react";
import type { RequestOptions } from "@/lib/api-client";
import type { Page } from "@/lib/api-schemas";

/** What DataTable needs of a list that comes in pages. */
export interface PagedList<Item, FirstPage = Page<Item>> {
  /** Undefined while the first page is on its way. */
  readonly rows: readonly Item[] | undefined;
  /** The first page, for what it tells besides its items. */
  readonly first: FirstPage | undefined;
  readonly error: Error | null;
  readonly onRetry: () => void;
  readonly more: { readonly hasMore: boolean; readonly isLoading: boolean; readonly onLoadMore: () => void };
}

/**
 * A list of the management API, page after page. While a filter changes, the rows before it stay, so that the page does not jump.
 * @param readPage asks for the page behind a cursor
 */
export function usePagedList<AnyPage extends Page<unknown>>(
  queryKey: QueryKey,
  readPage: (cursor: string | undefined, options: RequestOptions) => Promise<AnyPage>,
  { refetchInterval }: { refetchInterval?: number } = {},
): PagedList<AnyPage["items"][number], AnyPage> {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => readPage(pageParam, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval,
  });
  const rows = useMemo(
    () => query.data?.pages.flatMap((page): readonly AnyPage["items"][number][] => page.items),
    [query.data],
  );
  return {
    rows,
    first: query.data?.pages[0],
    error: query.error,
    onRetry: () => void query.refetch(),
    more: {
      hasMore: query.hasNextPage,
      isLoading: query.isFetchingNextPage,
      onLoadMore: () => void query.fetchNextPage(),
    },
  };
}

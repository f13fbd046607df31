"use client";

import { useState } from "react";

/** The first rows of a long list that is all there already, and more on request: a thousand rows at once would freeze a phone. */
export function useShown<Row>(rows: readonly Row[], step = 100) {
  const [count, setCount] = useState(step);
  return {
    shown: rows.slice(0, count),
    more: { hasMore: rows.length > count, isLoading: false, onLoadMore: () => setCount(count + step) },
  };
}

/** Times to live that a node can keep responses for: nginx.conf has a location for each, since nginx takes no other way to choose one. */
export const CACHE_SECONDS = [1, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400] as const;

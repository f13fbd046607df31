/** Stands for "every host", which no pattern can be. */
export const ANY_HOST = "";

/** The host patterns of an API version: those it names, or the one for every host. */
export function patternsOf(hosts: readonly string[] | undefined): readonly string[] {
  return hosts === undefined || hosts.length === 0 ? [ANY_HOST] : hosts;
}

/** Whether every host that fits `inner` fits `outer` too. "*.example.com" takes one label or more before the domain. */
export function coversHost(outer: string, inner: string): boolean {
  if (outer === ANY_HOST || outer === inner) {
    return true;
  }
  return outer.startsWith("*.") && inner.endsWith(outer.slice(1));
}

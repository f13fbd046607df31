const BASE = "http://portal.invalid";

/** Where to go after signing in: a path of this portal, or home. Anything that leads to another site is refused. */
export function safeReturn(next: string | null | undefined): string {
  if (next === null || next === undefined || !next.startsWith("/")) {
    return "/";
  }
  try {
    // "//evil.example" and "/\evil.example" begin with a slash too; only a parser knows what a browser makes of them.
    const url = new URL(next, BASE);
    // A path may begin with two slashes only once its dots are resolved: "/.//evil.example".
    return url.origin === BASE && !url.pathname.startsWith("//") ? url.pathname + url.search + url.hash : "/";
  } catch {
    return "/";
  }
}

/** Where a parameter stands in a path: the segment's number from 0, and how many bytes of fixed text stand around it there. */
export interface PathParameter {
  readonly segment: number;
  readonly before: number;
  readonly after: number;
}

/** The value as it stands in the normalised path: other than unreserved characters stay escaped. */
export function readPathParameter(path: string, parameter: PathParameter): string {
  const start = startOf(path, parameter.segment) + parameter.before;
  const slash = path.indexOf("/", start);
  return path.slice(start, (slash < 0 ? path.length : slash) - parameter.after);
}

/** Written out, because LuaJIT does not compile a loop inside a request's path. */
function startOf(path: string, segment: number): number {
  let start = 1;
  if (segment > 0) start = path.indexOf("/", start) + 1;
  if (segment > 1) start = path.indexOf("/", start) + 1;
  if (segment > 2) start = path.indexOf("/", start) + 1;
  if (segment > 3) start = path.indexOf("/", start) + 1;
  if (segment > 4) start = path.indexOf("/", start) + 1;
  if (segment > 5) start = path.indexOf("/", start) + 1;
  if (segment > 6) start = path.indexOf("/", start) + 1;
  if (segment > 7) start = path.indexOf("/", start) + 1;
  if (segment > 8) start = path.indexOf("/", start) + 1;
  if (segment > 9) start = path.indexOf("/", start) + 1;
  if (segment > 10) start = path.indexOf("/", start) + 1;
  if (segment > 11) start = path.indexOf("/", start) + 1;
  if (segment > 12) start = path.indexOf("/", start) + 1;
  if (segment > 13) start = path.indexOf("/", start) + 1;
  if (segment > 14) start = path.indexOf("/", start) + 1;
  return start;
}

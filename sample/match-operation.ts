import type { Operation } from "./operations";
import { notFound, Problem } from "./problem";

/**
 * Finds the operation of a request.
 * @throws Problem 404 for an unknown path, 405 with Allow for a known one
 */
export function matchOperation(
  operations: readonly Operation[],
  method: string,
  path: string,
): { operation: Operation; parameters: Record<string, string> } {
  const allowed = new Set<string>();
  for (const operation of operations) {
    const parameters = matchTemplate(operation.path, path);
    if (parameters !== undefined) {
      // A HEAD is a GET whose body node:http leaves out.
      if (operation.method === (method === "HEAD" ? "GET" : method)) {
        return { operation, parameters };
      }
      allowed.add(operation.method);
    }
  }
  if (allowed.size === 0) {
    throw notFound("resource at this path");
  }
  const allow = [...allowed].join(", ");
  throw new Problem(405, "Method not allowed", `This path takes ${allow}.`, [], { allow });
}

function matchTemplate(template: string, path: string): Record<string, string> | undefined {
  const wanted = template.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) {
    return undefined;
  }
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? "";
    if (segment.startsWith("{")) {
      if (value === "") {
        return undefined;
      }
      parameters[segment.slice(1, -1)] = decode(value);
    } else if (segment !== value) {
      return undefined;
    }
  }
  return parameters;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Problem(400, "Malformed path", "The path holds a broken escape.");
  }
}

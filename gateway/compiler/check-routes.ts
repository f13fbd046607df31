import { parsePathTemplate, type TemplateSegment } from "./path-template";
import { buildRouteTree, RouteTreeTooLarge } from "./route-tree";

export interface RouteProblem {
  readonly code: "path_invalid" | "path_ambiguous" | "paths_too_many_combinations";
  readonly path: string;
  readonly method: string;
  readonly message: string;
}

/**
 * Every operation that the router cannot serve or cannot tell from another: two templates that differ only in parameter names, or two
 * mixed segments that one request can fit equally well.
 * @param operations methods in upper case, paths as templates
 */
export function checkRoutes(operations: readonly { readonly method: string; readonly path: string }[]): RouteProblem[] {
  const problems: RouteProblem[] = [];
  const seen = new Map<string, string>();
  const parsed: { method: string; path: string; segments: readonly TemplateSegment[] }[] = [];
  for (const { method, path } of operations) {
    const template = parsePathTemplate(path);
    if (!template.ok) {
      problems.push({ code: "path_invalid", path, method, message: `${path}: ${template.message}` });
      continue;
    }
    const shape = `${method} ${template.segments.map(shapeOf).join("/")}`;
    const other = seen.get(shape);
    if (other !== undefined) {
      problems.push({
        code: "path_ambiguous",
        path,
        method,
        message:
          other === path
            ? `${method} ${path} is there twice`
            : `${method} ${path} matches the same requests as ${other}`,
      });
      continue;
    }
    seen.set(shape, path);
    parsed.push({ method, path, segments: template.segments });
  }
  problems.push(...findRivalPatterns(parsed), ...checkSize(parsed));
  return problems;
}

function shapeOf(segment: TemplateSegment): string {
  switch (segment.kind) {
    case "literal":
      return `=${segment.text}`;
    case "parameter":
      return "{}";
    case "pattern":
      return `~${segment.texts.join("\0")}`;
  }
}

interface Parsed {
  readonly method: string;
  readonly path: string;
  readonly segments: readonly TemplateSegment[];
}

/** Two patterns in the same place with equally long fixed texts that one segment can fit both. */
function findRivalPatterns(operations: readonly Parsed[]): RouteProblem[] {
  const problems: RouteProblem[] = [];
  const byPrefix = new Map<string, Map<string, { texts: readonly string[]; operation: Parsed }>>();
  for (const operation of operations) {
    operation.segments.forEach((segment, index) => {
      if (segment.kind !== "pattern") {
        return;
      }
      const prefix = operation.segments.slice(0, index).map(shapeOf).join("/");
      const siblings = byPrefix.get(prefix) ?? new Map<string, { texts: readonly string[]; operation: Parsed }>();
      byPrefix.set(prefix, siblings);
      const key = shapeOf(segment);
      if (siblings.has(key)) {
        return;
      }
      for (const rival of siblings.values()) {
        if (canRival(segment.texts, rival.texts)) {
          problems.push({
            code: "path_ambiguous",
            path: operation.path,
            method: operation.method,
            message: `one request can fit both ${operation.path} and ${rival.operation.path}, and neither is more specific`,
          });
        }
      }
      siblings.set(key, { texts: segment.texts, operation });
    });
  }
  return problems;
}

function canRival(left: readonly string[], right: readonly string[]): boolean {
  if (left.join("").length !== right.join("").length) {
    return false;
  }
  const [leftFirst, leftLast] = [left[0] ?? "", left.at(-1) ?? ""];
  const [rightFirst, rightLast] = [right[0] ?? "", right.at(-1) ?? ""];
  const prefixesFit = leftFirst.startsWith(rightFirst) || rightFirst.startsWith(leftFirst);
  const suffixesFit = leftLast.endsWith(rightLast) || rightLast.endsWith(leftLast);
  return prefixesFit && suffixesFit;
}

function checkSize(operations: readonly Parsed[]): RouteProblem[] {
  try {
    buildRouteTree(operations.map(({ method, segments }, operation) => ({ method, segments, operation })));
    return [];
  } catch (error) {
    if (error instanceof RouteTreeTooLarge) {
      return [
        {
          code: "paths_too_many_combinations",
          path: "",
          method: "",
          message: `the paths cannot be routed: ${error.message}`,
        },
      ];
    }
    throw error;
  }
}

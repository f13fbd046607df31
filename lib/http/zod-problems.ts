import type { z } from "zod";
import type { ProblemItem } from "@/lib/api-schemas/common";

/** Where a part of the request is called in problems: the body is "", so that its places are plain JSON pointers. */
export type RequestPart = "body" | "query" | "path";

/**
 * Everything zod found wrong, as problems with places.
 * @param input what was parsed: tells a missing field from a wrong one
 */
export function zodProblems(error: z.ZodError, part: RequestPart, input: unknown): ProblemItem[] {
  return error.issues.flatMap((issue) => issueProblems(issue, part, valueAt(input, issue.path) === undefined));
}

function issueProblems(issue: z.core.$ZodIssue, part: RequestPart, missing: boolean): ProblemItem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      code: "unknown_field",
      message: `There is no field "${key}" here.`,
      place: placeOf([...issue.path, key], part),
    }));
  }
  return [{ code: codeOf(issue, missing), message: messageOf(issue, missing), place: placeOf(issue.path, part) }];
}

/** RFC 6901 for the body; "query:from" and "path:api" for the rest. */
export function placeOf(path: readonly PropertyKey[], part: RequestPart): string {
  const words = path.map((word) => String(word));
  if (part !== "body") {
    return `${part}:${words.join("/")}`;
  }
  return words.map((word) => `/${word.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function codeOf(issue: z.core.$ZodIssue, missing: boolean): string {
  switch (issue.code) {
    case "custom":
      return typeof issue.params?.["code"] === "string" ? issue.params["code"] : "invalid_value";
    case "invalid_type":
      return missing ? "required" : "wrong_type";
    case "invalid_value":
      return missing ? "required" : "unknown_value";
    default:
      return issue.code;
  }
}

function messageOf(issue: z.core.$ZodIssue, missing: boolean): string {
  if (issue.code === "invalid_value") {
    const values = issue.values.map((value) => `"${String(value)}"`).join(", ");
    return missing ? `Give one of ${values}.` : `Choose one of ${values}.`;
  }
  if (issue.code === "invalid_type" && issue.message.startsWith("Invalid input")) {
    return missing ? "This field is missing." : `This must be ${withArticle(issue.expected)}.`;
  }
  return issue.message;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const word of path) {
    value = typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[word] : undefined;
  }
  return value;
}

function withArticle(type: string): string {
  if (type === "record") {
    return "an object";
  }
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}

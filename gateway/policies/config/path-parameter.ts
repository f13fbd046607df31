import type { PlanScope } from "../manifest";
import type { PathParameter } from "../shared/path-parameter";
import { refuseConfig } from "./refuse-config";

/** As many as shared/path-parameter.ts looks at. */
const MOST_SEGMENTS = 16;

/**
 * Where a parameter of the operation's path template stands.
 * @throws ZodError when the template has no such parameter, or has it where it cannot be told from another
 */
export function findPathParameter(name: string, scope: PlanScope, place: readonly PropertyKey[]): PathParameter {
  if (scope.operation === undefined) {
    refuseConfig(place, `{path.${name}} is known where an operation is: attach this to an API version or an operation`);
  }
  const template = scope.operation.path;
  const segments = `${scope.basePath}${template}`.split("/").slice(1);
  const segment = segments.findIndex((text) => text.includes(`{${name}}`));
  const text = segments[segment];
  if (text === undefined) {
    refuseConfig(
      place,
      `${scope.operation.method} ${template} has no {${name}}: attach this to operations that have it`,
    );
  }
  if (segment >= MOST_SEGMENTS) {
    refuseConfig(place, `{${name}} stands behind the first ${MOST_SEGMENTS} segments of ${template}`);
  }
  const [before = "", after = ""] = text.split(`{${name}}`);
  if (/[{}]/.test(before + after)) {
    refuseConfig(place, `{${name}} shares its segment of ${template} with another parameter`);
  }
  return { segment, before: before.length, after: after.length };
}

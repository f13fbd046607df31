import { Fragment, type ReactNode } from "react";
import { Badge } from "./badge";
import { MethodBadge } from "./method-badge";

export interface OperationNameProps {
  method: string;
  path: string;
  isDeprecated?: boolean;
  /** What else tells it apart: its summary, its API. */
  note?: ReactNode;
}

/** An operation as it is called: method and path. On a phone the path stands below its method. */
export function OperationName({ method, path, isDeprecated = false, note }: OperationNameProps) {
  return (
    <span className="flex min-w-0 items-center gap-x-3 gap-y-1 max-sm:flex-col max-sm:items-start">
      <MethodBadge method={method} />
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-3">
        <Path path={path} />
        {note !== undefined && <span className="text-xs font-normal text-text-muted">{note}</span>}
      </span>
      {isDeprecated && <Badge>Deprecated</Badge>}
    </span>
  );
}

/** A path that breaks before its slashes: breaking anywhere would tear its words. */
function Path({ path }: { path: string }) {
  const segments = path.split(/(?=\/)/);
  return (
    <span className="min-w-0 font-mono text-xs break-words">
      {segments.map((segment, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {segment}
        </Fragment>
      ))}
    </span>
  );
}

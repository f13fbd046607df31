import { classNames } from "./class-names";

const METHOD_STYLES: Record<string, string> = {
  GET: "bg-method-get-soft text-method-get",
  POST: "bg-method-post-soft text-method-post",
  PUT: "bg-method-put-soft text-method-put",
  PATCH: "bg-method-patch-soft text-method-patch",
  DELETE: "bg-method-delete-soft text-method-delete",
};

/** An HTTP method in the one colour it has everywhere. All are of one width, so that the paths beside them align. */
export function MethodBadge({ method, className }: { method: string; className?: string }) {
  const name = method.toUpperCase();
  return (
    <span
      className={classNames(
        "inline-flex h-5 w-16 shrink-0 items-center justify-center rounded-sm font-mono text-xs font-semibold",
        METHOD_STYLES[name] ?? "bg-method-other-soft text-method-other",
        className,
      )}
    >
      {name}
    </span>
  );
}

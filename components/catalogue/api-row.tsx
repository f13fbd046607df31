import Link from "next/link";
import { formatPlural } from "@/components/format/format-number";
import { Badge, StatusBadge } from "@/components/ui/badge";

/** What an API of the catalogue must have to be listed. */
export interface ApiToList {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly demo: boolean;
  readonly team: { readonly name: string };
  readonly versions: readonly {
    readonly version: string;
    readonly operations: number;
    readonly published: boolean;
    readonly lifecycle: string;
  }[];
  readonly plans: readonly unknown[];
}

/** One API of the catalogue as a line: name, what it is for, what one gets. */
export function ApiRow({ api }: { api: ApiToList }) {
  const newest = api.versions.at(-1);
  return (
    <li className="relative border-b px-4 py-3 last:border-b-0 hover:bg-hover">
      <div className="flex flex-wrap items-center gap-2">
        <Link href={`/apis/${api.slug}`} className="font-semibold -outline-offset-2 after:absolute after:inset-0">
          {api.name}
        </Link>
        {api.versions.map((version) => (
          <Badge key={version.version}>{version.version}</Badge>
        ))}
        <PublicationBadge api={api} />
        {api.demo && <Badge>Demonstration</Badge>}
      </div>
      {api.description !== "" && <p className="mt-0.5 line-clamp-2 max-w-3xl text-text-muted">{api.description}</p>}
      <p className="mt-1 flex flex-wrap gap-x-3 text-xs text-text-faint">
        <span>{api.team.name}</span>
        {newest !== undefined && <span>{formatPlural(newest.operations, "operation")}</span>}
        <span>{api.plans.length === 0 ? "No plans yet" : formatPlural(api.plans.length, "plan")}</span>
      </p>
    </li>
  );
}

/** Says only what is out of the ordinary: not callable yet, or on its way out. */
function PublicationBadge({ api }: { api: Pick<ApiToList, "versions"> }) {
  if (api.versions.every((version) => !version.published)) {
    return <StatusBadge tone="off">Not published</StatusBadge>;
  }
  if (api.versions.every((version) => version.lifecycle === "deprecated")) {
    return <StatusBadge tone="watch">Deprecated</StatusBadge>;
  }
  return null;
}

"use client";

import { ChevronDown, Plus } from "lucide-react";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { paths } from "@/app/(console)/data/paths";
import { useCan } from "@/app/(console)/data/use-can";
import { ServedBadge } from "@/components/console/release-badge";
import { VISIBILITY_WORDS } from "@/components/console/visibility";
import { useEnvironment } from "@/components/shell/environment";
import { CallFields } from "@/components/catalogue/call-fields";
import { Badge, StatusBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import {
  DropdownMenu,
  DropdownMenuItem,
  DropdownMenuChoice,
  DropdownMenuSeparator,
} from "@/components/ui/dropdown-menu";
import { LinkTabs } from "@/components/ui/link-tabs";
import { PageHeader } from "@/components/ui/page-header";
import type { ApiVersion } from "@/lib/api-schemas";
import { useChosenApi } from "./api-context";

/** Which API, which version, where it is served and under which address. */
export function ApiHeader() {
  const { api, version } = useChosenApi();
  const [environment] = useEnvironment();
  const can = useCan();
  return (
    <PageHeader
      title={api.name}
      crumbs={[{ href: "/console/apis", label: "APIs" }]}
      badges={
        <>
          <VersionMenu />
          <StateBadges version={version} />
          {api.visibility !== "public" && <Badge>{VISIBILITY_WORDS[api.visibility]}</Badge>}
          {api.demo && <Badge>Demonstration</Badge>}
        </>
      }
      description={
        <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <span className="flex min-w-0 items-center gap-1">
            <span className="font-mono text-sm break-all">{version.url}</span>
            <CopyButton text={version.url} label="Copy base URL" />
          </span>
          <CallFields fields={version.callFields} />
        </span>
      }
      actions={
        <>
          <Button asChild>
            <Link href={`/apis/${encodeURIComponent(api.slug)}`}>View in portal</Link>
          </Button>
          {can.publish && (
            <Button asChild variant="primary">
              <Link href={paths.publish(environment)}>Publish to {environment}</Link>
            </Button>
          )}
        </>
      }
      tabs={<Tabs />}
    />
  );
}

function StateBadges({ version }: { version: ApiVersion }) {
  return (
    <>
      {version.lifecycle === "deprecated" && <StatusBadge tone="watch">Deprecated</StatusBadge>}
      {version.lifecycle === "retired" && <StatusBadge tone="off">Retired</StatusBadge>}
      {version.environments.length === 0 ? (
        <ServedBadge environments={[]} />
      ) : (
        version.environments.map(({ environment, release }) => (
          <Link key={environment} href={paths.release(environment, release)} className="rounded-sm">
            <StatusBadge tone={environment === "production" ? "ok" : "info"}>
              {environment} · release {release}
            </StatusBadge>
          </Link>
        ))
      )}
    </>
  );
}

/** Versions stand side by side; the page is about one of them. */
function VersionMenu() {
  const { api, version } = useChosenApi();
  const router = useRouter();
  const pathname = usePathname();
  return (
    <DropdownMenu
      align="start"
      trigger={
        <Button size="small" aria-label={`Version: ${version.version}`} className="h-6 px-1.5 font-mono text-xs">
          {version.version}
          <ChevronDown className="size-3.5" aria-hidden="true" />
        </Button>
      }
    >
      <DropdownMenuChoice
        value={version.version}
        options={api.versions.map((one) => ({ value: one.version, label: `${one.version} · ${one.title}` }))}
        onChange={(chosen) => router.push(`${pathname}?version=${encodeURIComponent(chosen)}`)}
      />
      {api.canEdit && (
        <>
          <DropdownMenuSeparator />
          <DropdownMenuItem asChild>
            <Link href={paths.newVersion(api.slug)}>
              <Plus aria-hidden="true" />
              New version
            </Link>
          </DropdownMenuItem>
        </>
      )}
    </DropdownMenu>
  );
}

function Tabs() {
  const { api, version } = useChosenApi();
  const to = (tab?: string) => paths.api(api.slug, version.version, tab);
  return (
    <LinkTabs
      label={api.name}
      tabs={[
        { href: to(), label: "Overview" },
        { href: to("operations"), label: "Operations", count: version.operations.length },
        { href: to("document"), label: "Document" },
        ...(api.canEdit
          ? [
              { href: to("upstream"), label: "Upstream" },
              { href: to("policies"), label: "Policies" },
            ]
          : []),
        { href: to("plans"), label: "Plans" },
        { href: to("analytics"), label: "Analytics" },
        ...(api.canEdit ? [{ href: to("settings"), label: "Settings" }] : []),
      ]}
    />
  );
}

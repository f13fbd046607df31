"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, Users } from "lucide-react";
import { paths } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { formatCount } from "@/components/format/format-number";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { Toolbar } from "@/components/console/toolbar";
import type { Team } from "@/lib/api-schemas";
import { PeopleHeader } from "../people-header";
import { NewTeamPanel } from "./new-team-panel";

/** Teams own things; people belong to teams. Personal teams of one stay out of the way. */
export function TeamList() {
  const url = useUrlState();
  const teams = useQuery(queries.teams());
  const withPersonal = url.get("personal") === "1";
  const rows = teams.data?.items.filter((team) => withPersonal || !team.personal);
  const create = (
    <Button variant="primary" onClick={() => url.set({ create: "1" })}>
      <Plus aria-hidden="true" />
      Create team
    </Button>
  );
  return (
    <>
      <PeopleHeader actions={create} />
      <Toolbar>
        <Checkbox
          label="With personal teams"
          checked={withPersonal}
          onChange={(event) => url.set({ personal: event.target.checked ? "1" : undefined })}
        />
      </Toolbar>
      <Card isFlush>
        <DataTable
          label="Teams"
          columns={COLUMNS}
          rows={rows}
          rowKey={(team) => team.slug}
          rowHref={(team) => paths.team(team.slug)}
          error={teams.error}
          onRetry={() => void teams.refetch()}
          empty={
            <EmptyState icon={Users} title="No teams yet" action={create}>
              A team owns APIs, products and applications together.
            </EmptyState>
          }
        />
      </Card>
      <NewTeamPanel isOpen={url.get("create") === "1"} onClose={() => url.set({ create: undefined })} />
    </>
  );
}

const COLUMNS: readonly Column<Team>[] = [
  {
    id: "name",
    header: "Name",
    sortValue: (team) => team.name,
    cell: (team) => (
      <span className="flex flex-wrap items-center gap-x-2">
        {team.name}
        {team.personal && <Badge>Personal</Badge>}
        {team.demo && <Badge>Demonstration</Badge>}
      </span>
    ),
  },
  {
    id: "members",
    header: "Members",
    align: "right",
    sortValue: (team) => team.members.length,
    cell: (team) => formatCount(team.members.length),
  },
  {
    id: "apis",
    header: "APIs",
    align: "right",
    showFrom: "sm",
    sortValue: (team) => team.apis,
    cell: (team) => formatCount(team.apis),
  },
  {
    id: "products",
    header: "Products",
    align: "right",
    showFrom: "sm",
    sortValue: (team) => team.products,
    cell: (team) => formatCount(team.products),
  },
  {
    id: "applications",
    header: "Applications",
    align: "right",
    showFrom: "sm",
    sortValue: (team) => team.applications,
    cell: (team) => formatCount(team.applications),
  },
];

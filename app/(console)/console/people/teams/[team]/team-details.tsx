"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Users } from "lucide-react";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { queries } from "@/app/(console)/data/queries";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { DangerCard } from "@/components/ui/danger-card";
import { formatPlural } from "@/components/format/format-number";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonLines } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { teams } from "@/lib/api-client";
import type { Team } from "@/lib/api-schemas";
import { MemberPanel } from "./member-panel";

type Member = Team["members"][number];

const CRUMBS = [
  { href: "/console/people", label: "People" },
  { href: "/console/people/teams", label: "Teams" },
];

/** One team: its members with their roles. */
export function TeamDetails({ slug }: { slug: string }) {
  const query = useQuery(queries.team(slug));
  if (query.data === undefined) {
    return (
      <>
        <PageHeader title={slug} crumbs={CRUMBS} />
        <Card>
          {query.isError ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : <SkeletonLines />}
        </Card>
      </>
    );
  }
  return <Details team={query.data} />;
}

function Details({ team }: { team: Team }) {
  const url = useUrlState();
  const [removing, setRemoving] = useState<Member>();
  const chosen = url.get("member");
  const columns = useMemo(() => makeColumns((id) => url.set({ member: id }), setRemoving), [url]);
  const add = (
    <Button variant="primary" onClick={() => url.set({ member: "new" })}>
      <Plus aria-hidden="true" />
      Add member
    </Button>
  );
  return (
    <>
      <PageHeader
        title={team.name}
        crumbs={CRUMBS}
        badges={team.personal && <Badge>Personal</Badge>}
        description={`Owns ${formatPlural(team.apis, "API")}, ${formatPlural(team.products, "product")} and ${formatPlural(team.applications, "application")}.`}
        actions={!team.personal && add}
      />
      <div className="flex flex-col gap-4">
        <Card title="Members" isFlush>
          <DataTable
            label={`Members of ${team.name}`}
            columns={columns}
            rows={team.members}
            rowKey={(member) => member.id}
            empty={
              <EmptyState icon={Users} title="Nobody belongs to this team yet" action={add}>
                What it owns can only be changed by admins until somebody does.
              </EmptyState>
            }
          />
        </Card>
        {!team.personal && <RemoveTeam team={team} />}
      </div>
      <MemberPanel
        team={team}
        member={team.members.find((member) => member.id === chosen)}
        isOpen={chosen !== undefined}
        onClose={() => url.set({ member: undefined })}
      />
      <RemoveMember team={team} member={removing} onClose={() => setRemoving(undefined)} />
    </>
  );
}

function makeColumns(onEdit: (id: string) => void, onRemove: (member: Member) => void): readonly Column<Member>[] {
  return [
    {
      id: "name",
      header: "Name",
      sortValue: (member) => member.name,
      cell: (member) => (
        <span className="flex flex-col">
          <span className="font-medium">{member.name}</span>
          <span className="text-xs break-words text-text-muted">{member.email}</span>
          <span className="mt-1 sm:hidden">
            <Roles member={member} />
          </span>
        </span>
      ),
    },
    {
      id: "roles",
      header: "Roles",
      showFrom: "sm",
      cell: (member) => <Roles member={member} />,
    },
    {
      id: "actions",
      header: "Actions",
      hideHeader: true,
      align: "right",
      cell: (member) => (
        <span className="inline-flex gap-1">
          <Button
            size="small"
            variant="ghost"
            aria-label={`Change roles of ${member.name}`}
            onClick={() => onEdit(member.id)}
          >
            Roles
          </Button>
          <Button
            size="small"
            variant="dangerGhost"
            aria-label={`Remove ${member.name}`}
            onClick={() => onRemove(member)}
          >
            Remove
          </Button>
        </span>
      ),
    },
  ];
}

function Roles({ member }: { member: Member }) {
  return (
    <span className="flex flex-wrap gap-1">
      {member.roles.map((role) => (
        <Badge key={role}>{role}</Badge>
      ))}
    </span>
  );
}

function RemoveMember({ team, member, onClose }: { team: Team; member: Member | undefined; onClose: () => void }) {
  const client = useQueryClient();
  return (
    <ConfirmDialog
      isOpen={member !== undefined}
      onClose={onClose}
      title={`Remove ${member?.name ?? ""} from ${team.name}?`}
      consequences={[`They can no longer change what ${team.name} owns.`, "Applications and keys of the team go on."]}
      confirmLabel="Remove member"
      onConfirm={async () => {
        await teams.removeMember(team.slug, member?.id ?? "");
        await client.invalidateQueries({ queryKey: ["teams"] });
        await client.invalidateQueries({ queryKey: ["users"] });
        toast.success(`${member?.name ?? ""} removed from ${team.name}`);
      }}
    />
  );
}

function RemoveTeam({ team }: { team: Team }) {
  const router = useRouter();
  const client = useQueryClient();
  const owns = team.apis + team.products + team.applications;
  return (
    <DangerCard
      title="Remove team"
      text={owns > 0 ? "It owns APIs, products or applications, so it has to stay." : "It owns nothing."}
      action="Remove team"
      isDisabled={owns > 0}
      question={`Remove the team ${team.name}?`}
      consequences={[
        team.members.length === 0
          ? "It has no members."
          : `${team.members.map((member) => member.name).join(", ")} lose the roles they hold in it.`,
      ]}
      onConfirm={async () => {
        await teams.remove(team.slug, team.etag);
        router.replace("/console/people/teams");
        await client.invalidateQueries({ queryKey: ["teams"] });
        toast.success(`Team ${team.name} removed`);
      }}
    />
  );
}

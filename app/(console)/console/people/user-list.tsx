"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Plus, Users } from "lucide-react";
import { useState } from "react";
import { usePagedList } from "@/app/(console)/data/use-paged-list";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { SearchBox } from "@/components/ui/search-box";
import { Toolbar } from "@/components/console/toolbar";
import { RelativeTime } from "@/components/format/relative-time";
import { useViewer } from "@/components/shell/viewer-context";
import { Badge, StatusBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { DataTable, type Column } from "@/components/ui/data-table";
import { DropdownMenu, DropdownMenuItem } from "@/components/ui/dropdown-menu";
import { EmptyState } from "@/components/ui/empty-state";
import { toast } from "@/components/ui/toast";
import { users } from "@/lib/api-client";
import type { User } from "@/lib/api-schemas";
import { NewUserPanel } from "./new-user-panel";
import { PeopleHeader } from "./people-header";

/** Everybody with an account, with their roles. */
export function UserList() {
  const url = useUrlState();
  const viewer = useViewer();
  const client = useQueryClient();
  const [disabling, setDisabling] = useState<User>();
  const search = url.get("search") ?? "";
  const list = usePagedList(["users", search], (cursor, options) => users.list({ search, cursor }, options));
  const setDisabled = async (user: User, disabled: boolean) => {
    await users.update(user.id, { disabled }, user.etag);
    await client.invalidateQueries({ queryKey: ["users"] });
    toast.success(disabled ? `${user.name} can no longer sign in` : `${user.name} can sign in again`);
  };
  const enable = (user: User) =>
    setDisabled(user, false).catch((error: unknown) =>
      toast.error(error instanceof Error ? error.message : "It did not work. Try again."),
    );
  const columns = makeColumns(viewer?.id, setDisabling, (user) => void enable(user));
  return (
    <>
      <PeopleHeader
        actions={
          <Button variant="primary" onClick={() => url.set({ create: "1" })}>
            <Plus aria-hidden="true" />
            Create person
          </Button>
        }
      />
      <Toolbar>
        <SearchBox label="Search people" value={search} onSearch={(value) => url.set({ search: value })} />
      </Toolbar>
      <Card isFlush>
        <DataTable
          label="People"
          columns={columns}
          rows={list.rows}
          rowKey={(user) => user.id}
          error={list.error}
          onRetry={list.onRetry}
          more={list.more}
          empty={
            <EmptyState
              icon={Users}
              title={search === "" ? "Nobody yet" : `Nobody is called “${search}”`}
              action={search !== "" && <Button onClick={() => url.set({ search: undefined })}>Clear the search</Button>}
            />
          }
        />
      </Card>
      <NewUserPanel isOpen={url.get("create") === "1"} onClose={() => url.set({ create: undefined })} />
      <ConfirmDialog
        isOpen={disabling !== undefined}
        onClose={() => setDisabling(undefined)}
        title={`Disable ${disabling?.name ?? ""}?`}
        consequences={["They are signed out everywhere at once.", "Their personal access tokens stop working."]}
        confirmLabel="Disable"
        onConfirm={() => (disabling === undefined ? Promise.resolve() : setDisabled(disabling, true))}
      >
        Applications and keys belong to teams, so they go on.
      </ConfirmDialog>
    </>
  );
}

function makeColumns(
  viewerId: string | undefined,
  onDisable: (user: User) => void,
  onEnable: (user: User) => void,
): readonly Column<User>[] {
  return [
    {
      id: "name",
      header: "Name",
      sortValue: (user) => user.name,
      cell: (user) => (
        <span className="flex flex-col">
          <span className="flex flex-wrap items-center gap-1.5 font-medium">
            {user.name}
            {user.id === viewerId && <Badge>You</Badge>}
            {user.disabled && <StatusBadge tone="off">Disabled</StatusBadge>}
          </span>
          <span className="text-xs break-words text-text-muted">{user.email}</span>
          <span className="mt-1 sm:hidden">
            <TeamRoles user={user} />
          </span>
        </span>
      ),
    },
    {
      id: "roles",
      header: "Roles",
      showFrom: "sm",
      cell: (user) => <TeamRoles user={user} />,
    },
    {
      id: "seen",
      header: "Last sign-in",
      showFrom: "sm",
      sortValue: (user) => user.lastSignInAt,
      cell: (user) =>
        user.lastSignInAt === null ? (
          <span className="text-text-faint">Never</span>
        ) : (
          <RelativeTime time={user.lastSignInAt} className="text-text-muted" />
        ),
    },
    {
      id: "actions",
      header: "Actions",
      hideHeader: true,
      align: "right",
      cell: (user) =>
        user.id !== viewerId && (
          <DropdownMenu
            trigger={
              <Button size="small" variant="ghost" className="w-7 px-0" aria-label={`Actions for ${user.name}`}>
                <Ellipsis aria-hidden="true" />
              </Button>
            }
          >
            {user.disabled ? (
              <DropdownMenuItem onSelect={() => onEnable(user)}>Let sign in again</DropdownMenuItem>
            ) : (
              <DropdownMenuItem isDestructive onSelect={() => onDisable(user)}>
                Disable
              </DropdownMenuItem>
            )}
          </DropdownMenu>
        ),
    },
  ];
}

/** The roles a person holds, team by team. */
function TeamRoles({ user }: { user: User }) {
  const memberships = user.memberships.filter((membership) => !membership.personal);
  if (memberships.length === 0) {
    return <span className="text-text-faint">Own applications only</span>;
  }
  return (
    <span className="flex flex-col gap-1">
      {memberships.map((membership) => (
        <span key={membership.team} className="flex flex-wrap items-center gap-1">
          <span className="text-text-muted">{membership.teamName}</span>
          {membership.roles.map((role) => (
            <Badge key={role}>{role}</Badge>
          ))}
        </span>
      ))}
    </span>
  );
}

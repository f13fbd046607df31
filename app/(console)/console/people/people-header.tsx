"use client";

import type { ReactNode } from "react";
import { LinkTabs } from "@/components/ui/link-tabs";
import { PageHeader } from "@/components/ui/page-header";

const TABS = [
  { href: "/console/people", label: "People" },
  { href: "/console/people/teams", label: "Teams" },
];

export function PeopleHeader({ actions }: { actions: ReactNode }) {
  return (
    <PageHeader
      title="People"
      description="Roles are held in teams: owners publish the APIs of their teams, consumers own the applications of theirs."
      actions={actions}
      tabs={<LinkTabs label="People" tabs={TABS} />}
    />
  );
}

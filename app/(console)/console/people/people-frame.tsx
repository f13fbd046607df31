"use client";

import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { useCan } from "@/app/(console)/data/use-can";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";

/** People and teams are the admins' business. */
export function PeopleFrame({ children }: { children: ReactNode }) {
  const can = useCan();
  if (!can.administer) {
    return (
      <>
        <PageHeader title="People" />
        <EmptyState icon={Lock} title="People and teams are managed by admins" />
      </>
    );
  }
  return children;
}

import { Lock } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

/** For people who are signed in and have no role that the console serves. */
export function NoAccess() {
  return (
    <EmptyState
      icon={Lock}
      title="The console is for people who publish or operate APIs"
      action={
        <Button asChild variant="primary">
          <Link href="/apis">Browse APIs</Link>
        </Button>
      }
    >
      Your account has neither the role owner nor ops nor admin. An admin can give you one under People.
    </EmptyState>
  );
}

import { SearchX } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Shell } from "./shell";

export const metadata: Metadata = { title: "Not found" };

/** An address that leads nowhere. Drawn in the shell, so that every way out is where it always is. */
export default function NotFound() {
  return (
    <Shell rail="portal">
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        icon={SearchX}
        title="There is no page at this address"
        className="py-24"
        action={
          <>
            <Button asChild variant="primary">
              <Link href="/">Go home</Link>
            </Button>
            <Button asChild>
              <Link href="/apis">Browse APIs</Link>
            </Button>
          </>
        }
      >
        It may have been removed, or the link may be mistyped.
      </EmptyState>
    </Shell>
  );
}

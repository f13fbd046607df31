import type { Metadata } from "next";
import { ErrorTable } from "@/components/docs/error-table";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { API_ERRORS } from "@/lib/errors";
import { GATEWAY_ERRORS } from "@/gateway/contract/errors";
import { errorRows } from "./error-rows";

export const metadata: Metadata = { title: "Errors" };

/** Every error's place: generated from the tables that answer, so that it cannot fall behind. */
export default function Page() {
  return (
    <>
      <PageHeader
        title="Errors"
        crumbs={[{ href: "/docs", label: "Documentation" }]}
        description="Codes are stable: programs may depend on them. Titles and texts may change."
      />
      <div className="flex flex-col gap-6">
        <Card title="Gateway" description="Answers of the gateway itself, instead of the API’s." isFlush>
          <ErrorTable label="Errors of the gateway" rows={errorRows(GATEWAY_ERRORS)} />
        </Card>
        <Card title="Management API" description="Answers of this portal under /api/v1." isFlush>
          <ErrorTable label="Errors of the management API" rows={errorRows(API_ERRORS, GATEWAY_ERRORS)} />
        </Card>
      </div>
    </>
  );
}

import type { Metadata } from "next";
import { RequestPage } from "@/components/requests/request-page";

export const metadata: Metadata = { title: "Request" };

const CRUMBS = [{ href: "/console/requests", label: "Requests" }];

export default async function Page({ params }: { params: Promise<{ requestId: string }> }) {
  const { requestId } = await params;
  return <RequestPage requestId={decodeURIComponent(requestId)} crumbs={CRUMBS} />;
}

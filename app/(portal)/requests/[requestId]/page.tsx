import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { readViewer } from "@/app/current-viewer";
import { RequestPage } from "@/components/requests/request-page";

export const metadata: Metadata = { title: "Request" };

const CRUMBS = [{ href: "/applications", label: "Applications" }];

/** Where every refusal points to (RFC 9457 `instance`). */
export default async function Page({ params }: { params: Promise<{ requestId: string }> }) {
  const requestId = decodeURIComponent((await params).requestId);
  if ((await readViewer()) === null) {
    redirect(`/sign-in?next=${encodeURIComponent(`/requests/${encodeURIComponent(requestId)}`)}`);
  }
  return <RequestPage requestId={requestId} crumbs={CRUMBS} />;
}

import type { Metadata } from "next";
import { ApiUpstream } from "./api-upstream";

export async function generateMetadata({ params }: { params: Promise<{ api: string }> }): Promise<Metadata> {
  const { api } = await params;
  return { title: `Upstream · ${decodeURIComponent(api)}` };
}

export default function Page() {
  return <ApiUpstream />;
}

import type { Metadata } from "next";
import { ApiOverview } from "./api-overview";

export async function generateMetadata({ params }: { params: Promise<{ api: string }> }): Promise<Metadata> {
  const { api } = await params;
  return { title: `Overview · ${decodeURIComponent(api)}` };
}

export default function Page() {
  return <ApiOverview />;
}

import type { Metadata } from "next";
import { ApiAnalytics } from "./api-analytics";

export async function generateMetadata({ params }: { params: Promise<{ api: string }> }): Promise<Metadata> {
  const { api } = await params;
  return { title: `Analytics · ${decodeURIComponent(api)}` };
}

export default function Page() {
  return <ApiAnalytics />;
}

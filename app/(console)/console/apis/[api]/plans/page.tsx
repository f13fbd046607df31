import type { Metadata } from "next";
import { ApiPlans } from "./api-plans";

export async function generateMetadata({ params }: { params: Promise<{ api: string }> }): Promise<Metadata> {
  const { api } = await params;
  return { title: `Plans · ${decodeURIComponent(api)}` };
}

export default function Page() {
  return <ApiPlans />;
}

import type { Metadata } from "next";
import { ApiPolicies } from "./api-policies";

export async function generateMetadata({ params }: { params: Promise<{ api: string }> }): Promise<Metadata> {
  const { api } = await params;
  return { title: `Policies · ${decodeURIComponent(api)}` };
}

export default function Page() {
  return <ApiPolicies />;
}

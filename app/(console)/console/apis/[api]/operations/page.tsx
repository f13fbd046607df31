import type { Metadata } from "next";
import { ApiOperations } from "./api-operations";

export async function generateMetadata({ params }: { params: Promise<{ api: string }> }): Promise<Metadata> {
  const { api } = await params;
  return { title: `Operations · ${decodeURIComponent(api)}` };
}

export default function Page() {
  return <ApiOperations />;
}

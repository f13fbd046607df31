import type { Metadata } from "next";
import { ApiDocument } from "./api-document";

export async function generateMetadata({ params }: { params: Promise<{ api: string }> }): Promise<Metadata> {
  const { api } = await params;
  return { title: `Document · ${decodeURIComponent(api)}` };
}

export default function Page() {
  return <ApiDocument />;
}

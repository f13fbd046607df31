import type { Metadata } from "next";
import { ApiSettings } from "./api-settings";

export async function generateMetadata({ params }: { params: Promise<{ api: string }> }): Promise<Metadata> {
  const { api } = await params;
  return { title: `Settings · ${decodeURIComponent(api)}` };
}

export default function Page() {
  return <ApiSettings />;
}

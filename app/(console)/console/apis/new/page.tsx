import type { Metadata } from "next";
import { NewApi } from "./new-api";

export const metadata: Metadata = { title: "Create API" };

export default async function NewApiPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const { api } = await searchParams;
  return <NewApi api={typeof api === "string" ? api : undefined} />;
}

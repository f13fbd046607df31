import type { Metadata } from "next";
import { NewProduct } from "./new-product";

export const metadata: Metadata = { title: "Create product" };

export default async function NewProductPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const { api, version } = await searchParams;
  const isNamed = typeof api === "string" && typeof version === "string";
  return <NewProduct first={isNamed ? { api, version } : undefined} />;
}

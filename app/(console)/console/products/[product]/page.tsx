import type { Metadata } from "next";
import { ProductOverview } from "./product-overview";

export async function generateMetadata({ params }: { params: Promise<{ product: string }> }): Promise<Metadata> {
  const { product } = await params;
  return { title: decodeURIComponent(product) };
}

export default function ProductPage() {
  return <ProductOverview />;
}

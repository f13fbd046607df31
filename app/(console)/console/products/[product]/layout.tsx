import type { ReactNode } from "react";
import { ProductFrame } from "./product-frame";

export interface ProductLayoutProps {
  params: Promise<{ product: string }>;
  children: ReactNode;
}

export default async function ProductLayout({ params, children }: ProductLayoutProps) {
  const { product } = await params;
  return <ProductFrame slug={decodeURIComponent(product)}>{children}</ProductFrame>;
}

import type { Metadata } from "next";
import { ProductSettings } from "./product-settings";

export const metadata: Metadata = { title: "Product settings" };

export default function ProductSettingsPage() {
  return <ProductSettings />;
}

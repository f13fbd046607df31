import type { Metadata } from "next";
import { CataloguePage } from "./catalogue-page";

export const metadata: Metadata = { title: "APIs" };

export default function Page() {
  return <CataloguePage />;
}

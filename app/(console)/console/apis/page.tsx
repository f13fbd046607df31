import type { Metadata } from "next";
import { ApiList } from "./api-list";

export const metadata: Metadata = { title: "APIs" };

export default function ApisPage() {
  return <ApiList />;
}

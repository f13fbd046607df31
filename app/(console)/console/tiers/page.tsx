import type { Metadata } from "next";
import { TierList } from "./tier-list";

export const metadata: Metadata = { title: "SLA tiers" };

export default function TiersPage() {
  return <TierList />;
}

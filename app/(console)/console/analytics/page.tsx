import type { Metadata } from "next";
import { PageHeader } from "@/components/ui/page-header";
import { AnalyticsView } from "./analytics-view";

export const metadata: Metadata = { title: "Analytics" };

const NOTHING = {};

export default function AnalyticsPage() {
  return (
    <>
      <PageHeader title="Analytics" />
      <AnalyticsView fixed={NOTHING} />
    </>
  );
}

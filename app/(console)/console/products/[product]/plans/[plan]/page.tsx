import type { Metadata } from "next";
import { EditPlan } from "./edit-plan";

export interface PlanPageProps {
  params: Promise<{ plan: string }>;
}

export async function generateMetadata({ params }: PlanPageProps): Promise<Metadata> {
  const { plan } = await params;
  return { title: `Plan ${decodeURIComponent(plan)}` };
}

export default async function PlanPage({ params }: PlanPageProps) {
  const { plan } = await params;
  return <EditPlan slug={decodeURIComponent(plan)} />;
}

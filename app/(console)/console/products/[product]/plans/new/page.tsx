import type { Metadata } from "next";
import { NewPlan } from "./new-plan";

export const metadata: Metadata = { title: "Add plan" };

export default function NewPlanPage() {
  return <NewPlan />;
}

import type { Metadata } from "next";
import { TeamDetails } from "./team-details";

export interface TeamPageProps {
  params: Promise<{ team: string }>;
}

export async function generateMetadata({ params }: TeamPageProps): Promise<Metadata> {
  const { team } = await params;
  return { title: `Team ${decodeURIComponent(team)}` };
}

export default async function TeamPage({ params }: TeamPageProps) {
  const { team } = await params;
  return <TeamDetails slug={decodeURIComponent(team)} />;
}

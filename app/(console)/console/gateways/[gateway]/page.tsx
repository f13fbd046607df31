import type { Metadata } from "next";
import { GatewayDetails } from "./gateway-details";

export interface GatewayPageProps {
  params: Promise<{ gateway: string }>;
}

export async function generateMetadata({ params }: GatewayPageProps): Promise<Metadata> {
  const { gateway } = await params;
  return { title: `Gateway ${decodeURIComponent(gateway)}` };
}

export default async function GatewayPage({ params }: GatewayPageProps) {
  const { gateway } = await params;
  return <GatewayDetails slug={decodeURIComponent(gateway)} />;
}

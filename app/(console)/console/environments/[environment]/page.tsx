import type { Metadata } from "next";
import { EnvironmentDetails } from "./environment-details";

interface Parameters {
  params: Promise<{ environment: string }>;
}

export async function generateMetadata({ params }: Parameters): Promise<Metadata> {
  const { environment } = await params;
  return { title: decodeURIComponent(environment) };
}

export default async function Page({ params }: Parameters) {
  const { environment } = await params;
  return <EnvironmentDetails slug={decodeURIComponent(environment)} />;
}

import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ReleaseDetails } from "./release-details";

export interface ReleasePageProps {
  params: Promise<{ number: string }>;
}

export async function generateMetadata({ params }: ReleasePageProps): Promise<Metadata> {
  const { number } = await params;
  return { title: `Release ${number}` };
}

export default async function ReleasePage({ params }: ReleasePageProps) {
  const number = Number((await params).number);
  if (!Number.isSafeInteger(number) || number < 1) {
    notFound();
  }
  return <ReleaseDetails number={number} />;
}

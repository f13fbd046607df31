import type { Metadata } from "next";
import type { ReactNode } from "react";
import { ApiFrame } from "./api-frame";

interface ApiLayoutProps {
  params: Promise<{ api: string }>;
  children: ReactNode;
}

export async function generateMetadata({ params }: ApiLayoutProps): Promise<Metadata> {
  return { title: (await params).api };
}

export default async function ApiLayout({ params, children }: ApiLayoutProps) {
  const { api } = await params;
  return <ApiFrame slug={api}>{children}</ApiFrame>;
}

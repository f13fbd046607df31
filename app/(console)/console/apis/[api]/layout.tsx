import type { ReactNode } from "react";
import { ApiFrame } from "./api-frame";

export interface ApiLayoutProps {
  params: Promise<{ api: string }>;
  children: ReactNode;
}

export default async function ApiLayout({ params, children }: ApiLayoutProps) {
  const { api } = await params;
  return <ApiFrame slug={decodeURIComponent(api)}>{children}</ApiFrame>;
}

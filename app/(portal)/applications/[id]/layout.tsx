import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { ReactNode } from "react";
import { readViewer } from "@/app/current-viewer";
import { ApplicationFrame } from "./application-frame";

export const metadata: Metadata = { title: "Application" };

interface ApplicationLayoutProps {
  params: Promise<{ id: string }>;
  children: ReactNode;
}

export default async function ApplicationLayout({ params, children }: ApplicationLayoutProps) {
  const { id } = await params;
  if ((await readViewer()) === null) {
    redirect(`/sign-in?next=${encodeURIComponent(`/applications/${id}`)}`);
  }
  return <ApplicationFrame id={id}>{children}</ApplicationFrame>;
}

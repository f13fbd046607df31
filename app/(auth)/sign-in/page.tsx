import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { readViewer } from "@/app/current-viewer";
import { safeReturn } from "../safe-return";
import { SignInForm } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

export default async function Page({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  const next = safeReturn((await searchParams).next);
  if ((await readViewer()) !== null) {
    redirect(next);
  }
  return <SignInForm next={next} />;
}

import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { readViewer } from "@/app/current-viewer";
import { ApplicationsPage } from "./applications-page";

export const metadata: Metadata = { title: "Applications" };

export default async function Page() {
  if ((await readViewer()) === null) {
    redirect("/sign-in?next=/applications");
  }
  return <ApplicationsPage />;
}

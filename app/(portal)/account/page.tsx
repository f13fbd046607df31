import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { readViewer } from "@/app/current-viewer";
import { AccountPage } from "./account-page";

export const metadata: Metadata = { title: "Account" };

export default async function Page() {
  if ((await readViewer()) === null) {
    redirect("/sign-in?next=/account");
  }
  return <AccountPage />;
}

import type { Metadata } from "next";
import { readViewer } from "@/app/current-viewer";
import { StartIntro } from "./start-intro";
import { StartPage } from "./start-page";

export const metadata: Metadata = { title: "Get started" };

export default async function Page() {
  return (await readViewer()) === null ? <StartIntro /> : <StartPage />;
}

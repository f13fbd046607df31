import type { Metadata } from "next";
import { RequestExplorer } from "./request-explorer";

export const metadata: Metadata = { title: "Requests" };

export default function RequestsPage() {
  return <RequestExplorer />;
}

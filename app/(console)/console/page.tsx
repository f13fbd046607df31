import type { Metadata } from "next";
import { Home } from "./home/home";

export const metadata: Metadata = { title: "Console" };

export default function ConsoleHomePage() {
  return <Home />;
}

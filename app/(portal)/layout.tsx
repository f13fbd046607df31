import type { ReactNode } from "react";
import { Shell } from "@/app/shell";

export default function PortalLayout({ children }: { children: ReactNode }) {
  return <Shell rail="portal">{children}</Shell>;
}

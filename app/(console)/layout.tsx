import type { ReactNode } from "react";
import { readViewer } from "@/app/current-viewer";
import { Shell } from "@/app/shell";
import { canUseConsole } from "@/components/shell/viewer";
import { NoAccess } from "./no-access";
import { SignInFirst } from "./sign-in-first";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const viewer = await readViewer();
  if (viewer === null) {
    return <SignInFirst />;
  }
  if (!canUseConsole(viewer)) {
    return (
      <Shell rail="portal">
        <NoAccess />
      </Shell>
    );
  }
  return <Shell rail="console">{children}</Shell>;
}

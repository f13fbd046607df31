import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { ENVIRONMENT_COOKIE } from "@/components/shell/environment-cookie";
import type { RailName } from "@/components/shell/navigation";
import { readViewer } from "./current-viewer";
import { ShellFrame } from "./shell-frame";

/** The shell with everything it needs to know of the request: who is looking and which environment was chosen last. */
export async function Shell({ rail, children }: { rail: RailName; children: ReactNode }) {
  const viewer = await readViewer();
  const environment = (await cookies()).get(ENVIRONMENT_COOKIE)?.value;
  return (
    <ShellFrame rail={rail} viewer={viewer} environment={environment}>
      {children}
    </ShellFrame>
  );
}

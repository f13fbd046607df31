import type { ReactNode } from "react";
import { PeopleFrame } from "./people-frame";

export default function PeopleLayout({ children }: { children: ReactNode }) {
  return <PeopleFrame>{children}</PeopleFrame>;
}

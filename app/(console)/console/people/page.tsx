import type { Metadata } from "next";
import { UserList } from "./user-list";

export const metadata: Metadata = { title: "People" };

export default function PeoplePage() {
  return <UserList />;
}

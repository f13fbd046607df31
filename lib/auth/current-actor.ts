import "server-only";
import { cookies } from "next/headers";
import { cache } from "react";
import type { Actor } from "@/lib/permissions";
import { readSession } from "./session-token";

/** The signed-in person, for server components: read once per request. */
export const getCurrentActor = cache(async (): Promise<Actor | undefined> => {
  const store = await cookies();
  return readSession((name) => store.get(name)?.value);
});

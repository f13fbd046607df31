import "server-only";
import type { Viewer } from "@/components/shell/viewer";
import { getCurrentActor } from "@/lib/auth/current-actor";

/** Who is looking, for pages and layouts; null where nobody is signed in. */
export async function readViewer(): Promise<Viewer | null> {
  const actor = await getCurrentActor();
  if (actor === undefined) {
    return null;
  }
  return {
    id: actor.id,
    name: actor.name,
    email: actor.email,
    roles: [...new Set(actor.memberships.map((membership) => membership.role))],
  };
}

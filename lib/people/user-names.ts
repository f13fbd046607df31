import "server-only";
import { database } from "@/lib/database";

/** Names by user id, for "created by": rows keep the id only, so that a renamed person is renamed everywhere. */
export async function readUserNames(ids: readonly (number | null)[]): Promise<ReadonlyMap<number, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) {
    return new Map();
  }
  const users = await database().user.findMany({ where: { id: { in: wanted } }, select: { id: true, name: true } });
  return new Map(users.map(({ id, name }) => [id, name]));
}

/** @returns null for the system, and for a person who is gone */
export async function readUserName(id: number | null): Promise<string | null> {
  return id === null ? null : ((await readUserNames([id])).get(id) ?? null);
}

/** Next.js calls this once in a portal process, before the first request. */
export async function register(): Promise<void> {
  // eslint-disable-next-line no-restricted-properties -- Next.js replaces it in each build: the edge has no sockets to look at
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { notePeers } = await import("./lib/http/note-peers");
    notePeers();
  }
}

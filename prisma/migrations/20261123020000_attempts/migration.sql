-- How often somebody tried something lately (lib/attempts). In a schema of its own, which Prisma does not look at: counted by one
-- statement, so that attempts made all at once, at several portals, see each other.
CREATE SCHEMA "guard";

-- Unlogged: to forget it in a crash is cheaper than to write a log of every guess.
CREATE UNLOGGED TABLE "guard"."attempt" (
  -- SHA-256 of what is counted: e-mail and network addresses stay out of the database.
  "name" TEXT PRIMARY KEY,
  -- Number of the window since 1970.
  "slot" BIGINT NOT NULL,
  "count" INTEGER NOT NULL,
  -- Of the window before.
  "previous" INTEGER NOT NULL,
  "expires_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "attempt_expires_at" ON "guard"."attempt" ("expires_at");

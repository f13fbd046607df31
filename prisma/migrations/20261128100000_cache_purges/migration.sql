-- What nodes were told to forget of the answers that they keep, so that one that missed it catches up.
CREATE TABLE "cache_purge" (
    "id" SERIAL NOT NULL,
    "environment_id" INTEGER NOT NULL,
    "purge" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cache_purge_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "cache_purge_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "cache_purge_environment_id_id_idx" ON "cache_purge" ("environment_id", "id");

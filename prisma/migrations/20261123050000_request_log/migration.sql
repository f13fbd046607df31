-- How much of its calls an environment writes down: one in so many of those that were neither refused nor failed (0 = none), and how much
-- of the client's address.
ALTER TABLE "environment"
  ADD COLUMN "request_log_sample_every" INTEGER NOT NULL DEFAULT 100,
  ADD COLUMN "request_log_address" TEXT NOT NULL DEFAULT 'network';

-- Measured facts, as in "usage": a schema of its own, which Prisma does not look at; written and read by lib/requests only.
CREATE SCHEMA "request_log";

CREATE SEQUENCE "request_log"."record_id" AS BIGINT;

-- One row per call that was written down. What is searched for has a column; the rest is in "record", as the node sent it
-- (gateway/contract/request-log.ts). Ids are those of the gateway contract, 0 is "none"; there are no foreign keys, because what
-- happened stays true when an API is deleted.
CREATE TABLE "request_log"."record" (
  "time" TIMESTAMPTZ(3) NOT NULL,
  "id" BIGINT NOT NULL DEFAULT nextval('request_log.record_id'),
  "request_id" TEXT NOT NULL,
  "node" INTEGER NOT NULL,
  "gateway" INTEGER NOT NULL,
  "api_version" INTEGER NOT NULL,
  "operation" INTEGER NOT NULL,
  "application" INTEGER NOT NULL,
  "outcome" TEXT NOT NULL,
  "code" TEXT,
  "record" JSONB NOT NULL,
  PRIMARY KEY ("time", "id")
) PARTITION BY RANGE ("time");
CREATE INDEX "record_request_id" ON "request_log"."record" ("request_id");
CREATE INDEX "record_api_version" ON "request_log"."record" ("api_version", "time", "id");
CREATE INDEX "record_application" ON "request_log"."record" ("application", "time", "id");

-- Which batches were taken: each (node, sequence) once, and how much of them was kept.
CREATE TABLE "request_log"."applied_batch" (
  "node" INTEGER NOT NULL,
  "sequence" BIGINT NOT NULL,
  "minute" TIMESTAMPTZ NOT NULL,
  "kept" INTEGER NOT NULL,
  -- Records that were lost since the batch before: at the node, and here beyond what a minute may bring.
  "dropped" BIGINT NOT NULL,
  PRIMARY KEY ("node", "sequence")
);
CREATE INDEX "applied_batch_minute" ON "request_log"."applied_batch" ("minute");

-- What each node has said that it dropped, in all its life.
CREATE TABLE "request_log"."node" (
  "node" INTEGER PRIMARY KEY,
  "dropped" BIGINT NOT NULL
);

-- Makes the partition of a day (UTC). Attaching takes a weaker lock than creating it in place: readers and writers of other days go on.
CREATE FUNCTION "request_log".ensure_partition(moment TIMESTAMPTZ) RETURNS VOID
LANGUAGE plpgsql AS $$
DECLARE
  starts TIMESTAMP := date_trunc('day', moment AT TIME ZONE 'UTC');
  partition TEXT := 'record_' || to_char(starts, 'YYYY_MM_DD');
BEGIN
  PERFORM pg_advisory_xact_lock(720226007);
  IF to_regclass(format('"request_log".%I', partition)) IS NULL THEN
    EXECUTE format('CREATE TABLE "request_log".%I (LIKE "request_log"."record" INCLUDING ALL)', partition);
    EXECUTE format(
      'ALTER TABLE "request_log"."record" ATTACH PARTITION "request_log".%I FOR VALUES FROM (%L) TO (%L)',
      partition, starts AT TIME ZONE 'UTC', (starts + INTERVAL '1 day') AT TIME ZONE 'UTC'
    );
  END IF;
END
$$;

-- Drops whole days that ended before a moment, and forgets their batches. Batches are remembered for longer than records, at least a
-- month: a node may send one again that it could not send for long.
CREATE FUNCTION "request_log".drop_before(moment TIMESTAMPTZ) RETURNS INTEGER
LANGUAGE plpgsql AS $$
DECLARE
  found RECORD;
  dropped INTEGER := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(720226007);
  FOR found IN
    SELECT child.relname AS name
    FROM pg_inherits
    JOIN pg_class child ON child.oid = inhrelid
    JOIN pg_class parent ON parent.oid = inhparent
    JOIN pg_namespace ON pg_namespace.oid = parent.relnamespace
    WHERE nspname = 'request_log' AND parent.relkind = 'p' AND parent.relname = 'record'
      AND child.relname < 'record_' || to_char(moment AT TIME ZONE 'UTC', 'YYYY_MM_DD')
  LOOP
    EXECUTE format('DROP TABLE "request_log".%I', found.name);
    dropped := dropped + 1;
  END LOOP;
  DELETE FROM "request_log"."applied_batch" WHERE "minute" < least(moment, now() - INTERVAL '30 days');
  RETURN dropped;
END
$$;

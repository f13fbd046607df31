-- Order of the credential log (lib/keys/credential-log.ts).
CREATE SEQUENCE "credential_sequence" AS BIGINT;

-- Measured facts. They live in a schema of their own, which Prisma does not look at: written and read by lib/usage only.
CREATE SCHEMA "usage";

-- Element-wise sum of two histograms; the shorter one counts as padded with zeros.
CREATE FUNCTION "usage".histogram_add(state BIGINT[], value BIGINT[]) RETURNS BIGINT[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  shared INTEGER;
  bucket INTEGER;
BEGIN
  IF value IS NULL OR cardinality(value) = 0 THEN
    RETURN state;
  END IF;
  IF state IS NULL OR cardinality(state) = 0 THEN
    RETURN value;
  END IF;
  shared := least(cardinality(state), cardinality(value));
  -- Updated in place: plpgsql keeps `state` as an expanded array.
  FOR bucket IN 1..shared LOOP
    IF value[bucket] <> 0 THEN
      state[bucket] := state[bucket] + value[bucket];
    END IF;
  END LOOP;
  IF cardinality(value) > shared THEN
    state := state || value[shared + 1 :];
  END IF;
  RETURN state;
END
$$;

CREATE AGGREGATE "usage".histogram_sum(BIGINT[]) (
  SFUNC = "usage".histogram_add,
  STYPE = BIGINT[],
  COMBINEFUNC = "usage".histogram_add,
  INITCOND = '{}',
  PARALLEL = SAFE
);

-- One row per minute (hour, day) and what was counted together. Ids are those of the gateway contract, 0 is "none"; there are no
-- foreign keys, because what was measured stays true when an API is deleted.
-- Histograms: counts per bucket of gateway/contract/histogram.ts, without trailing zeros.
CREATE TABLE "usage"."minute" (
  "time" TIMESTAMPTZ NOT NULL,
  "gateway" INTEGER NOT NULL,
  "operation" INTEGER NOT NULL,
  "application" INTEGER NOT NULL,
  "subscription" INTEGER NOT NULL,
  "plan" INTEGER NOT NULL,
  "outcome" TEXT NOT NULL,
  "requests" BIGINT NOT NULL,
  "bytes_in" BIGINT NOT NULL,
  "bytes_out" BIGINT NOT NULL,
  "latency" BIGINT[] NOT NULL,
  "upstream_latency" BIGINT[] NOT NULL,
  PRIMARY KEY ("time", "gateway", "operation", "application", "subscription", "plan", "outcome")
) PARTITION BY RANGE ("time");

CREATE TABLE "usage"."hour" (LIKE "usage"."minute" INCLUDING ALL) PARTITION BY RANGE ("time");
CREATE TABLE "usage"."day" (LIKE "usage"."minute" INCLUDING ALL) PARTITION BY RANGE ("time");

-- Which batches of telemetry were applied: each (node, sequence) once.
CREATE TABLE "usage"."applied_batch" (
  "node" INTEGER NOT NULL,
  "sequence" BIGINT NOT NULL,
  "applied_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY ("node", "sequence")
);
CREATE INDEX "applied_batch_applied_at" ON "usage"."applied_batch" ("applied_at");

-- Makes the partitions that hold a moment: minutes by day, hours by month, days by year (UTC). Does nothing when they are there.
-- Attaching takes a weaker lock than creating them in place: readers and writers of other partitions go on.
CREATE FUNCTION "usage".ensure_partitions(moment TIMESTAMPTZ) RETURNS VOID
LANGUAGE plpgsql AS $$
DECLARE
  kinds TEXT[][] := ARRAY[['minute', 'day', 'YYYY_MM_DD'], ['hour', 'month', 'YYYY_MM'], ['day', 'year', 'YYYY']];
  kind TEXT[];
  starts TIMESTAMP;
  ends TIMESTAMP;
  partition TEXT;
BEGIN
  PERFORM pg_advisory_xact_lock(720226003);
  FOREACH kind SLICE 1 IN ARRAY kinds LOOP
    starts := date_trunc(kind[2], moment AT TIME ZONE 'UTC');
    ends := starts + ('1 ' || kind[2])::INTERVAL;
    partition := kind[1] || '_' || to_char(starts, kind[3]);
    IF to_regclass(format('"usage".%I', partition)) IS NULL THEN
      EXECUTE format('CREATE TABLE "usage".%I (LIKE "usage".%I INCLUDING ALL)', partition, kind[1]);
      EXECUTE format(
        'ALTER TABLE "usage".%I ATTACH PARTITION "usage".%I FOR VALUES FROM (%L) TO (%L)',
        kind[1], partition, starts AT TIME ZONE 'UTC', ends AT TIME ZONE 'UTC'
      );
    END IF;
  END LOOP;
END
$$;

-- Drops whole partitions of minutes and hours that end before the given moments, and forgets old batches.
CREATE FUNCTION "usage".drop_before(minutes_before TIMESTAMPTZ, hours_before TIMESTAMPTZ) RETURNS INTEGER
LANGUAGE plpgsql AS $$
DECLARE
  found RECORD;
  dropped INTEGER := 0;
BEGIN
  FOR found IN
    SELECT child.relname AS name, parent.relname AS kind
    FROM pg_inherits
    JOIN pg_class child ON child.oid = inhrelid
    JOIN pg_class parent ON parent.oid = inhparent
    JOIN pg_namespace ON pg_namespace.oid = parent.relnamespace
    WHERE nspname = 'usage' AND parent.relkind = 'p' AND parent.relname IN ('minute', 'hour')
  LOOP
    IF (found.kind = 'minute' AND found.name < 'minute_' || to_char(minutes_before AT TIME ZONE 'UTC', 'YYYY_MM_DD'))
      OR (found.kind = 'hour' AND found.name < 'hour_' || to_char(hours_before AT TIME ZONE 'UTC', 'YYYY_MM'))
    THEN
      EXECUTE format('DROP TABLE "usage".%I', found.name);
      dropped := dropped + 1;
    END IF;
  END LOOP;
  DELETE FROM "usage"."applied_batch" WHERE "applied_at" < least(minutes_before, now() - INTERVAL '30 days');
  RETURN dropped;
END
$$;

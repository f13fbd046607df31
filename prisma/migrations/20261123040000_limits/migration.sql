-- A quota may count bytes.
ALTER TABLE "limit" ALTER COLUMN "quota" SET DATA TYPE BIGINT;

ALTER TABLE "limit"
  ADD COLUMN "burst" INTEGER,
  ADD COLUMN "unit" TEXT NOT NULL DEFAULT 'requests',
  ADD COLUMN "mode" TEXT NOT NULL DEFAULT 'enforce',
  ADD COLUMN "counts" TEXT NOT NULL DEFAULT 'admitted',
  ADD COLUMN "header" TEXT,
  ADD COLUMN "period" TEXT,
  ADD COLUMN "time_zone" TEXT,
  ADD COLUMN "costs" JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN "operation_quotas" JSONB NOT NULL DEFAULT '{}';

CREATE TABLE "subscription_quota" (
  "subscription_id" INTEGER NOT NULL,
  "limit_id" INTEGER NOT NULL,
  "quota" BIGINT NOT NULL,

  CONSTRAINT "subscription_quota_pkey" PRIMARY KEY ("subscription_id", "limit_id")
);

CREATE INDEX "subscription_quota_limit_id_idx" ON "subscription_quota"("limit_id");

ALTER TABLE "subscription_quota" ADD CONSTRAINT "subscription_quota_subscription_id_fkey"
  FOREIGN KEY ("subscription_id") REFERENCES "subscription"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "subscription_quota" ADD CONSTRAINT "subscription_quota_limit_id_fkey"
  FOREIGN KEY ("limit_id") REFERENCES "limit"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What an upstream is told beyond targets and timeouts: gateway/compiler/upstream-settings.ts has the form.
ALTER TABLE "upstream" ADD COLUMN "settings" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "upstream_target" ADD COLUMN "pool" TEXT NOT NULL DEFAULT 'main';

-- Secrets to sign requests with, beside keys.
ALTER TABLE "credential" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'key', ADD COLUMN "secret_encrypted" TEXT;
ALTER TABLE "credential" ADD CONSTRAINT "credential_kind" CHECK ("kind" IN ('key', 'signing'));

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "role" AS ENUM ('admin', 'owner', 'consumer', 'ops');

-- CreateEnum
CREATE TYPE "visibility" AS ENUM ('public', 'internal', 'private');

-- CreateEnum
CREATE TYPE "lifecycle" AS ENUM ('active', 'deprecated', 'retired');

-- CreateEnum
CREATE TYPE "approval" AS ENUM ('automatic', 'manual');

-- CreateEnum
CREATE TYPE "subscription_state" AS ENUM ('pending', 'active', 'paused', 'rejected', 'closed');

-- CreateTable
CREATE TABLE "user" (
    "id" SERIAL NOT NULL,
    "public_id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "session_generation" INTEGER NOT NULL DEFAULT 1,
    "disabled_at" TIMESTAMPTZ(3),
    "last_sign_in_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "change_count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "personal_access_token" (
    "id" SERIAL NOT NULL,
    "public_id" TEXT NOT NULL,
    "user_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "personal_access_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team" (
    "id" SERIAL NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "personal" BOOLEAN NOT NULL DEFAULT false,
    "demo" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "change_count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "team_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "team_id" INTEGER NOT NULL,
    "user_id" INTEGER NOT NULL,
    "role" "role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("team_id","user_id","role")
);

-- CreateTable
CREATE TABLE "api" (
    "id" SERIAL NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "visibility" "visibility" NOT NULL DEFAULT 'public',
    "team_id" INTEGER NOT NULL,
    "demo" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "change_count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "api_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_version" (
    "id" SERIAL NOT NULL,
    "api_id" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "base_path" TEXT NOT NULL,
    "lifecycle" "lifecycle" NOT NULL DEFAULT 'active',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "change_count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "api_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "revision" (
    "id" SERIAL NOT NULL,
    "api_version_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "current" BOOLEAN NOT NULL,
    "specification" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "document_version" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "servers" TEXT[],
    "sha256" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "source_url" TEXT,
    "warnings" JSONB NOT NULL,
    "operations" INTEGER NOT NULL,
    "created_by_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "revision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "revision_document" (
    "revision_id" INTEGER NOT NULL,
    "source" BYTEA NOT NULL,
    "references" JSONB,
    "bundled" TEXT NOT NULL,
    "operations" JSONB NOT NULL,

    CONSTRAINT "revision_document_pkey" PRIMARY KEY ("revision_id")
);

-- CreateTable
CREATE TABLE "operation" (
    "id" SERIAL NOT NULL,
    "api_version_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "summary" TEXT NOT NULL DEFAULT '',
    "description" TEXT NOT NULL DEFAULT '',
    "tags" TEXT[],
    "deprecated" BOOLEAN NOT NULL DEFAULT false,
    "current" BOOLEAN NOT NULL DEFAULT true,
    "position" INTEGER NOT NULL,

    CONSTRAINT "operation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "upstream" (
    "id" SERIAL NOT NULL,
    "api_version_id" INTEGER NOT NULL,
    "connect_timeout_ms" INTEGER NOT NULL DEFAULT 3000,
    "send_timeout_ms" INTEGER NOT NULL DEFAULT 60000,
    "read_timeout_ms" INTEGER NOT NULL DEFAULT 60000,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "change_count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "upstream_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "upstream_target" (
    "id" SERIAL NOT NULL,
    "upstream_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "url" TEXT NOT NULL,
    "weight" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "upstream_target_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sla_tier" (
    "id" SERIAL NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,
    "availability_percent" DOUBLE PRECISION NOT NULL,
    "p95_latency_ms" INTEGER NOT NULL,
    "error_share_percent" DOUBLE PRECISION NOT NULL,
    "support_text" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "change_count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "sla_tier_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "product" (
    "id" SERIAL NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "visibility" "visibility" NOT NULL DEFAULT 'public',
    "team_id" INTEGER NOT NULL,
    "demo" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "change_count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "product_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "product_version" (
    "product_id" INTEGER NOT NULL,
    "api_version_id" INTEGER NOT NULL,

    CONSTRAINT "product_version_pkey" PRIMARY KEY ("product_id","api_version_id")
);

-- CreateTable
CREATE TABLE "plan" (
    "id" SERIAL NOT NULL,
    "product_id" INTEGER NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "approval" "approval" NOT NULL DEFAULT 'automatic',
    "sla_tier_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "change_count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "limit" (
    "id" SERIAL NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "algorithm" TEXT NOT NULL,
    "quota" INTEGER NOT NULL,
    "window_seconds" INTEGER NOT NULL,
    "scope" TEXT NOT NULL,

    CONSTRAINT "limit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "application" (
    "id" SERIAL NOT NULL,
    "public_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "team_id" INTEGER NOT NULL,
    "demo" BOOLEAN NOT NULL DEFAULT false,
    "removed_at" TIMESTAMPTZ(3),
    "created_by_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "change_count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "application_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subscription" (
    "id" SERIAL NOT NULL,
    "public_id" TEXT NOT NULL,
    "application_id" INTEGER NOT NULL,
    "plan_id" INTEGER NOT NULL,
    "state" "subscription_state" NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "decision_note" TEXT NOT NULL DEFAULT '',
    "decided_by_id" INTEGER,
    "decided_at" TIMESTAMPTZ(3),
    "created_by_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "change_count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "credential" (
    "id" SERIAL NOT NULL,
    "public_id" TEXT NOT NULL,
    "application_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "sequence" BIGINT NOT NULL,
    "created_by_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "credential_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "environment" (
    "id" SERIAL NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "production" BOOLEAN NOT NULL DEFAULT false,
    "current_release_id" INTEGER,

    CONSTRAINT "environment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gateway" (
    "id" SERIAL NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "environment_id" INTEGER NOT NULL,
    "public_url" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "change_count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "gateway_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "enrolment_token" (
    "id" SERIAL NOT NULL,
    "public_id" TEXT NOT NULL,
    "gateway_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "max_uses" INTEGER,
    "uses" INTEGER NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "enrolment_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "node" (
    "id" SERIAL NOT NULL,
    "public_id" TEXT NOT NULL,
    "gateway_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "enrolled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "last_heartbeat_at" TIMESTAMPTZ(3),
    "workers_expected" INTEGER NOT NULL DEFAULT 0,
    "workers_ready" INTEGER NOT NULL DEFAULT 0,
    "active_release" INTEGER,
    "activated_at" TIMESTAMPTZ(3),
    "activation_ms" DOUBLE PRECISION,
    "credential_cursor" BIGINT NOT NULL DEFAULT 0,
    "spooled_batches" INTEGER NOT NULL DEFAULT 0,
    "dropped_requests" BIGINT NOT NULL DEFAULT 0,
    "problems" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "node_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "release" (
    "id" SERIAL NOT NULL,
    "environment_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "manifest" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "signing_key_id" INTEGER NOT NULL,
    "changes" JSONB NOT NULL,
    "restored_from" INTEGER,
    "created_by_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "release_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chunk" (
    "sha256" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "content" BYTEA NOT NULL,

    CONSTRAINT "chunk_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "release_chunk" (
    "release_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,

    CONSTRAINT "release_chunk_pkey" PRIMARY KEY ("release_id","position")
);

-- CreateTable
CREATE TABLE "node_release" (
    "node_id" INTEGER NOT NULL,
    "release_id" INTEGER NOT NULL,
    "activated_at" TIMESTAMPTZ(3) NOT NULL,
    "activation_ms" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "node_release_pkey" PRIMARY KEY ("node_id","release_id")
);

-- CreateTable
CREATE TABLE "signing_key" (
    "id" SERIAL NOT NULL,
    "public_key" TEXT NOT NULL,
    "private_key_encrypted" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "signing_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" SERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_id" INTEGER,
    "actor_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "entity_type" TEXT NOT NULL,
    "entity_id" TEXT NOT NULL,
    "team_id" INTEGER,
    "summary" TEXT NOT NULL,
    "details" JSONB NOT NULL DEFAULT '{}',
    "request_id" TEXT,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "user_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "status" INTEGER,
    "answer" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("user_id","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_public_id_key" ON "user"("public_id");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "personal_access_token_public_id_key" ON "personal_access_token"("public_id");

-- CreateIndex
CREATE UNIQUE INDEX "personal_access_token_hash_key" ON "personal_access_token"("hash");

-- CreateIndex
CREATE INDEX "personal_access_token_user_id_idx" ON "personal_access_token"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "team_slug_key" ON "team"("slug");

-- CreateIndex
CREATE INDEX "membership_user_id_idx" ON "membership"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_slug_key" ON "api"("slug");

-- CreateIndex
CREATE INDEX "api_team_id_idx" ON "api"("team_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_version_base_path_key" ON "api_version"("base_path");

-- CreateIndex
CREATE UNIQUE INDEX "api_version_api_id_version_key" ON "api_version"("api_id", "version");

-- CreateIndex
CREATE UNIQUE INDEX "revision_api_version_id_number_key" ON "revision"("api_version_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "operation_api_version_id_key_key" ON "operation"("api_version_id", "key");

-- CreateIndex
CREATE UNIQUE INDEX "upstream_api_version_id_key" ON "upstream"("api_version_id");

-- CreateIndex
CREATE UNIQUE INDEX "upstream_target_upstream_id_position_key" ON "upstream_target"("upstream_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "sla_tier_slug_key" ON "sla_tier"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "product_slug_key" ON "product"("slug");

-- CreateIndex
CREATE INDEX "product_team_id_idx" ON "product"("team_id");

-- CreateIndex
CREATE INDEX "product_version_api_version_id_idx" ON "product_version"("api_version_id");

-- CreateIndex
CREATE UNIQUE INDEX "plan_product_id_slug_key" ON "plan"("product_id", "slug");

-- CreateIndex
CREATE UNIQUE INDEX "limit_plan_id_name_key" ON "limit"("plan_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "application_public_id_key" ON "application"("public_id");

-- CreateIndex
CREATE INDEX "application_team_id_idx" ON "application"("team_id");

-- CreateIndex
CREATE UNIQUE INDEX "subscription_public_id_key" ON "subscription"("public_id");

-- CreateIndex
CREATE INDEX "subscription_application_id_idx" ON "subscription"("application_id");

-- CreateIndex
CREATE INDEX "subscription_plan_id_state_idx" ON "subscription"("plan_id", "state");

-- CreateIndex
CREATE UNIQUE INDEX "credential_public_id_key" ON "credential"("public_id");

-- CreateIndex
CREATE UNIQUE INDEX "credential_hash_key" ON "credential"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "credential_sequence_key" ON "credential"("sequence");

-- CreateIndex
CREATE INDEX "credential_application_id_idx" ON "credential"("application_id");

-- CreateIndex
CREATE UNIQUE INDEX "environment_slug_key" ON "environment"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "environment_current_release_id_key" ON "environment"("current_release_id");

-- CreateIndex
CREATE UNIQUE INDEX "gateway_slug_key" ON "gateway"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "enrolment_token_public_id_key" ON "enrolment_token"("public_id");

-- CreateIndex
CREATE UNIQUE INDEX "enrolment_token_hash_key" ON "enrolment_token"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "node_public_id_key" ON "node"("public_id");

-- CreateIndex
CREATE UNIQUE INDEX "node_token_hash_key" ON "node"("token_hash");

-- CreateIndex
CREATE INDEX "node_gateway_id_idx" ON "node"("gateway_id");

-- CreateIndex
CREATE UNIQUE INDEX "release_environment_id_number_key" ON "release"("environment_id", "number");

-- CreateIndex
CREATE INDEX "release_chunk_sha256_idx" ON "release_chunk"("sha256");

-- CreateIndex
CREATE INDEX "node_release_release_id_idx" ON "node_release"("release_id");

-- CreateIndex
CREATE INDEX "audit_entry_entity_type_entity_id_idx" ON "audit_entry"("entity_type", "entity_id");

-- CreateIndex
CREATE INDEX "audit_entry_actor_id_idx" ON "audit_entry"("actor_id");

-- CreateIndex
CREATE INDEX "idempotency_key_created_at_idx" ON "idempotency_key"("created_at");

-- AddForeignKey
ALTER TABLE "personal_access_token" ADD CONSTRAINT "personal_access_token_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api" ADD CONSTRAINT "api_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_version" ADD CONSTRAINT "api_version_api_id_fkey" FOREIGN KEY ("api_id") REFERENCES "api"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "revision" ADD CONSTRAINT "revision_api_version_id_fkey" FOREIGN KEY ("api_version_id") REFERENCES "api_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "revision_document" ADD CONSTRAINT "revision_document_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revision"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operation" ADD CONSTRAINT "operation_api_version_id_fkey" FOREIGN KEY ("api_version_id") REFERENCES "api_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "upstream" ADD CONSTRAINT "upstream_api_version_id_fkey" FOREIGN KEY ("api_version_id") REFERENCES "api_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "upstream_target" ADD CONSTRAINT "upstream_target_upstream_id_fkey" FOREIGN KEY ("upstream_id") REFERENCES "upstream"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product" ADD CONSTRAINT "product_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_version" ADD CONSTRAINT "product_version_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_version" ADD CONSTRAINT "product_version_api_version_id_fkey" FOREIGN KEY ("api_version_id") REFERENCES "api_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan" ADD CONSTRAINT "plan_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan" ADD CONSTRAINT "plan_sla_tier_id_fkey" FOREIGN KEY ("sla_tier_id") REFERENCES "sla_tier"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "limit" ADD CONSTRAINT "limit_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application" ADD CONSTRAINT "application_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription" ADD CONSTRAINT "subscription_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription" ADD CONSTRAINT "subscription_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credential" ADD CONSTRAINT "credential_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "environment" ADD CONSTRAINT "environment_current_release_id_fkey" FOREIGN KEY ("current_release_id") REFERENCES "release"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gateway" ADD CONSTRAINT "gateway_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "enrolment_token" ADD CONSTRAINT "enrolment_token_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "gateway"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "node" ADD CONSTRAINT "node_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "gateway"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release" ADD CONSTRAINT "release_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release" ADD CONSTRAINT "release_signing_key_id_fkey" FOREIGN KEY ("signing_key_id") REFERENCES "signing_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_chunk" ADD CONSTRAINT "release_chunk_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_chunk" ADD CONSTRAINT "release_chunk_sha256_fkey" FOREIGN KEY ("sha256") REFERENCES "chunk"("sha256") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "node_release" ADD CONSTRAINT "node_release_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "node_release" ADD CONSTRAINT "node_release_release_id_fkey" FOREIGN KEY ("release_id") REFERENCES "release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "idempotency_key" ADD CONSTRAINT "idempotency_key_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;



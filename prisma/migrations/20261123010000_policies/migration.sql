-- Policies attached to an environment, an API version, an operation or a plan.
CREATE TABLE "policy_attachment" (
    "id" SERIAL NOT NULL,
    "environment_id" INTEGER,
    "api_version_id" INTEGER,
    "operation_id" INTEGER,
    "plan_id" INTEGER,
    "position" INTEGER NOT NULL,
    "policy" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "before" TEXT[],
    "after" TEXT[],

    CONSTRAINT "policy_attachment_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "policy_attachment_one_place" CHECK (num_nonnulls("environment_id", "api_version_id", "operation_id", "plan_id") = 1)
);

CREATE UNIQUE INDEX "policy_attachment_environment_id_policy_key" ON "policy_attachment"("environment_id", "policy");
CREATE UNIQUE INDEX "policy_attachment_api_version_id_policy_key" ON "policy_attachment"("api_version_id", "policy");
CREATE UNIQUE INDEX "policy_attachment_operation_id_policy_key" ON "policy_attachment"("operation_id", "policy");
CREATE UNIQUE INDEX "policy_attachment_plan_id_policy_key" ON "policy_attachment"("plan_id", "policy");

ALTER TABLE "policy_attachment" ADD CONSTRAINT "policy_attachment_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "policy_attachment" ADD CONSTRAINT "policy_attachment_api_version_id_fkey" FOREIGN KEY ("api_version_id") REFERENCES "api_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "policy_attachment" ADD CONSTRAINT "policy_attachment_operation_id_fkey" FOREIGN KEY ("operation_id") REFERENCES "operation"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "policy_attachment" ADD CONSTRAINT "policy_attachment_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plan"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- How the versions of an API are told apart, and where each is found besides its base path.
ALTER TABLE "api" ADD COLUMN "versioning" JSONB NOT NULL DEFAULT '{"by": "path"}';
ALTER TABLE "api_version" ADD COLUMN "routing" JSONB NOT NULL DEFAULT '{}';

-- Several versions may share a base path now: lib/apis/base-path.ts says which.
DROP INDEX "api_version_base_path_key";
CREATE INDEX "api_version_base_path_idx" ON "api_version"("base_path");

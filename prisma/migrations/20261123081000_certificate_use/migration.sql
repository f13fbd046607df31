-- Gateways also present certificates, to upstreams that ask for one.
ALTER TABLE "certificate" ADD COLUMN "use" TEXT NOT NULL DEFAULT 'server';

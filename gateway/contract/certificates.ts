import { z } from "zod";
import type { CertificateSet, ClientCertificate, ServedCertificate } from "./certificate-types";

export type * from "./certificate-types";

export const servedCertificateSchema = z.strictObject({
  name: z.string(),
  serverNames: z.array(z.string()).min(1),
  chain: z.string(),
  privateKey: z.string(),
  notAfter: z.number().int(),
}) satisfies z.ZodType<ServedCertificate>;

const clientCertificateSchema = z.strictObject({
  name: z.string(),
  chain: z.string(),
  privateKey: z.string(),
  notAfter: z.number().int(),
}) satisfies z.ZodType<ClientCertificate>;

export const certificateSetSchema = z.strictObject({
  version: z.string(),
  certificates: z.array(servedCertificateSchema),
  clientCertificates: z.array(clientCertificateSchema).optional(),
}) satisfies z.ZodType<CertificateSet>;

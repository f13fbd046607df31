import { z } from "zod";
import { etagSchema, timeSchema } from "./common";

const MOST_CHARACTERS = 100_000;

export const putCertificateSchema = z
  .strictObject({
    chain: z
      .string()
      .min(1, "Give the certificate.")
      .max(MOST_CHARACTERS)
      .describe("PEM: the server's own certificate, then those that lead to a root, which is not needed."),
    use: z
      .enum(["server", "client"])
      .optional()
      .describe(
        "server (default): shown for its names. client: presented to upstreams whose tls.clientCertificate names it.",
      ),
    privateKey: z.string().min(1, "Give the private key.").max(MOST_CHARACTERS).describe("PEM, without a passphrase."),
  })
  .meta({ id: "PutCertificate" });

export const certificateSchema = z
  .object({
    name: z.string(),
    use: z.enum(["server", "client"]),
    serverNames: z
      .array(z.string())
      .describe("Names that it is shown for; a star stands for one label. None for clients."),
    issuer: z.string(),
    fingerprint: z.string().describe("SHA-256, hex."),
    notBefore: timeSchema,
    notAfter: timeSchema,
    changedAt: timeSchema,
    etag: etagSchema,
  })
  .meta({ id: "Certificate" });

export type PutCertificate = z.infer<typeof putCertificateSchema>;
export type Certificate = z.infer<typeof certificateSchema>;

import type { OpenAPIHono } from "@hono/zod-openapi";
import { certificateSchema, pageSchema, putCertificateSchema } from "@/lib/api-schemas";
import {
  getCertificate,
  listCertificates,
  putCertificate,
  removeCertificate,
} from "@/lib/certificates/manage-certificates";
import { defineRoute } from "@/lib/http/define-route";

/** In force on every node at once, without a release. Private keys go in and never come out. */
export function addCertificateRoutes(app: OpenAPIHono): void {
  const tag = "Certificates";
  const one = "/environments/{environment}/certificates/{certificate}" as const;
  defineRoute(
    app,
    {
      method: "get",
      path: "/environments/{environment}/certificates",
      tag,
      summary: "List what gateways show over TLS",
      answer: pageSchema(certificateSchema),
    },
    (context, { parameters }) => listCertificates(context, parameters.environment),
  );
  defineRoute(
    app,
    { method: "get", path: one, tag, summary: "Get a certificate", answer: certificateSchema },
    (context, { parameters }) => getCertificate(context, parameters.environment, parameters.certificate),
  );
  defineRoute(
    app,
    {
      method: "put",
      path: one,
      tag,
      summary: "Add or replace a certificate",
      body: putCertificateSchema,
      answer: certificateSchema,
    },
    (context, { parameters, body, ifMatch }) =>
      putCertificate(context, parameters.environment, parameters.certificate, body, ifMatch),
  );
  defineRoute(
    app,
    { method: "delete", path: one, tag, summary: "Remove a certificate", status: 204 },
    (context, { parameters, ifMatch }) =>
      removeCertificate(context, parameters.environment, parameters.certificate, ifMatch),
  );
}

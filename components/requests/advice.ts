import { GATEWAY_ERRORS, type GatewayError } from "@/gateway/contract/errors";
import type { LoggedRequest } from "@/lib/api-schemas";

export interface Advice {
  readonly text: string;
  readonly href?: string;
  readonly link?: string;
}

/** What whoever made the call, or answers for it, can do now; undefined where all went well. */
export function adviceFor(request: LoggedRequest): Advice | undefined {
  const { application, code, credential } = request;
  if (code === null) {
    return request.outcome === "upstream_error"
      ? { text: "The answer came from the API’s own server: its owner finds the cause in that server’s log." }
      : undefined;
  }
  // Only who may read the application is shown its key.
  const own =
    application === null || credential === null ? undefined : `/applications/${encodeURIComponent(application.id)}`;
  switch (code) {
    case "rate_limit_exceeded":
      return {
        text: "Wait for the time in Retry-After, and spread calls over the window. A larger plan allows more.",
        ...(own === undefined ? {} : { href: `${own}/subscriptions`, link: "See the plan" }),
      };
    case "key_expired":
    case "key_revoked":
      return {
        text: "Create a new key and send that one.",
        ...(own === undefined ? {} : { href: `${own}/keys`, link: "See the keys" }),
      };
    case "signature_wrong":
      return {
        text: "Hold what you sign against the request as it is sent: method, host, path and query, escapes and all.",
        href: "/docs#signing",
        link: "How to sign",
      };
    case "subscription_missing":
      return {
        text: "Subscribe the application to a plan that covers this API.",
        ...(own === undefined ? {} : { href: `${own}/subscriptions`, link: "See the subscriptions" }),
      };
    default:
      return { text: whoseMove(code), href: `/docs/errors#${code}`, link: "About this error" };
  }
}

function whoseMove(code: string): string {
  const error = (GATEWAY_ERRORS as Readonly<Record<string, GatewayError>>)[code];
  switch (error?.fault) {
    case "upstream":
      return "The server behind the API has to be put right by its owner; calls that may be repeated can be tried again.";
    case "gateway":
      return "The gateway’s operators have to look into it; the request id leads them to the cause.";
    case "owner":
      return "The owner of the API has decided so; it is theirs to change.";
    case "caller":
    case undefined:
      return "Change the request.";
  }
}

import { randomBytes } from "node:crypto";
import { NextResponse, type NextRequest } from "next/server";
import { env } from "@/lib/env";
import { contentSecurityPolicy, NONCE_HEADER, strictTransportSecurity } from "@/lib/http/security-headers";

const POLICY_HEADER = "content-security-policy";

/**
 * Stands before every page. The headers that are the same for everything are in next.config.ts; these depend on the page and on settings
 * that only a running portal has.
 */
export function proxy(request: NextRequest): NextResponse {
  // No name of ours holds a NUL, and the database would fail on one.
  if (/%00|\0/.test(request.nextUrl.pathname + request.nextUrl.search)) {
    return new NextResponse("There is a NUL character in this address.", { status: 400 });
  }
  const settings = env();
  const nonce = randomBytes(16).toString("base64");
  const policy = contentSecurityPolicy(nonce, settings);
  const headers = new Headers(request.headers);
  headers.set(NONCE_HEADER, nonce);
  // Next.js takes the nonce for its own scripts from here.
  headers.set(POLICY_HEADER, policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set(POLICY_HEADER, policy);
  const transport = strictTransportSecurity(settings);
  if (transport !== undefined) {
    response.headers.set("strict-transport-security", transport);
  }
  return response;
}

/** Not the APIs: Next.js would hold their bodies, which may be documents of 30 MB, in memory a second time. */
export const config = { matcher: "/((?!api/|_next/static/|_next/image).*)" };

import "server-only";
import { env } from "@/lib/env";
import { ApiError } from "@/lib/errors";
import type { Actor } from "@/lib/permissions";
import { loadTokenActor } from "./load-actor";
import { readSession } from "./session-token";

/**
 * Who sends a request to the management API: a personal access token wins over a session's cookie.
 * @returns null for nobody
 * @throws ApiError token_invalid; origin_refused for a change by cookie that another site may have caused
 */
export async function authenticate(request: Request): Promise<Actor | null> {
  const token = bearerToken(request);
  if (token !== undefined) {
    const actor = await loadTokenActor(token);
    if (actor === undefined) {
      throw new ApiError("token_invalid");
    }
    return actor;
  }
  const cookies = parseCookies(request.headers.get("cookie") ?? "");
  const actor = await readSession((name) => cookies.get(name));
  if (actor === undefined) {
    return null;
  }
  if (!["GET", "HEAD", "OPTIONS"].includes(request.method) && !isSameOrigin(request, env().publicUrl)) {
    throw new ApiError("origin_refused");
  }
  return actor;
}

export function bearerToken(request: Request): string | undefined {
  return /^bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}

/**
 * Whether a browser says that the request comes from the portal's own pages. Without any word from it the answer is no: every browser
 * that sends cookies sends one of the two headers with a POST.
 */
function isSameOrigin(request: Request, publicUrl: string): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) {
    return site === "same-origin";
  }
  const origin = request.headers.get("origin");
  if (origin === null) {
    return false;
  }
  return origin === publicUrl || hostOf(origin) === request.headers.get("host");
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

function parseCookies(header: string): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const part of header.split(";")) {
    const at = part.indexOf("=");
    if (at > 0) {
      cookies.set(part.slice(0, at).trim(), decode(part.slice(at + 1).trim()));
    }
  }
  return cookies;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

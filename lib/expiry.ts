import { invalid } from "./errors";

/**
 * When something is to expire.
 * @param text ISO 8601; null and undefined: never
 * @throws ApiError invalid_request when it would be born expired
 */
export function readExpiry(text: string | null | undefined): Date | null {
  if (text === null || text === undefined) {
    return null;
  }
  const time = new Date(text);
  if (time.getTime() <= Date.now()) {
    throw invalid([{ code: "in_the_past", message: "Choose a time in the future.", place: "/expiresAt" }]);
  }
  return time;
}

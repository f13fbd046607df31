import "server-only";
import { ApiError } from "@/lib/errors";

/** What a body may be read up to in order to be answered properly; beyond it the connection is given up. */
const DRAIN_BYTES = 512 * 1024 * 1024;

/**
 * Reads a JSON body.
 * @param maxBytes a longer one is read to its end without being kept, so that the caller gets the answer instead of a broken connection
 * @returns undefined for an empty body
 * @throws ApiError media_type_unsupported, malformed_json; `tooLarge()` for a longer body
 */
export async function readJsonBody(request: Request, maxBytes: number, tooLarge: () => ApiError): Promise<unknown> {
  const text = await readText(request, maxBytes, tooLarge);
  if (text === "") {
    return undefined;
  }
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type !== "application/json" && !type.endsWith("+json")) {
    throw new ApiError("media_type_unsupported");
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ApiError(
      "malformed_json",
      `The body is not JSON: ${error instanceof Error ? error.message : "unreadable"}.`,
    );
  }
}

/** @returns the text as UTF-8 */
export async function readText(request: Request, maxBytes: number, tooLarge: () => ApiError): Promise<string> {
  if (request.body === null) {
    return "";
  }
  const reader = request.body.getReader();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    bytes += value.byteLength;
    if (bytes <= maxBytes) {
      parts.push(value);
    } else {
      parts.length = 0;
    }
    if (bytes > DRAIN_BYTES) {
      await reader.cancel();
      throw tooLarge();
    }
  }
  if (bytes > maxBytes) {
    throw tooLarge();
  }
  return Buffer.concat(parts).toString("utf8");
}

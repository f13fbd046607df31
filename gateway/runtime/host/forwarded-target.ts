import * as bits from "bit";
import * as ffi from "ffi";
import { indexOf, LENGTH_BITS, type NginxText, type NginxValue } from "./request";
import { REQUEST_URI } from "./variables";

/** Within ngx_http_request_t, behind its first fields, and before its end in every version. */
const FIRST_OFFSET = 640;
const LAST_OFFSET = 1_296;
const SLASH = 47;

/**
 * Where nginx keeps the request target as it was sent (unparsed_uri of ngx_http_request_t), in bytes; -1 where that was not found. By it nginx asks the
 * upstream in locations whose proxy_pass has no variables, which saves it to put together a URL and to take it apart again.
 */
let offset: number | undefined;

/**
 * Has the upstream asked for what the client asked for, without so many bytes at its beginning: they stay where they are.
 * @param values of the request, whose target has been read
 * @returns false where nginx has to be told in another way
 */
export function forwardRest(request: CData, values: CArray<NginxValue>, skipped: number): boolean {
  const target = targetOf(request, values);
  if (target === undefined) {
    return false;
  }
  target.bytes = target.bytes - skipped;
  target.data = (target.data as number) + skipped;
  return true;
}

/** Has the upstream asked for a text, which the caller keeps until the request is logged. @returns as above */
export function forwardText(request: CData, values: CArray<NginxValue>, text: string): boolean {
  const target = targetOf(request, values);
  if (target === undefined) {
    return false;
  }
  target.bytes = text.length;
  target.data = text;
  return true;
}

/** Believed only where it is what nginx says of this request; and nginx goes by it only if it has a path. */
function targetOf(request: CData, values: CArray<NginxValue>): NginxText | undefined {
  const told = values[indexOf(request, REQUEST_URI)] as NginxValue;
  const found = textAt(request, offset ?? findOffset(request, told));
  return isSame(found, told) && (told.data as CArray<number>)[0] === SLASH ? found : undefined;
}

/** From the end: other texts of the request may begin and end at the same place, and stand before it. */
function findOffset(request: CData, told: NginxValue): number {
  offset = -1;
  for (const place of $range(LAST_OFFSET, FIRST_OFFSET, -8)) {
    if (isSame(textAt(request, place), told)) {
      offset = place;
      break;
    }
  }
  return offset;
}

/** At a place that was not found there is nothing: the beginning of the request, which is no text. */
function textAt(request: CData, place: number): NginxText {
  const start = ffi.cast("char *", request) as unknown as number;
  const text = ffi.cast("gatehouse_nginx_text *", start + math.max(place, 0)) as unknown as NginxText;
  return text;
}

function isSame(text: NginxText, told: NginxValue): boolean {
  return text.data === told.data && tonumber(text.bytes) === bits.band(told.flags, LENGTH_BITS);
}

import { readFile } from "./memory";

/** The body as far as somebody has waited for it; "" when there is none. One beyond client_body_buffer_size is in a file. */
export function bodyAsRead(): string {
  const text = ngx.req.get_body_data();
  if (text !== undefined) {
    return text;
  }
  const file = ngx.req.get_body_file();
  return file === undefined ? "" : (readFile(file) ?? "");
}

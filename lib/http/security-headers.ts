export interface PageSettings {
  /** Where browsers reach the portal. */
  readonly publicUrl: string;
  /** Where the try-it console sends its calls. */
  readonly gatewayUrl: string;
  /** `next dev` evaluates texts and speaks over a web socket. */
  readonly isDevelopment: boolean;
}

/** Next.js and the theme script find the nonce of a page here. */
export const NONCE_HEADER = "x-nonce";

/**
 * What a page of the portal may load and call. Scripts need the page's nonce: a script that somebody smuggled into a description has none.
 * Styles may stand in the text (charts, menus and the API reference put them there), and pictures come from wherever a document's
 * author has them.
 */
export function contentSecurityPolicy(nonce: string, { gatewayUrl, isDevelopment }: PageSettings): string {
  const directives: Readonly<Record<string, readonly string[]>> = {
    "default-src": ["'self'"],
    "script-src": ["'self'", `'nonce-${nonce}'`, "'strict-dynamic'", ...(isDevelopment ? ["'unsafe-eval'"] : [])],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:", "https:"],
    "font-src": ["'self'", "data:"],
    "connect-src": ["'self'", gatewayUrl, ...(isDevelopment ? ["ws:"] : [])],
    "worker-src": ["'self'", "blob:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...sources].join(" "))
    .join("; ");
}

/** Half a year: long enough to count, short enough to get out of. Only where the portal is reached by https at all. */
export function strictTransportSecurity({ publicUrl }: PageSettings): string | undefined {
  return publicUrl.startsWith("https://") ? "max-age=15552000" : undefined;
}

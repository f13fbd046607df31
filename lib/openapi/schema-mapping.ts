/** Whether a value of a discriminator's `mapping` is a reference and no schema name: OpenAPI 3.0.4 §4.8.25 leaves it to the look of it. */
export function looksLikeReference(text: string): boolean {
  return text.includes("/") || text.includes("#") || /\.(?:ya?ml|json)$/i.test(text);
}

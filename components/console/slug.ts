/** A slug made of a name: "Swagger Petstore 3" → "swagger-petstore-3". Empty when nothing usable is in it. */
export function toSlug(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60)
    .replace(/-+$/g, "");
}

/** A version's name from a document's info.version: "1.2.3" → "v1", "v2" → "v2", "2024-01-01" → "2024-01-01". */
export function toVersionName(apiVersion: string): string {
  const number = /^v?(\d{1,3})(\.\d+)*([-+].*)?$/.exec(apiVersion.trim());
  if (number?.[1] !== undefined) {
    return `v${number[1] === "0" ? "0" : Number(number[1])}`;
  }
  const name = apiVersion.trim().replace(/[^A-Za-z0-9._-]+/g, "-");
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(name) ? name : "v1";
}

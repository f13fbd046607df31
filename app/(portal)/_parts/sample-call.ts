import { callHeaders, callUrl } from "@/components/format/format-call-field";
import type { CallField } from "@/lib/api-schemas";

/** What a sample call needs to know of an operation. */
interface SampleOperation {
  readonly method: string;
  readonly path: string;
  readonly deprecated: boolean;
}

/** The path to show in a first call: a GET without parameters if there is one, else any GET, else none. */
export function samplePath(operations: readonly SampleOperation[]): string {
  const reads = operations.filter((operation) => operation.method.toUpperCase() === "GET" && !operation.deprecated);
  const simple = reads
    .filter((operation) => !operation.path.includes("{"))
    // The shortest is most likely a collection and not a special report.
    .sort((left, right) => left.path.length - right.path.length)[0];
  return simple?.path ?? reads[0]?.path ?? "";
}

/** One curl line. The key goes in double quotes: keys hold no character that a shell would read, and nor do versions and conditions but for spaces. */
export function curlLine(
  { url, callFields }: { readonly url: string; readonly callFields: readonly CallField[] },
  path: string,
  keyHeader: string,
  key: string | undefined,
): string {
  const headers = [`${keyHeader}: ${key ?? "YOUR_KEY"}`, ...callHeaders(callFields)];
  return `curl -i ${headers.map((header) => `-H "${header}"`).join(" ")} "${callUrl(url, path, callFields)}"`;
}
